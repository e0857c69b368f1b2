// Which acts need what before they can be sent. Whether somebody may act is the server's list alone.
import type { CaseAct, CaseEvent, CaseOutcome, CaseView } from "@/api/types";

export type ActName = CaseAct["act"];
type Part = "note" | "outcome" | "special" | "days" | "agency" | "agrees";

export interface Needs {
  /** Words: none, if there is something to say, or always. */
  note: "none" | "may" | "must";
  ask?: Exclude<Part, "note">;
}

export const NEEDS: Record<ActName, Needs> = {
  file: { note: "none" },
  correct: { note: "must" },
  withdraw: { note: "may" },
  accept: { note: "none" },
  return: { note: "must" },
  refuse_acceptance: { note: "must" },
  forward: { note: "may" },
  decide: { note: "may", ask: "outcome" },
  propose: { note: "may", ask: "outcome" },
  confirm: { note: "may" },
  send_back: { note: "must" },
  stop: { note: "must", ask: "special" },
  resume: { note: "may" },
  ask_extension: { note: "must", ask: "days" },
  grant_extension: { note: "may" },
  refuse_extension: { note: "must" },
  ask_opinion: { note: "must", ask: "agency" },
  withdraw_opinions: { note: "must" },
  give_opinion: { note: "must", ask: "agrees" },
};

export interface Answers {
  note: string;
  outcome?: CaseOutcome;
  special?: string;
  days?: number;
  agency?: string;
  agrees?: boolean;
}

/** Acts that move a case on stand first and are painted as such. */
const FORTH: ActName[] = ["accept", "forward", "decide", "propose", "confirm", "grant_extension", "resume", "give_opinion"];
export const isForth = (act: ActName) => FORTH.includes(act);

/** Acts as buttons: those that go on first, each in its own place; what the page does elsewhere is left out. */
export function buttons(may: string[], elsewhere: ActName[] = []): ActName[] {
  const order = [...FORTH, ...(Object.keys(NEEDS) as ActName[]).filter((act) => !isForth(act))];
  return order.filter((act) => may.includes(act) && !elsewhere.includes(act));
}

/** A refusal is always explained, whoever speaks. */
export const needsNote = (act: ActName, { outcome }: Answers) => NEEDS[act].note === "must" || outcome === "refused";

/** What is still missing before the act can be sent. */
export function missing(act: ActName, answers: Answers): Part | undefined {
  const { ask } = NEEDS[act];
  if (ask && (answers[ask] === undefined || answers[ask] === "" || (ask === "days" && !(Number.isInteger(answers.days) && answers.days! > 0)))) return ask;
  return needsNote(act, answers) && answers.note.trim() === "" ? "note" : undefined;
}

export function bodyOf(act: ActName, answers: Answers): CaseAct {
  const { note, ask } = NEEDS[act];
  return { act, ...(note !== "none" && { note: answers.note.trim() }), ...(ask && { [ask]: answers[ask] }) } as CaseAct;
}

export interface TwoPersons {
  key: "proposed_mine" | "proposed" | "proposed_other" | "extension_mine" | "extension" | "extension_other";
  by: string;
}

/** What one person has proposed and another must answer: mine to wait for, mine to answer, or others'. */
export function twoPersons({ status, events, may }: Pick<CaseView, "status" | "events" | "may">, me: string): TwoPersons[] {
  const last = (...acts: ActName[]): CaseEvent | undefined => events.findLast((event) => acts.some((act) => act === event.act));
  const told = (what: "proposed" | "extension", asked: CaseEvent, answer: ActName): TwoPersons => {
    const key = may.includes(answer) ? what : asked.by === me ? `${what}_mine` as const : `${what}_other` as const;
    return { key, by: asked.by };
  };
  const found: TwoPersons[] = [];
  const proposal = last("propose");
  if (status === "proposed" && proposal) found.push(told("proposed", proposal, "confirm"));
  const extension = last("ask_extension", "grant_extension", "refuse_extension");
  if ((status === "handling" || status === "proposed") && extension?.act === "ask_extension") found.push(told("extension", extension, "grant_extension"));
  return found;
}
