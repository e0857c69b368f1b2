// 裁量基准 as its editor holds it: every field always there to be typed into. What is wrong with it is the server's to say.
import type { DiscretionRule, Grade, GradeRow, StandardVersion } from "@/api/types";

export type BarScope = NonNullable<DiscretionRule["bar_scope"]>;

export const GRADES: Grade[] = ["none", "below", "light", "normal", "heavy"];
export const PENALTIES: GradeRow["penalty"][] = ["none", "warning", "fine", "confiscation"];
export const UNITS: GradeRow["unit"][] = ["yuan", "percent_of_base"];
export const SCOPES: BarScope[] = ["land", "assets", "mineral_rights", "plates", "carbon", "procurement"];

/** Evidence is typed one a line. */
export type RowDraft = Omit<GradeRow, "evidence"> & { evidence: string };

export interface StandardDraft {
  code: string;
  act_zh: string;
  act_en: string;
  law: string;
  article: string;
  scope_zh: string;
  scope_en: string;
  bar_basis: string;
  /** Empty: it bars from dealings of every kind. */
  bar_scope: BarScope | "";
  effective_from: string;
  effective_until: string;
  grades: RowDraft[];
}

/** One more grade: the mildest that has no row yet. */
export function freshRow(rows: readonly Pick<RowDraft, "grade">[]): RowDraft {
  const grade = GRADES.find((one) => !rows.some((row) => row.grade === one)) ?? "normal";
  const penalty = grade === "none" ? "none" : "fine";
  return { grade, condition_zh: "", condition_en: "", penalty, unit: "yuan", min: "0", max: "0", bar_months_min: 0, bar_months_max: 0, evidence: "" };
}

export function blankStandard(effective_from: string): StandardDraft {
  const grades: RowDraft[] = [];
  for (const _ of GRADES) grades.push(freshRow(grades));
  return { code: "", act_zh: "", act_en: "", law: "", article: "", scope_zh: "", scope_en: "", bar_basis: "", bar_scope: "", effective_from, effective_until: "", grades };
}

/** A version taken up again: a draft as it stands; of a published one the next, which begins no earlier than `today`. */
export function standardFrom(known: StandardVersion, today: string): StandardDraft {
  const { code, act_zh, act_en, law, article } = known;
  return {
    code, act_zh, act_en, law, article,
    scope_zh: known.scope_zh ?? "", scope_en: known.scope_en ?? "", bar_basis: known.bar_basis ?? "", bar_scope: known.bar_scope ?? "",
    effective_from: known.effective_from < today ? today : known.effective_from, effective_until: known.effective_until ?? "",
    grades: known.grades.map((row) => ({ ...row, evidence: row.evidence.join("\n") })),
  };
}

/** What is sent: what was left empty is left out, lines are a list, and months are numbers. */
export function ruleFrom(draft: StandardDraft): DiscretionRule {
  const given = <Name extends string>(name: Name, text: string) => (text.trim() ? ({ [name]: text.trim() } as Record<Name, string>) : {});
  const { code, act_zh, act_en, law, article, effective_from, bar_scope } = draft;
  return {
    code: code.trim(), act_zh: act_zh.trim(), act_en: act_en.trim(), law: law.trim(), article: article.trim(), effective_from,
    ...given("effective_until", draft.effective_until), ...given("scope_zh", draft.scope_zh), ...given("scope_en", draft.scope_en), ...given("bar_basis", draft.bar_basis),
    ...(bar_scope && { bar_scope }),
    grades: draft.grades.map((row) => ({
      ...row, min: row.min.trim(), max: row.max.trim(), bar_months_min: Number(row.bar_months_min) || 0, bar_months_max: Number(row.bar_months_max) || 0,
      evidence: row.evidence.split("\n").map((line) => line.trim()).filter(Boolean),
    })),
  };
}
