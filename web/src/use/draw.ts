// Doing a draw again with nothing but what everyone can read: the server's word is not needed.
import type { OfficeName, OfficeRow, TextRow } from "@/api/types";

const OFFICES: readonly OfficeName[] = ["center", "supervisor"];

export interface Drawn {
  seeds: readonly OfficeRow[];
  texts: readonly TextRow[];
  /** By rising paddle. */
  among: readonly number[];
}

/** The lines whose SHA-256 decides, each ended by a newline. */
export function drawLines({ seeds, texts, among }: Drawn): string {
  const seed = (office: OfficeName) => seeds.find((row) => row.office === office)?.text ?? "";
  const own = (paddle: number) => texts.find((row) => row.paddle === paddle)?.text ?? "";
  const lines = ["sunbid draw 1", ...OFFICES.map((office) => `${office} ${seed(office)}`), ...among.map((paddle) => `${paddle} ${own(paddle)}`)];
  return lines.map((line) => `${line}\n`).join("");
}

/** The first sixteen bytes of a digest as a number, and what is left of it over the count. */
export function remainder(digest: string, count: number): { head: bigint; nth: number } | undefined {
  if (!/^[0-9a-f]{64}$/.test(digest) || count < 1) return undefined;
  const head = BigInt(`0x${digest.slice(0, 32)}`);
  return { head, nth: Number(head % BigInt(count)) };
}

/** Only pages over TLS, or of this very machine, are given `crypto.subtle`. */
export async function sha256(text: string): Promise<string | undefined> {
  if (!globalThis.crypto?.subtle) return undefined;
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

export interface Check {
  lines: string;
  digest: string;
  head: bigint;
  nth: number;
  drawn: number;
  /** Whether each shown seed is the one its office was bound to. */
  bound: { office: OfficeName; digest: string; same: boolean }[];
}

export async function checked(drawn: Drawn, commitments: readonly OfficeRow[]): Promise<Check | undefined> {
  const lines = drawLines(drawn);
  const digest = await sha256(lines);
  const rest = digest === undefined ? undefined : remainder(digest, drawn.among.length);
  if (digest === undefined || !rest) return undefined;
  const bound: Check["bound"] = [];
  for (const { office, text } of drawn.seeds) {
    const own = (await sha256(text)) ?? "";
    bound.push({ office, digest: own, same: commitments.some((row) => row.office === office && row.text === own) });
  }
  return { lines, digest, ...rest, drawn: drawn.among[rest.nth]!, bound };
}
