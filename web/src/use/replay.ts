// 证据回放 as a value: where one is in a lot's bids, and what was known by then. Pure; tested.
import type { BidderEdge, Replay, ReplayRow } from "@/api/types";

export interface Place {
  /** The last row that is shown. */
  readonly at: number;
  readonly playing: boolean;
}

export type Move = { readonly to: number } | "first" | "back" | "forward" | "last" | "evidence" | "play" | "tick";

export const blank: Place = { at: 0, playing: false };

/** Begins where the server says. */
export function begin(replay: Pick<Replay, "begins_at">): Place {
  return { at: replay.begins_at, playing: false };
}

export function step(place: Place, move: Move, rows: readonly ReplayRow[]): Place {
  const end = Math.max(0, rows.length - 1);
  const stop = (at: number): Place => ({ at: Math.min(end, Math.max(0, at)), playing: false });
  if (typeof move === "object") return stop(Math.round(move.to));
  switch (move) {
    case "first":
      return stop(0);
    case "back":
      return stop(place.at - 1);
    case "forward":
      return stop(place.at + 1);
    case "last":
      return stop(end);
    case "evidence": {
      // After the last piece of evidence comes the first.
      const next = rows.findIndex((row, i) => i > place.at && row.evidence);
      const first = rows.findIndex((row) => row.evidence);
      return stop(next >= 0 ? next : first >= 0 ? first : place.at);
    }
    case "play":
      // Played to the end, it begins anew.
      if (place.playing) return { ...place, playing: false };
      return { at: place.at >= end ? 0 : place.at, playing: end > 0 };
    case "tick": {
      if (!place.playing) return place;
      const at = Math.min(end, place.at + 1);
      return { at, playing: at < end };
    }
  }
}

export interface Known {
  readonly row: ReplayRow | undefined;
  readonly price: string | undefined;
  readonly leader: number | undefined;
  /** Accepted bids by paddle. */
  readonly bids: ReadonlyMap<number, number>;
  readonly edges: readonly BidderEdge[];
}

/** What the record showed once row `at` was in it. */
export function known(replay: Replay, at: number): Known {
  const seen = replay.rows.slice(0, at + 1);
  const row = seen.at(-1);
  const bids = new Map<number, number>();
  let price: string | undefined;
  let leader: number | undefined;
  for (const bid of seen) {
    if (bid.refused != null) continue;
    bids.set(bid.paddle, (bids.get(bid.paddle) ?? 0) + 1);
    if (bid.leads && bid.amount != null) [price, leader] = [bid.amount, bid.paddle];
  }
  return { row, price, leader, bids, edges: replay.edges.filter((edge) => row !== undefined && edge.since_n <= row.n) };
}

export interface Spot {
  readonly paddle: number;
  readonly x: number;
  readonly y: number;
}

/** Paddles around a circle of radius 1, the first on top: those of the alert beside each other. */
export function circle(replay: Replay): Spot[] {
  const nodes = [...replay.nodes].sort((a, b) => Number(b.named) - Number(a.named) || a.paddle - b.paddle);
  return nodes.map((node, i) => {
    const turn = (2 * Math.PI * i) / nodes.length - Math.PI / 2;
    return { paddle: node.paddle, x: Math.cos(turn), y: Math.sin(turn) };
  });
}
