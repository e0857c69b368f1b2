// Small readings of what the server says about a selling method. Nothing here decides anything.
import type { AwardRow, LevelRow, LotState, MethodName, OpenedRow, PublicTerms, Rules, You } from "@/api/types";

/** The published rules of the method in the room: those of the running phase, else the last of that name. */
export function rulesOf<M extends MethodName>(terms: PublicTerms, state: LotState, method: M): Rules<M> | undefined {
  const phases = [...terms.phases, ...(terms.after_ceiling ?? [])];
  const running = state.phase_index == null ? undefined : phases[state.phase_index];
  const found = [running, ...phases.reverse()].find((phase) => phase?.kind === "method" && phase.method === method);
  return found as Rules<M> | undefined;
}

/** Is the lot now, or if it has not begun at first, sold by open bidding? */
export function isLadder(terms: PublicTerms, state: LotState): boolean {
  if (state.phase === "reserve_offer") return false;
  return state.phase == null ? terms.phases[0]?.kind !== "method" : state.phase !== state.room?.method;
}

/** How many changes or orders are left by the published number. */
export function leftOf(max: number | undefined, used: number | undefined): number | undefined {
  return max === undefined ? undefined : Math.max(0, max - (used ?? 0));
}

/** In the sealed phase of a hybrid sale the one who leads waits. */
export function waits(rules: Rules<"sealed"> | undefined, state: LotState, you?: You): boolean {
  return rules?.who === "all_but_first" && you !== undefined && state.leader === you.paddle;
}

export interface Rung {
  price: string;
  quantity: number;
  /** Of this price and every better one. */
  total: number;
}

/** Opened orders as a ladder of prices, best first as the server ranked them, each with the quantity up to it. */
export function demandLadder(opened: readonly OpenedRow[]): Rung[] {
  const rungs: Rung[] = [];
  for (const { price, quantity } of opened) {
    const last = rungs.at(-1);
    if (last?.price === price) {
      last.quantity += quantity;
      last.total += quantity;
    } else rungs.push({ price, quantity, total: (last?.total ?? 0) + quantity });
  }
  return rungs;
}

/** Levels of one side, best first, each with the quantity up to it. */
export function depth(levels: readonly LevelRow[]): Rung[] {
  let total = 0;
  return levels.map(({ price, quantity }) => ({ price, quantity, total: (total += quantity) }));
}

/** Corners of a step line: price against the quantity up to it. Floats, for drawing alone. */
export function steps(rungs: readonly Rung[]): [number, number][] {
  const points: [number, number][] = [];
  let before = 0;
  for (const { price, total } of rungs) {
    points.push([before, Number(price)], [total, Number(price)]);
    before = total;
  }
  return points;
}

/** One bidder's own part of an allotment. */
export function awardsOf(awards: readonly AwardRow[], paddle: number | undefined): AwardRow[] {
  return awards.filter((award) => award.paddle === paddle);
}

/** Activity points these wishes come to. */
export function activity(wanted: readonly number[], products: readonly { points: number }[]): number {
  return wanted.reduce((sum, units, i) => sum + units * (products[i]?.points ?? 0), 0);
}
