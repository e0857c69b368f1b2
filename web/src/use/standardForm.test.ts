import { describe, expect, it } from "vitest";
import type { StandardVersion } from "@/api/types";
import { blankStandard, freshRow, GRADES, ruleFrom, standardFrom } from "./standardForm";

describe("a standard", () => {
  it("begins with a row for each grade, and one more takes the grade that is missing", () => {
    const draft = blankStandard("2026-12-01");
    expect(draft.grades.map((row) => row.grade)).toEqual(GRADES);
    expect(draft.grades[0]?.penalty).toBe("none");
    draft.grades.splice(2, 1);
    expect(freshRow(draft.grades).grade).toBe("light");
  });

  it("is sent without what was left empty, its evidence as a list and its months as numbers", () => {
    const draft = { ...blankStandard("2026-12-01"), code: " COLLUSION ", scope_zh: " ", bar_scope: "land" as const };
    draft.grades = [{ ...draft.grades[3]!, evidence: "竞价记录\n\n 网络标记 ", bar_months_max: "" as unknown as number }];
    const rule = ruleFrom(draft);
    expect(rule).toMatchObject({ code: "COLLUSION", effective_from: "2026-12-01", bar_scope: "land" });
    expect(rule).not.toHaveProperty("scope_zh");
    expect(rule).not.toHaveProperty("effective_until");
    expect(rule.grades[0]).toMatchObject({ evidence: ["竞价记录", "网络标记"], bar_months_max: 0 });
  });

  it("taken up again begins no earlier than today and carries nothing the list alone says", () => {
    const row = { ...freshRow([]), evidence: ["a", "b"] };
    const known = { code: "R", act_zh: "行为", act_en: "act", law: "法", article: "第一条", effective_from: "2020-01-01", example: true, grades: [row], version: 3, published_at: 1 } as unknown as StandardVersion;
    const draft = standardFrom(known, "2026-12-01");
    expect([draft.effective_from, draft.grades[0]?.evidence]).toEqual(["2026-12-01", "a\nb"]);
    expect(ruleFrom(draft)).not.toHaveProperty("version");
    expect(ruleFrom(draft)).not.toHaveProperty("example");
  });
});
