// Enforcement on a page: how far off a limit is, what each act asks for, and what a deviation looks like before it is sent.
import { noTime, timeFrom, type TimeDraft } from "./enforcementCase";
import type { EnforcementAct, Grade, OpenStep, StandardVersion } from "@/api/types";

export type EnforcementActName = EnforcementAct["act"];

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

export interface Left {
  key: "over" | "left_days" | "left_hours";
  n: number;
}

/** What is left until a moment, told as people tell it. */
export function left(legal_at: number, now: number): Left {
  const ms = legal_at - now;
  if (ms <= 0) return { key: "over", n: 0 };
  return ms >= 2 * DAY_MS ? { key: "left_days", n: Math.floor(ms / DAY_MS) } : { key: "left_hours", n: Math.floor(ms / HOUR_MS) };
}

/** What a limit rests on, in the reader's words: a law by its article, or whose rule it is otherwise. */
export function basisOf(basis: string): { key: "house" | "city" | "dispatch" | "article"; law: string; article: string } | undefined {
  const keys = { "house rule": "house", "city rules": "city", dispatch: "dispatch" } as const;
  if (basis in keys) return { key: keys[basis as keyof typeof keys], law: "", article: "" };
  const [, law, article] = /^(.+) art\. ([\d()]+)$/.exec(basis) ?? [];
  return law && article ? { key: "article", law, article } : undefined;
}

/** Where a step is worked on: a transfer in its case, as the server names it. */
export function placeOf(step: Pick<OpenStep, "kind" | "subject" | "case_id">): string {
  if (step.kind === "case") return `/enforcement/cases/${step.subject}`;
  if (step.kind === "complaint") return "/enforcement?view=complaints";
  if (step.kind === "task") return "/enforcement?view=tasks";
  if (step.kind === "handover") return "/enforcement?view=handovers";
  return step.case_id ? `/enforcement/cases/${step.case_id}` : "/enforcement?view=cases";
}

export interface EnforcementAnswers {
  note: string;
  officers: string[];
  with: string;
  party: { kind: "entity" | "person"; code: string; name: string };
  founded: boolean;
  rule: string;
  grade: Grade;
  major: boolean;
  passes: boolean;
  members: string;
  on: string;
  amount: string;
  base: string;
  bar_months: number;
  reason: string;
  time: TimeDraft;
}

export const noAnswers = (): EnforcementAnswers => ({
  note: "", officers: [], with: "", party: { kind: "entity", code: "", name: "" }, founded: true, rule: "", grade: "normal", major: false, passes: true, members: "", on: "", amount: "", base: "", bar_months: 0, reason: "", time: noTime(),
});

/** The act as it is sent. What is wrong with it is the server's to say. */
export function bodyOf(act: EnforcementActName, said: EnforcementAnswers): EnforcementAct {
  const note = said.note.trim();
  switch (act) {
    case "assign":
      return { act, officers: said.officers, note };
    case "identify":
      return { act, party: { ...said.party, code: said.party.code.trim(), name: said.party.name.trim() }, note };
    case "date_act":
      return { act, act_time: timeFrom(said.time), note };
    case "on_the_spot":
      return { act, with: said.with, penalty: { rule: said.rule, grade: said.grade, amount: said.amount.trim() || "0", bar_months: 0, reason: said.reason.trim() }, note };
    case "inspect":
      return { act, with: said.with, note };
    case "report":
      return { act, finding: said.founded ? { rule: said.rule, grade: said.grade } : undefined, major: said.major, note };
    case "send_back":
      return { act, major: said.major, note };
    case "review":
      return { act, passes: said.passes, note };
    case "discuss":
      return { act, members: said.members.split("\n").map((line) => line.trim()).filter(Boolean), note };
    case "set_hearing":
      return { act, on: said.on, note };
    case "decide":
      return { act, penalty: { rule: said.rule, grade: said.grade, amount: said.amount.trim() || "0", base: said.base.trim() || undefined, bar_months: said.bar_months || 0, reason: said.reason.trim() }, note };
    default:
      return { act, note };
  }
}

export type DeviationKind = "other_grade" | "outside_range" | "bar_outside_range" | "other_base";

/** Where a decision about to be sent would leave the standard, as far as a page can tell; the server's word counts. */
export function leaves(rule: StandardVersion | undefined, facts: Grade | undefined, said: Pick<EnforcementAnswers, "grade" | "amount" | "base" | "bar_months">, base?: string): DeviationKind[] {
  const row = rule?.grades.find((one) => one.grade === said.grade);
  if (!row) return [];
  const found: DeviationKind[] = [];
  if (facts && facts !== said.grade) found.push("other_grade");
  const share = row.unit === "percent_of_base" ? Number(said.base || 0) / 100 : 1;
  const amount = Number(said.amount || 0);
  if (Number.isFinite(amount) && (amount < Number(row.min) * share || amount > Number(row.max) * share)) found.push("outside_range");
  if (said.bar_months < row.bar_months_min || said.bar_months > row.bar_months_max) found.push("bar_outside_range");
  if (row.unit === "percent_of_base" && (base === undefined || Number(said.base) !== Number(base))) found.push("other_base");
  return found;
}
