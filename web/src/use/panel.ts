// 专家抽取 done again with nothing but what everyone can read once a lot is over: the server's word is not needed.
import { sha256 } from "./draw";
import type { Panel } from "@/api/types";

interface Pool {
  field: string;
  wanted: number;
  experts: { number: string; recused?: string }[];
}

/** The lines whose SHA-256 is somebody's ticket. */
export const ticketLines = (seed: string, field: string, number: string) => `sunbid draw 1\n${seed}\n${field}\n${number}\n`;

/** Who is drawn by two seeds: the lowest tickets of those who take part. */
export async function redrawn(pool: Pool, seeds: readonly string[]): Promise<string[]> {
  const line = seeds.join("|");
  const tickets: [string, string][] = [];
  for (const { number, recused } of pool.experts) {
    if (!recused) tickets.push([(await sha256(ticketLines(line, pool.field, number))) ?? "", number]);
  }
  tickets.sort(([a], [b]) => (a < b ? -1 : 1));
  return tickets.slice(0, pool.wanted).map(([, number]) => number);
}

/** Whether hashes, pool and result of a panel fit each other; nothing while not all is shown. */
export async function fits(panel: Panel): Promise<boolean | undefined> {
  const seeds = panel.seeds.map(({ seed }) => seed);
  if (!panel.pool || !panel.drawn || seeds.length !== 2 || seeds.some((seed) => !seed)) return undefined;
  for (const { seed, commitment } of panel.seeds) {
    if ((await sha256(seed!)) !== commitment) return false;
  }
  if ((await sha256(panel.pool)) !== panel.pool_sha256) return false;
  const expected = await redrawn(JSON.parse(panel.pool) as Pool, seeds as string[]);
  const drawn = panel.drawn.tickets.filter(({ place }) => place === "drawn").map(({ number }) => number);
  return expected.join() === drawn.join();
}
