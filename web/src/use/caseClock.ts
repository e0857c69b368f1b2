// A case's clocks and its way in words: keys and values, so that the sentence stands in the words alone.
import type { CaseCard, CaseEvent, CaseStatus, CaseView, Clocks, Colour, ItemStep } from "@/api/types";

export interface Words {
  key: string;
  values?: Record<string, string | number>;
}

export const COLOURS: Colour[] = ["green", "blue", "yellow", "red"];
const ENDED: CaseStatus[] = ["decided", "withdrawn"];
export const isEnded = (status: CaseStatus) => ENDED.includes(status);
/** The applicant's to write. */
export const isOpen = (status: CaseStatus) => status === "draft" || status === "returned";

/** The day that counts now, and what it is the day of. */
export function due({ status, clocks }: { status: CaseStatus; clocks: Clocks }): { key: string; day: string } | undefined {
  if (isEnded(status) || clocks.stopped) return undefined;
  if (clocks.receive_by) return { key: "receive_by", day: clocks.receive_by };
  return clocks.promised_by ? { key: "promised_by", day: clocks.promised_by } : undefined;
}

/** 承诺 2026-12-01 前办结，已用 2 个工作日: the clocks as a list of short sentences. */
export function clockWords({ status, clocks }: { status: CaseStatus; clocks: Clocks }): Words[] {
  const words: Words[] = [];
  if (status === "draft") return [{ key: "not_filed" }];
  if (status === "returned") return [{ key: "with_applicant" }];
  if (status === "withdrawn") return [];
  if (status === "decided") return [{ key: "took", values: { n: clocks.used_wd } }];
  const by = due({ status, clocks });
  if (by) words.push({ key: by.key, values: { day: by.day } });
  if (status !== "filed") words.push({ key: "used", values: { n: clocks.used_wd } });
  if (clocks.stopped) words.push({ key: "stopped" });
  else if (clocks.left_wd !== undefined) words.push(clocks.left_wd < 0 ? { key: "over", values: { n: -clocks.left_wd } } : { key: "left", values: { n: clocks.left_wd } });
  if (clocks.extended_wd > 0) words.push({ key: "extended", values: { n: clocks.extended_wd } });
  if (clocks.provisional) words.push({ key: "provisional" });
  return words;
}

/** What comes after the events: what is waited for now, and the steps still ahead. */
export type Ahead =
  | { what: "write" | "correct" | "receive" | "confirm"; now: boolean }
  | { what: "step"; now: boolean; step: ItemStep; by?: string };

export function ahead({ status, step, steps, clocks }: Pick<CaseView, "status" | "step" | "steps" | "clocks">): Ahead[] {
  const from = (first: number, current?: number): Ahead[] =>
    steps.slice(first).map((one, i) => ({ what: "step", now: first + i === current, step: one, by: first + i === current ? clocks.step_by : undefined }));
  switch (status) {
    case "draft":
      return [{ what: "write", now: true }, { what: "receive", now: false }, ...from(0)];
    case "returned":
      return [{ what: "correct", now: true }, { what: "receive", now: false }, ...from(0)];
    case "filed":
      return [{ what: "receive", now: true }, ...from(0)];
    case "handling":
      return from(step, step);
    case "proposed":
      return [{ what: "confirm", now: true }];
    default:
      return [];
  }
}

/** What an act carried, in words: the outcome, the days, the procedure, the answer. */
export function carried({ act, data }: Pick<CaseEvent, "act" | "data">): Words | undefined {
  if (data.outcome) return { key: act === "propose" ? `proposed_${data.outcome}` : data.outcome };
  if (data.days) return { key: "days", values: { n: data.days } };
  if (data.agrees !== undefined) return { key: data.agrees ? "agrees" : "differs" };
  return undefined;
}

/** Where a case is, for a list: its step while it is handled, otherwise its status says it all. */
export const isInStep = (card: Pick<CaseCard, "status">) => card.status === "handling" || card.status === "proposed";
