// Whether a log only grew: every checkpoint it signed must be contained in what it shows today.
import { checkConsistency, checkSigned, Fault, readCheckpoint, readHash, type Checkpoint } from "./receipt.js";

/** What the log answers: that its newest checkpoint contains the tree of `from` entries; `undefined` where it will not. */
export type Prove = (from: string) => Promise<{ proof: string[]; checkpoint: string } | undefined>;

/** While others bid the newest checkpoint moves between two questions; then the rest waits for the next time. */
const ROUNDS_MAX = 3;

/** The checkpoint that contradicts others, for evidence. */
export class Contradiction extends Fault {
  constructor(code: string, readonly evidence: readonly string[]) {
    super(code);
  }
}

/** The checkpoints that contain all of `signed`: one, or a few that could not be compared yet. */
export async function follow(signed: readonly string[], log: string, prove: Prove): Promise<{ signed: string[]; size: bigint }> {
  let known = await distinct(signed, log);
  for (let round = 0; round < ROUNDS_MAX && (round === 0 || known.length > 1); round++) {
    const grown: string[] = [];
    for (const { text, checkpoint } of known) grown.push(await newer(text, checkpoint, log, prove));
    known = await distinct(grown, log);
  }
  return { signed: known.map(({ text }) => text), size: known.reduce((most, { checkpoint: { size } }) => (size > most ? size : most), 0n) };
}

interface Known {
  text: string;
  checkpoint: Checkpoint;
}

/** One of each size; two roots for one size are two stories. */
async function distinct(signed: readonly string[], log: string): Promise<Known[]> {
  const known = new Map<bigint, Known>();
  for (const text of signed) {
    const checkpoint = await opened(text, log);
    const same = known.get(checkpoint.size);
    if (same) await contained(same, { text, checkpoint }, []);
    else known.set(checkpoint.size, { text, checkpoint });
  }
  return [...known.values()];
}

async function newer(text: string, checkpoint: Checkpoint, log: string, prove: Prove): Promise<string> {
  const shown = await prove(String(checkpoint.size));
  if (!shown) throw new Contradiction("unproven", [text]);
  const next = { text: shown.checkpoint, checkpoint: await opened(shown.checkpoint, log) };
  await contained({ text, checkpoint }, next, shown.proof);
  return shown.checkpoint;
}

async function opened(text: string, log: string): Promise<Checkpoint> {
  return convicting([text], async () => {
    const checkpoint = readCheckpoint(text);
    await checkSigned(checkpoint, { log });
    return checkpoint;
  });
}

function contained(older: Known, newer: Known, proof: string[]): Promise<void> {
  return convicting([older.text, newer.text], () => checkConsistency(older.checkpoint, newer.checkpoint, proof.map(readHash)));
}

async function convicting<T>(evidence: readonly string[], check: () => Promise<T>): Promise<T> {
  try {
    return await check();
  } catch (thrown) {
    // A browser that cannot compute convicts nobody.
    if (!(thrown instanceof Fault) || thrown.code === "no_crypto" || thrown.code === "no_ed25519") throw thrown;
    throw new Contradiction(thrown.code, evidence);
  }
}
