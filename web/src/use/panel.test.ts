import { expect, test } from "vitest";
import { sha256 } from "./draw";
import { fits, redrawn, ticketLines } from "./panel";
import type { Panel } from "@/api/types";

const SEEDS = ["a clerk's own dice: 4 6 1 2 5", "a supervisor's own dice: 3 3 6"];
const pool = { lot: "", no: 1, salt: "00", field: "land", wanted: 2, experts: ["E00", "E01", "E02", "E03", "E04"].map((number, nth) => ({ number, aged: false, ...(nth === 3 ? { recused: "employer" } : {}) })) };

async function panel(changed: Partial<Panel> = {}): Promise<Panel> {
  const [clerk, supervisor] = await Promise.all(SEEDS.map((seed) => sha256(seed)));
  const text = JSON.stringify(pool);
  const numbers = await redrawn(pool, SEEDS);
  return {
    no: 1, field: "land", wanted: 2, reason: "", asked_at: 0, drawn_at: 1, pool: text, pool_sha256: await sha256(text),
    seeds: [{ office: "clerk", commitment: clerk!, committed_at: 0, noted: true, seed: SEEDS[0] }, { office: "supervisor", commitment: supervisor!, committed_at: 0, noted: true, seed: SEEDS[1] }],
    drawn: { seed: SEEDS.join("|"), field: "land", wanted: 2, short: 0, tickets: numbers.map((number) => ({ number, ticket: "", place: "drawn", aged: false })) },
    ...changed,
  };
}

test("a ticket is the hash of its four lines", async () => {
  // The server's own example: printf 'sunbid draw 1\nseed\nland\nE001\n' | sha256sum
  expect(await sha256(ticketLines("seed", "land", "E001"))).toBe("c633d1e595a06e31767fe6fa97882933f7a7942349dd85e6f841849d1f315f29");
});

test("who is left out is passed over", async () => {
  expect(await redrawn({ ...pool, wanted: 5 }, SEEDS)).not.toContain("E03");
  expect(await redrawn({ ...pool, wanted: 5 }, SEEDS)).toHaveLength(4);
});

test("a panel fits its hashes, and no longer when anything was changed", async () => {
  const whole = await panel();
  expect(await fits(whole)).toBe(true);
  expect(await fits({ ...whole, pool: whole.pool!.replace("E01", "E09") })).toBe(false);
  expect(await fits({ ...whole, seeds: [whole.seeds[0]!, { ...whole.seeds[1]!, seed: "another seed of the watch" }] })).toBe(false);
  expect(await fits({ ...whole, drawn: { ...whole.drawn!, tickets: [...whole.drawn!.tickets].reverse() } })).toBe(false);
  const { pool: _, ...before } = whole;
  expect(await fits(before)).toBeUndefined();
});
