// What the offices know of their own acts: the seed a browser keeps, and whose
// turn it is to enter a reserve. Pure but for the session's own storage.
import type { HistoryRow, LotState, TermsDraft } from "@/api/types";

/** 32 hex digits nobody can guess. */
export function freshSeed(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

const SEED_KEY = "sunbid.seed.";

/** The seed stays in this tab until it is shown: nobody else may learn it before. */
export const keptSeed = (lot: string) => sessionStorage.getItem(SEED_KEY + lot) ?? undefined;
export const keepSeed = (lot: string, seed: string) => sessionStorage.setItem(SEED_KEY + lot, seed);
export const dropSeed = (lot: string) => sessionStorage.removeItem(SEED_KEY + lot);

export type ReserveTurn =
  | { kind: "unasked" }
  | { kind: "early"; from?: number }
  | { kind: "late" }
  | { kind: "entered"; by: string; at: number }
  | { kind: "waiting"; at: number; until: number }
  | { kind: "first"; until: number }
  | { kind: "second"; by: string; at: number; until: number };

/** 底价录入 as one clerk sees it now: whose turn it is by the lot's history. */
export function reserveTurn(
  { reserve_entry }: Pick<TermsDraft, "reserve_entry">,
  state: LotState | undefined,
  history: readonly HistoryRow[],
  me: string | undefined,
  now: number,
  /** The last entry found to differ from its second: it is void, and the history does not say so. */
  void_at = -1,
): ReserveTurn {
  if (!reserve_entry) return { kind: "unasked" };
  const acts = history.filter(({ action }) => action === "reserve" || action === "reserve_first").filter(({ at }) => at > void_at).sort((a, b) => b.at - a.at);
  const [last] = acts;
  if (last?.action === "reserve") return { kind: "entered", by: last.by, at: last.at };
  if (!state || state.stage === "draft" || state.stage === "checked" || state.stage === "announced") return { kind: "early" };
  if (state.stage !== "bidding" || state.phase_index !== 0 || state.ends_at == null) return { kind: "late" };
  const from = state.ends_at - reserve_entry.opens_before_ms;
  const until = state.ends_at - reserve_entry.closes_before_ms;
  if (now < from) return { kind: "early", from };
  if (now >= until) return { kind: "late" };
  if (!last) return { kind: "first", until };
  return last.by === me ? { kind: "waiting", at: last.at, until } : { kind: "second", by: last.by, at: last.at, until };
}
