// Why a button rests: words for what the server's state already says. No rule lives here.
import type { Account, LotState, You } from "@/api/types";

export interface Situation {
  stale: boolean;
  account?: Account;
  you?: You;
  state?: LotState | null;
  now: number;
}

export type Reason =
  | "stale" | "sign_in" | "not_bidder" | "no_seat" | "loading"
  | "announced" | "suspended" | "ceiling" | "closed" | "inquiry" | "preparation" | "paused" | "frozen" | "not_now" | "not_asked" | "not_entered" | "reserve_offer" | "barred";

export function isClosed(state: LotState): boolean {
  return state.stage === "sold" || state.stage === "unsold" || state.stage === "terminated";
}

/** Why this person cannot act on the lot at all, first cause first. */
function whyNoSeat({ stale, account, you, state }: Situation): Reason | undefined {
  if (state && isClosed(state)) return "closed";
  if (stale) return "stale";
  if (!account) return "sign_in";
  if (account.role !== "bidder") return "not_bidder";
  if (!state) return "loading";
  if (!you) return "no_seat";
  return you.barred ? "barred" : undefined;
}

export function whyNoBid(situation: Situation): Reason | undefined {
  const { state, now } = situation;
  const seat = whyNoSeat(situation);
  if (seat || !state) return seat;
  if (state.stage === "suspended") return "suspended";
  if (state.paused_until != null && now < state.paused_until) return "paused";
  if (state.freeze_at != null && now >= state.freeze_at) return "frozen";
  if (state.minimum != null) return undefined;
  if (state.stage === "announced") return "announced";
  if (state.stage === "ceiling" || state.phase === "ceiling_inquiry") return "ceiling";
  return state.phase === "inquiry" || state.phase === "preparation" || state.phase === "reserve_offer" ? state.phase : "not_now";
}

/** Why this person cannot make an offer under the running selling method. */
export function whyNoOffer(situation: Situation): Reason | undefined {
  const { state, you } = situation;
  const seat = whyNoSeat(situation);
  if (seat || !state) return seat;
  if (state.stage === "suspended") return "suspended";
  if (state.stage === "announced") return "announced";
  if (state.phase !== state.room?.method) return "not_now";
  return you?.entered ? undefined : "not_entered";
}

export function isInquiry(state: LotState): boolean {
  return state.phase === "inquiry" || state.phase === "ceiling_inquiry" || state.phase === "reserve_offer";
}

export function whyNoAnswer(situation: Situation): Reason | undefined {
  const seat = whyNoSeat(situation);
  if (seat || !situation.state) return seat;
  if (situation.state.stage === "suspended") return "suspended";
  return isInquiry(situation.state) ? undefined : "not_asked";
}

export function whyNoApplication({ account, state }: Situation): Reason | undefined {
  if (state && isClosed(state)) return "closed";
  if (!account) return "sign_in";
  return account.role === "bidder" ? undefined : "not_bidder";
}
