// 立案 as its form holds it, and what of it is sent.
import type { NewEnforcementCase } from "@/api/types";

export interface CaseDraft {
  source: "own" | "transfer";
  transferred_as: string;
  title: string;
  facts: string;
  party: { kind: "entity" | "person"; code: string; name: string };
  lot: string;
}

export const noCase = (): CaseDraft => ({ source: "own", transferred_as: "", title: "", facts: "", party: { kind: "entity", code: "", name: "" }, lot: "" });

/** A party of whom nothing was typed is not known yet; one half typed goes to the server, which says what is missing. */
export function caseFrom({ source, transferred_as, title, facts, party, lot }: CaseDraft): NewEnforcementCase {
  const [code, name] = [party.code.trim(), party.name.trim()];
  return {
    title: title.trim(), facts: facts.trim(),
    ...(source === "transfer" && { transferred_as: transferred_as.trim() }),
    ...((code || name) && { party: { kind: party.kind, code, name } }),
    ...(lot && { lot }),
  };
}
