// A lot as the clerk's form holds it, and the small conversions the form needs.
import type { DeskLot, Extension, LotDraft, Phase, Profile } from "@/api/types";

export function draftFrom(profile: Profile): LotDraft {
  return {
    number: "", kind: "housing_land", title_zh: "", title_en: "", location: "", area_m2: undefined,
    description_zh: "", description_en: "", grantor: "", facts: [], terms: structuredClone(profile.terms),
  };
}

/** The server's draft while there is one; after publication what everybody sees of it. */
export function draftOf({ draft, card, terms, description_zh, description_en, grantor, facts }: DeskLot): LotDraft {
  if (draft) return structuredClone({ ...draft, facts: draft.facts ?? [] });
  const { has_reserve: _, ...open } = terms;
  const { number, kind, title_zh, title_en, location, area_m2 } = card;
  return structuredClone({ number, kind, title_zh, title_en, location, area_m2, description_zh, description_en, grantor, facts, terms: open });
}

const MINUTE_MS = 60_000;

/** A new row of each kind; the clerk changes the numbers, the server judges them. */
export function freshPhase(kind: Phase["kind"]): Phase {
  switch (kind) {
    case "open":
      return { kind, length_ms: 60 * MINUTE_MS, extension: { kind: "none" } };
    case "free":
      return { kind, length_ms: 10 * 24 * 60 * MINUTE_MS, freeze_ms: 60 * MINUTE_MS, extension: { kind: "none" } };
    case "inquiry":
      return { kind, length_ms: 5 * MINUTE_MS, entrants_min: 1 };
    case "preparation":
      return { kind, length_ms: 15 * MINUTE_MS, recent_ms: 60 * MINUTE_MS, recent_bidders_min: 2 };
    case "timed":
      return { kind, period_ms: 5 * MINUTE_MS, extension: { kind: "restart", period_ms: 5 * MINUTE_MS }, entry: "qualified" };
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

export function counts(row: Phase | Extension): string[] {
  return Object.keys(row).filter((name) => !name.includes("_ms") && (name.endsWith("_min") || name === "count_max"));
}

/** Does the server's field name this input? It may give the full path or the last name only. */
export function names(field: string | undefined, path: string): boolean {
  if (!field) return false;
  const plain = field.replace(/\[(\d+)\]/g, ".$1").replace(/^\$?\.?/, "");
  return plain === path || plain.endsWith(`.${path}`) || path.endsWith(`.${plain}`);
}
