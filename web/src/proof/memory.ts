// What this browser remembers of the log, as a value: its receipts, what it saw signed, the first contradiction.
import { compared } from "@/use/money";
import type { Entry } from "./entry";
import type { Promised } from "./promise";

/** 回执: kept until it is checked, and after. */
export interface Kept {
  /** The key of the request it answers. */
  key: string;
  lot: string;
  /** What it must say, until it is checked and after: when it was taken, and the amount where there was one. */
  at?: number;
  amount?: string;
  /** C2SP tlog-proof, as it came. */
  receipt: string;
  state: "checking" | "verified" | "refused";
  /** What is wrong with it. */
  code?: string;
  /** The entry's number among the lot's public events. */
  seq?: number;
}

/** The log says two things that cannot both be true, or cannot prove what it said. */
export interface Alarm {
  code: string;
  at: number;
  /** What it signed; two checkpoints that contradict each other convict the log before anybody. */
  evidence: readonly string[];
}

export interface Memory {
  /** The log's key as this browser first learned it. */
  log?: string;
  /** Newest first. */
  receipts: readonly Kept[];
  /** Newest first. */
  promises: readonly Promised[];
  /** Checkpoints that no newer one of these is known to contain: mostly one. */
  signed: readonly string[];
  /** The last time the log proved that it only grew. */
  settled?: { at: number; size: string };
  /** Since when the log owes an answer: no proof has come since then. */
  unproven?: number;
  /** The first stays: what follows from a broken log is of no interest. */
  alarm?: Alarm;
}

/** 1.5 KB each; the browser's store holds 5 MB. The file the bidder downloads is the one to keep. */
export const RECEIPTS_MAX = 200;
/** Each is asked about at the next opportunity. */
export const SIGNED_MAX = 16;

/** As long as they are held, and after. */
export const PROMISES_MAX = 200;

export const NOTHING: Memory = { receipts: [], promises: [], signed: [] };

/** What was stored; anything else counts as nothing. */
export function remembered(stored: string | null): Memory {
  try {
    const memory = JSON.parse(stored ?? "") as Memory;
    if (!Array.isArray(memory.receipts) || !Array.isArray(memory.signed)) return NOTHING;
    // What an older page stored has no promises.
    return { ...memory, promises: Array.isArray(memory.promises) ? memory.promises : [] };
  } catch {
    return NOTHING;
  }
}

export function keep(memory: Memory, kept: Kept): Memory {
  const others = memory.receipts.filter(({ key }) => key !== kept.key);
  return { ...memory, receipts: [kept, ...others].slice(0, RECEIPTS_MAX) };
}

export function hold(memory: Memory, promised: Promised): Memory {
  // One that is shown again has its place, and what was found of it.
  if (memory.promises.some(({ key, state }) => key === promised.key && state !== "checking")) {
    if (promised.state === "checking") return memory;
    return { ...memory, promises: memory.promises.map((one) => (one.key === promised.key ? promised : one)) };
  }
  const others = memory.promises.filter(({ key }) => key !== promised.key);
  return { ...memory, promises: [promised, ...others].slice(0, PROMISES_MAX) };
}

/** The log was seen to have signed this. */
export function saw(memory: Memory, checkpoint: string): Memory {
  if (memory.signed.includes(checkpoint)) return memory;
  return { ...memory, signed: [...memory.signed, checkpoint].slice(0, SIGNED_MAX) };
}

export function settle(memory: Memory, signed: readonly string[], size: bigint, at: number): Memory {
  return { ...memory, signed, settled: { at, size: String(size) }, unproven: undefined };
}

/** No answer came: neither a proof nor a refusal. */
export function doubt(memory: Memory, at: number): Memory {
  return { ...memory, unproven: memory.unproven ?? at };
}

/** A line may fail for a moment; a log that proves nothing for longer is told of. */
export const UNPROVEN_MS = 3 * 60_000;

export function unprovenSince({ unproven }: Memory, now: number): number | undefined {
  return unproven !== undefined && now - unproven >= UNPROVEN_MS ? unproven : undefined;
}

export function shout(memory: Memory, alarm: Alarm): Memory {
  return memory.alarm ? memory : { ...memory, alarm };
}

/** What the entry must say, if the receipt is that of this request. */
export interface Claim {
  lot: string;
  at: number;
  /** For a bid at an amount of one's own. */
  amount?: string;
}

export function fits(entry: Entry, { lot, at, amount }: Claim): boolean {
  if (entry.lot !== lot || entry.at !== at) return false;
  return amount === undefined || (entry.amount !== undefined && compared(entry.amount, amount) === 0);
}
