// One lot's room as a value: `step` takes what the server said and gives the next room.
import type { BidRow, LotState, Offer, ServerFrame, You } from "@/api/types";

/** What the bidder asked for, kept until its reply comes. */
export interface Asked {
  key: string;
  what: "bid" | "proxy" | "answer" | "offer";
  amount?: string;
  yes?: boolean;
  offer?: Offer;
}

/** A reply with what it answers; `asked` is missing for errors that name no key. */
export interface Answer {
  id: string;
  asked?: Asked;
  accepted: boolean;
  at: number;
  /** The lot's own count of its public events, as everybody reads it. */
  seq?: number;
  again: boolean;
  code?: string;
  zh?: string;
  en?: string;
}

export interface Room {
  readonly lot: string;
  readonly state?: LotState;
  /** Newest first. */
  readonly bids: readonly BidRow[];
  readonly you?: You;
  readonly asked: readonly Asked[];
  /** Newest first. */
  readonly answers: readonly Answer[];
  /** An event is missing: the room must be watched anew. */
  readonly gap: boolean;
  /** After a new connection the next snapshot counts even if its number is lower. */
  readonly rejoined: boolean;
}

/** The server ticks every 2 s; two ticks missed and the page no longer knows the price. */
export const STALE_MS = 5000;
// A day of lively bidding; older rows stay readable in the record.
const BIDS_MAX = 2000;
const ANSWERS_MAX = 20;

export function entered(lot: string): Room {
  return { lot, bids: [], asked: [], answers: [], gap: false, rejoined: false };
}

export function isStale(heard_at: number, now: number): boolean {
  return now - heard_at >= STALE_MS;
}

export function ask(room: Room, asked: Asked): Room {
  return { ...room, asked: [...room.asked, asked] };
}

/** Rows of both lists once each, newest first. */
export function merged(a: readonly BidRow[], b: readonly BidRow[]): BidRow[] {
  const rows = new Map<number, BidRow>();
  for (const row of [...a, ...b]) rows.set(row.seq, row);
  return [...rows.values()].sort((x, y) => y.seq - x.seq).slice(0, BIDS_MAX);
}

/** `now`: server time on hearing the frame, for errors, which carry no time of their own. */
export function step(room: Room, frame: ServerFrame, now = 0): Room {
  switch (frame.type) {
    case "welcome":
      return { ...room, rejoined: true };
    case "snapshot":
      return frame.lot === room.lot ? onSnapshot(room, frame) : room;
    case "event":
      return frame.lot === room.lot ? onEvent(room, frame) : room;
    case "reply":
      return frame.lot === room.lot ? onReply(room, frame) : room;
    case "error":
      return onError(room, frame, now);
    default:
      return room;
  }
}

type Frame<T extends ServerFrame["type"]> = Extract<ServerFrame, { type: T }>;

function onSnapshot(room: Room, frame: Frame<"snapshot">): Room {
  const late = !room.rejoined && room.state !== undefined && frame.state.seq < room.state.seq;
  if (late) return { ...room, bids: merged(room.bids, frame.bids) };
  return {
    ...room,
    state: frame.state,
    bids: merged(frame.bids, room.bids.filter((row) => row.seq <= frame.state.seq)),
    you: frame.you ?? undefined,
    gap: false,
    rejoined: false,
  };
}

function onEvent(room: Room, frame: Frame<"event">): Room {
  const known = room.state?.seq;
  if (known !== undefined && frame.seq <= known) return room;
  const bids = frame.bid ? merged([frame.bid], room.bids) : room.bids;
  return {
    ...room,
    // The event carries the whole state, so the newest price shows even across a gap.
    state: frame.state,
    bids,
    you: frame.bid && room.you?.paddle === frame.bid.paddle ? { ...room.you, last: frame.bid.amount } : room.you,
    gap: room.gap || known === undefined || frame.seq !== known + 1,
    rejoined: false,
  };
}

function onReply(room: Room, frame: Frame<"reply">): Room {
  const asked = room.asked.find((a) => a.key === frame.key);
  // The same reply twice is one reply: it was asked for once.
  if (!asked) return room;
  const answer: Answer = {
    id: asked.key,
    asked,
    accepted: frame.accepted,
    at: frame.at,
    seq: frame.seq ?? undefined,
    again: frame.again,
    code: frame.code ?? undefined,
    zh: frame.zh ?? undefined,
    en: frame.en ?? undefined,
  };
  const you = room.you && frame.proxy_max != null ? { ...room.you, proxy_max: frame.proxy_max } : room.you;
  return answered({ ...room, you }, answer);
}

function onError(room: Room, frame: Frame<"error">, now: number): Room {
  const asked = room.asked.find((a) => a.key === frame.key);
  // An error with a key of another room, or of none of ours, is not this room's business.
  if (!asked) return room;
  return answered(room, { id: asked.key, asked, accepted: false, at: now, again: false, code: frame.code, zh: frame.zh, en: frame.en });
}

function answered(room: Room, answer: Answer): Room {
  return {
    ...room,
    asked: room.asked.filter((a) => a.key !== answer.id),
    answers: [answer, ...room.answers].slice(0, ANSWERS_MAX),
  };
}

export type Position = "watching" | "seated" | "leading" | "outbid";

/** Where the bidder stands by the server's last word. */
export function position(room: Room): Position {
  if (!room.you) return "watching";
  if (room.state?.leader != null && room.state.leader === room.you.paddle) return "leading";
  return room.you.last != null ? "outbid" : "seated";
}
