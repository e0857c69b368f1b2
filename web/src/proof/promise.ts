// 承诺: what the log bound itself to while an offer had to stay secret, and whether the opening keeps it.
import { compared } from "@/use/money";
import { readEntry } from "./entry";

/** Kept from the moment the offer was taken. */
export interface Promised {
  /** The key of the request it answers. */
  key: string;
  lot: string;
  at: number;
  /** For an offer at an amount of one's own. */
  amount?: string;
  note: string;
  salt: string;
  line: string;
  /** `held`: signed, and still to be kept. */
  state: "checking" | "held" | "verified" | "refused";
  code?: string;
}

/** A lot after its close: its offers as they were opened, if they were. */
export interface Opening {
  rows: readonly { paddle: number; price: string; at: number }[];
  sold: boolean;
}

type Secret = { fact?: { secret?: { offered?: { paddle?: number; offer?: { price?: unknown } } } } };

/** A line that is no entry of ours tells nothing. */
function parsed(line: string): unknown {
  try {
    return JSON.parse(line) ?? undefined;
  } catch {
    return undefined;
  }
}

/** The offer at a price that a secret line tells; there are other secrets. */
export function offerIn(line: string): { paddle: number; amount: string } | undefined {
  const { amount } = readEntry(new TextEncoder().encode(line));
  const { paddle, offer } = (parsed(line) as Secret | undefined)?.fact?.secret?.offered ?? {};
  return paddle === undefined || amount === undefined || offer?.price === undefined ? undefined : { paddle, amount };
}

/** Whether a leaf of the log tells this lot's commitments, and which. */
export function commitmentsIn(entry: Uint8Array, lot: string): readonly string[] {
  const said = parsed(new TextDecoder().decode(entry)) as { lot?: string; fact?: { kept?: { commitments?: string[] } } } | undefined;
  return said?.lot === lot ? (said.fact?.kept?.commitments ?? []) : [];
}

/** How the opening breaks a promise, by a code; `mine`: all that this browser holds for the lot. */
export function broken(promised: Promised, mine: readonly Promised[], { rows, sold }: Opening): string | undefined {
  const offer = offerIn(promised.line);
  if (!offer || rows.length === 0) return undefined;
  const row = rows.find(({ paddle }) => paddle === offer.paddle);
  if (row?.at === promised.at) return compared(row.price, offer.amount) === 0 ? undefined : "opened_other";
  // The last offer counts. One made in another browser may be newer; one of an earlier opening is not in this one,
  // and a lot that was not sold may have closed without the opening of its last phase.
  const last = mine.every(({ at, line }) => at <= promised.at || !offerIn(line));
  const from = Math.min(...rows.map(({ at }) => at));
  if (!last || !sold || promised.at < from || (row && row.at > promised.at)) return undefined;
  return row ? "opened_other" : "not_opened";
}
