// What an entry of the log says, for a person: the fields everybody asks for, and the line itself.
import { decimal } from "@/use/money";

export interface Entry {
  /** As it was hashed. */
  line: string;
  fact?: string;
  at?: number;
  lot?: string;
  seq?: number;
  paddle?: number;
  amount?: string;
}

/** A line that is no entry of ours is still shown as it is. */
export function readEntry(bytes: Uint8Array): Entry {
  const line = new TextDecoder().decode(bytes);
  let said: unknown;
  try {
    said = JSON.parse(line);
  } catch {
    return { line };
  }
  if (typeof said !== "object" || said === null || !("fact" in said)) return { line };
  const { at, lot, seq, scale, fact } = said as { at?: number; lot?: string; seq?: number; scale?: number; fact: Record<string, { paddle?: number } | null> };
  const [kind] = Object.keys(fact);
  return { line, fact: kind, at, lot, seq, paddle: kind === undefined ? undefined : fact[kind]?.paddle, amount: amountOf(line, scale) };
}

// Amounts are whole numbers of the lot's smallest unit; above 2^53 JSON.parse would round them.
function amountOf(line: string, scale?: number): string | undefined {
  const units = /"amount":(-?\d+)/.exec(line)?.[1];
  return units === undefined || scale === undefined ? undefined : decimal(BigInt(units), scale);
}
