import { describe, expect, it } from "vitest";
import type { OpenStep, StandardVersion } from "@/api/types";
import { basisOf, bodyOf, leaves, left, noAnswers, placeOf } from "./enforcement";

const DAY = 86_400_000;

describe("a limit", () => {
  it("is told in days, then in hours, then as over", () => {
    expect(left(5 * DAY, 0)).toEqual({ key: "left_days", n: 5 });
    expect(left(2 * DAY - 1, 0)).toEqual({ key: "left_hours", n: 47 });
    expect(left(0, 0)).toEqual({ key: "over", n: 0 });
  });
});

describe("a step", () => {
  const step = (kind: OpenStep["kind"], subject: string, case_id?: string) => ({ kind, subject, case_id });
  it("of a transfer is worked on in its case", () => {
    expect(placeOf(step("transfer", "t", "c"))).toBe("/enforcement/cases/c");
    expect(placeOf(step("transfer", "t"))).toBe("/enforcement?view=cases");
    expect(placeOf(step("task", "k", "c"))).toBe("/enforcement?view=tasks");
    expect(placeOf(step("case", "c", "c"))).toBe("/enforcement/cases/c");
  });
});

describe("a basis", () => {
  it("is a law with its article, or somebody's rule; what is neither stays as it is", () => {
    expect(basisOf("行政处罚法 art. 64(2)")).toEqual({ key: "article", law: "行政处罚法", article: "64(2)" });
    expect(basisOf("国务院令310 art. 5")).toMatchObject({ law: "国务院令310", article: "5" });
    expect(basisOf("house rule")?.key).toBe("house");
    expect(basisOf("something else")).toBeUndefined();
  });
});

describe("an act", () => {
  it("carries what it asks for and nothing else", () => {
    const said = { ...noAnswers(), note: " n ", members: "a\n\n b ", rule: "R", amount: " 5 ", bar_months: 6, reason: "r" };
    expect(bodyOf("on_the_spot", { ...said, with: "w" })).toEqual({ act: "on_the_spot", with: "w", penalty: { rule: "R", grade: "normal", amount: "5", bar_months: 0, reason: "r" }, note: "n" });
    expect(bodyOf("date_act", { ...said, time: { ...said.time, on: "2026-01-02" } })).toEqual({ act: "date_act", act_time: { on: "2026-01-02" }, note: "n" });
    expect(bodyOf("serve", said)).toEqual({ act: "serve", note: "n" });
    expect(bodyOf("send_back", { ...said, major: true })).toEqual({ act: "send_back", major: true, note: "n" });
    expect(bodyOf("discuss", said)).toEqual({ act: "discuss", members: ["a", "b"], note: "n" });
    expect(bodyOf("report", { ...said, founded: false })).toEqual({ act: "report", finding: undefined, major: false, note: "n" });
    expect(bodyOf("decide", said)).toEqual({ act: "decide", penalty: { rule: "R", grade: "normal", amount: "5", base: undefined, bar_months: 6, reason: "r" }, note: "n" });
  });
});

describe("a decision", () => {
  const row = (grade: "light" | "normal", min: string, max: string) => ({ grade, min, max, unit: "yuan", bar_months_min: 0, bar_months_max: 6 });
  const rule = { grades: [row("light", "1", "5"), row("normal", "5", "9")] } as unknown as StandardVersion;
  it("that keeps to its grade's range deviates nowhere", () => {
    expect(leaves(rule, "normal", { grade: "normal", amount: "9", base: "", bar_months: 6 })).toEqual([]);
  });
  it("says each way in which it leaves the standard", () => {
    expect(leaves(rule, "normal", { grade: "light", amount: "6", base: "", bar_months: 7 })).toEqual(["other_grade", "outside_range", "bar_outside_range"]);
  });
  it("measures a share of its base", () => {
    const share = { grades: [{ ...row("normal", "10", "20"), unit: "percent_of_base" }] } as unknown as StandardVersion;
    expect(leaves(share, "normal", { grade: "normal", amount: "150", base: "1000", bar_months: 0 }, "1000.00")).toEqual([]);
    expect(leaves(share, "normal", { grade: "normal", amount: "99", base: "1000", bar_months: 0 }, "1000.00")).toEqual(["outside_range"]);
    expect(leaves(share, "normal", { grade: "normal", amount: "100", base: "1000", bar_months: 0 }, "2000.00")).toContain("other_base");
    expect(leaves(share, "normal", { grade: "normal", amount: "100", base: "1000", bar_months: 0 })).toContain("other_base");
  });
});
