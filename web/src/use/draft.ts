// A lot as the clerk's form holds it, and the small conversions the form needs.
import { freshMethod } from "./needs";
import { kindOf } from "./profiles";
import type { DeskLot, Extension, LotDraft, MethodName, Phase, Profile, TermsDraft } from "@/api/types";

export function draftFrom(profile: Profile): LotDraft {
  return {
    number: "", kind: kindOf(profile.id), title_zh: "", title_en: "", location: "", area_m2: undefined,
    description_zh: "", description_en: "", grantor: "", facts: [], terms: editable(profile.terms),
  };
}

/** Terms to be changed: a copy of one's own, with the lists the form writes to. */
export function editable(terms: TermsDraft): TermsDraft {
  return { ...structuredClone(terms), after_ceiling: structuredClone(terms.after_ceiling ?? []) };
}

/** The server's draft while there is one; after publication what everybody sees of it. */
export function draftOf({ draft, card, terms, description_zh, description_en, grantor, facts }: DeskLot): LotDraft {
  if (draft) return { ...structuredClone(draft), facts: structuredClone(draft.facts ?? []), terms: editable(draft.terms) };
  const { has_reserve: _, ...open } = terms;
  const { number, kind, title_zh, title_en, location, area_m2 } = card;
  return { number, kind, title_zh, title_en, location, area_m2, description_zh, description_en, grantor, facts: structuredClone(facts), terms: editable(open) };
}

const MINUTE_MS = 60_000;

/** A row's kind as the clerk chooses it: a rung of the ladder, or a method by its name. */
export type RowKind = Exclude<Phase["kind"], "method"> | MethodName;
export const LADDER_KINDS = ["open", "free", "inquiry", "preparation", "timed"] as const satisfies RowKind[];
export const rowKind = (phase: Phase): RowKind => (phase.kind === "method" ? phase.method : phase.kind);

/** A new row of each kind; the clerk changes the numbers, the server judges them. */
export function freshPhase(kind: RowKind): Phase {
  switch (kind) {
    case "open":
      return { kind, length_ms: 60 * MINUTE_MS, extension: { kind: "none" } };
    case "free":
      return { kind, length_ms: 10 * 24 * 60 * MINUTE_MS, freeze_ms: 60 * MINUTE_MS, extension: { kind: "none" }, freeze_bidders_min: 0 };
    case "inquiry":
      return { kind, length_ms: 5 * MINUTE_MS, entrants_min: 1 };
    case "preparation":
      return { kind, length_ms: 15 * MINUTE_MS, recent_ms: 60 * MINUTE_MS, recent_bidders_min: 2 };
    case "timed":
      return { kind, period_ms: 5 * MINUTE_MS, extension: { kind: "restart", period_ms: 5 * MINUTE_MS }, entry: "qualified" };
    default:
      return freshMethod(kind);
  }
}

export function freshExtension(kind: Extension["kind"]): Extension {
  switch (kind) {
    case "none":
      return { kind };
    case "sliding":
      return { kind, window_ms: 5 * MINUTE_MS };
    case "restart":
      return { kind, period_ms: 5 * MINUTE_MS };
    case "restart_paused":
      return { kind, period_ms: 3 * MINUTE_MS, pause_ms: 10_000 };
    case "add_on":
      return { kind, add_ms: 5 * MINUTE_MS };
    case "sliding_capped":
      return { kind, window_ms: 5 * MINUTE_MS, extra_ms_max: 60 * MINUTE_MS, count_max: 20 };
  }
}

/** Number inputs of a phase or an extension besides its kind, in the order they are filled in. */
export function durations(row: Phase | Extension): string[] {
  return Object.keys(row).filter((name) => name.endsWith("_ms") || name.endsWith("_ms_max"));
}

/** Counts that are always there; `quoted_min` may be left out, and has an input of its own. */
export function counts(row: Phase | Extension): string[] {
  return Object.keys(row).filter((name) => name !== "quoted_min" && !name.includes("_ms") && (name.endsWith("_min") || name === "count_max"));
}

/**
 * The inputs a server's field means. It names `terms.phases.drop` or `terms.dutch.drop` without the
 * phase's place: every phase it fits is meant. Without an input of that name, the row itself.
 */
export function places(field: string | undefined, draft: Pick<LotDraft, "terms">): string[] {
  if (!field) return [];
  const plain = field.replace(/\[(\d+)\]/g, ".$1").replace(/^\$?\.?/, "");
  const [, group = "", name = ""] = /^terms\.(\w+)(?:\.(\w+))?/.exec(plain) ?? [];
  if (/^terms\.phases\.\d/.test(plain) || group === "") return [plain];
  const rows = (list: "phases" | "after_ceiling") => (draft.terms[list] ?? []).map((phase, i) => ({ phase, path: `terms.${list}.${i}` }));
  const all = [...rows("phases"), ...rows("after_ceiling")];
  const put = (row: (typeof all)[number]) => (name in row.phase ? `${row.path}.${name}` : row.path);
  const of_method = all.filter(({ phase }) => phase.kind === "method" && phase.method === group);
  if (of_method.length) return of_method.map(put);
  if (group === "phases" && name) return all.filter(({ phase }) => name in phase).map(put);
  return [plain];
}

/** Does an objection to `field` belong to the input at `path`? A list's belongs to the list. */
export function names(field: string | undefined, path: string, draft: Pick<LotDraft, "terms">): boolean {
  return places(field, draft).includes(path);
}
