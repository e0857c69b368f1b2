// 立案 as its form holds it, and what of it is sent.
import type { ActTime, NewEnforcementCase } from "@/api/types";

/** When the act was done, as it is typed; nothing typed is not known. */
export interface TimeDraft {
  on: string;
  continues: boolean;
  until: string;
  grave: boolean;
}

export const noTime = (): TimeDraft => ({ on: "", continues: false, until: "", grave: false });

/** As it is known, to be written anew. */
export const timeOf = (known?: ActTime | null): TimeDraft => ({ ...noTime(), ...known, until: known?.until ?? "" });

export const timeFrom = ({ on, continues, until, grave }: TimeDraft): ActTime => ({ on, ...(continues && { continues, ...(until && { until }) }), ...(grave && { grave }) });

export interface CaseDraft {
  source: "own" | "transfer";
  transferred_as: string;
  title: string;
  facts: string;
  party: { kind: "entity" | "person"; code: string; name: string };
  lot: string;
  time: TimeDraft;
}

export const noCase = (): CaseDraft => ({ source: "own", transferred_as: "", title: "", facts: "", party: { kind: "entity", code: "", name: "" }, lot: "", time: noTime() });

/** A party of whom nothing was typed is not known yet; one half typed goes to the server, which says what is missing. */
export function caseFrom({ source, transferred_as, title, facts, party, lot, time }: CaseDraft): NewEnforcementCase {
  const [code, name] = [party.code.trim(), party.name.trim()];
  return {
    title: title.trim(), facts: facts.trim(),
    ...(source === "transfer" && { transferred_as: transferred_as.trim() }),
    ...((code || name) && { party: { kind: party.kind, code, name } }),
    ...(lot && { lot }),
    ...(time.on && { act_time: timeFrom(time) }),
  };
}
