// What every method's room is given; each says what it wants done, the page sends it.
import type { BidRow, LotState, MethodName, Offer, PublicTerms, Rules, View, You } from "@/api/types";

export interface MethodProps<M extends MethodName> {
  view: View<M>;
  rules?: Rules<M>;
  state: LotState;
  terms: PublicTerms;
  bids: readonly BidRow[];
  you?: You;
  /** Why no offer can be made, in words. */
  reason?: string;
  waiting: boolean;
  /** Nothing was heard for too long: my place is unknown. */
  stale: boolean;
}

export type MethodEmits = { bid: [amount: string]; offer: [offer: Offer] };
