import { describe, expect, test } from "vitest";
import { ahead, carried, clockWords, due } from "./caseClock";
import type { CaseStatus, Clocks, ItemStep } from "@/api/types";

const clocks = (more: Partial<Clocks> = {}): Clocks => ({ colour: "green", stopped: false, used_wd: 0, extended_wd: 0, provisional: false, ...more });
const keys = (status: CaseStatus, more: Partial<Clocks> = {}) => clockWords({ status, clocks: clocks(more) }).map(({ key }) => key);

describe("the clocks in words", () => {
  test.each<[CaseStatus, Partial<Clocks>, string[]]>([
    ["draft", {}, ["not_filed"]],
    ["filed", { receive_by: "2026-12-01" }, ["receive_by"]],
    ["returned", {}, ["with_applicant"]],
    ["handling", { promised_by: "2026-12-01", used_wd: 2, left_wd: 3 }, ["promised_by", "used", "left"]],
    ["handling", { promised_by: "2026-12-01", used_wd: 6, left_wd: -1 }, ["promised_by", "used", "over"]],
    ["handling", { stopped: true, used_wd: 2, left_wd: 3 }, ["used", "stopped"]],
    ["proposed", { promised_by: "2026-12-01", left_wd: 1, extended_wd: 10, provisional: true }, ["promised_by", "used", "left", "extended", "provisional"]],
    ["decided", { used_wd: 4 }, ["took"]],
    ["withdrawn", { used_wd: 4 }, []],
  ])("%s %j", (status, more, expected) => expect(keys(status, more)).toEqual(expected));

  test("say how far over", () => {
    expect(clockWords({ status: "handling", clocks: clocks({ left_wd: -3 }) }).at(-1)).toEqual({ key: "over", values: { n: 3 } });
  });

  test("name no day while they stand still, nor after the end", () => {
    expect(due({ status: "handling", clocks: clocks({ promised_by: "2026-12-01", stopped: true }) })).toBeUndefined();
    expect(due({ status: "decided", clocks: clocks({ promised_by: "2026-12-01" }) })).toBeUndefined();
    expect(due({ status: "filed", clocks: clocks({ receive_by: "2026-12-01" }) })).toEqual({ key: "receive_by", day: "2026-12-01" });
  });
});

describe("the way ahead", () => {
  const steps: ItemStep[] = ["审核", "决定"].map((name) => ({ name_zh: name, name_en: name, duty: "review", limit_wd: 1 }));
  const way = (status: CaseStatus, step = 0) =>
    ahead({ status, step, steps, clocks: clocks({ step_by: "2026-12-01" }) }).map((one) => `${one.what === "step" ? one.step.name_zh : one.what}${one.now ? "*" : ""}`);

  test.each<[CaseStatus, number, string[]]>([
    ["draft", 0, ["write*", "receive", "审核", "决定"]],
    ["filed", 0, ["receive*", "审核", "决定"]],
    ["returned", 0, ["correct*", "receive", "审核", "决定"]],
    ["handling", 0, ["审核*", "决定"]],
    ["handling", 1, ["决定*"]],
    ["proposed", 1, ["confirm*"]],
    ["decided", 1, []],
    ["withdrawn", 0, []],
  ])("%s in step %i", (status, step, expected) => expect(way(status, step)).toEqual(expected));

  test("has the step's day on the step that runs alone", () => {
    const [now, next] = ahead({ status: "handling", step: 0, steps, clocks: clocks({ step_by: "2026-12-01" }) });
    expect([now, next].map((one) => one?.what === "step" && one.by)).toEqual(["2026-12-01", undefined]);
  });
});

test("an act says what it carried", () => {
  expect(carried({ act: "decide", data: { outcome: "refused" } })).toEqual({ key: "refused" });
  expect(carried({ act: "propose", data: { outcome: "granted" } })).toEqual({ key: "proposed_granted" });
  expect(carried({ act: "ask_extension", data: { days: 5 } })).toEqual({ key: "days", values: { n: 5 } });
  expect(carried({ act: "give_opinion", data: { agrees: false } })).toEqual({ key: "differs" });
  expect(carried({ act: "forward", data: {} })).toBeUndefined();
});
