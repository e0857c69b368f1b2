// What a browser does with the receipts it is given: keeps them, checks them, asks whether the log only grew,
// and tries again until it knows. Where the answers come from is the caller's.
import { asRefused, Refused } from "@/api/client";
import { readEntry } from "./entry";
import { Contradiction, follow, type Prove } from "./follow";
import { doubt, fits, hold, keep, saw, settle, shout, type Claim, type Kept, type Memory } from "./memory";
import { broken, commitmentsIn, offerIn, type Opening, type Promised } from "./promise";
import { checkPromise, checkReceipt, Fault, readReceipt } from "./receipt.js";

export interface World {
  memory: () => Memory;
  become: (next: Memory) => void;
  /** The log's key as the platform tells it today. */
  key: () => Promise<string>;
  consistency: Prove;
  /** The receipts of what a lot kept secret until its close; none while it is not closed. */
  kept: (lot: string) => Promise<readonly string[]>;
  /** A closed lot's offers, if they were opened. */
  opened: (lot: string) => Promise<Opening | undefined>;
  now: () => number;
  later: (step: () => void, ms: number) => void;
}

/** A line that failed, or a busy server, is asked again after so long, then ever longer up to the last. */
const AGAIN_MS = 3_000;
const AGAIN_MS_MAX = 30_000;
/** What a lot kept secret stands in the log a moment after its close is told. */
const CLOSED_MS = 3_000;

/** No answer at all: a lost line, a server that is busy or broken. */
export function isNone({ status }: Refused): boolean {
  return status === 0 || status === 408 || status === 429 || status >= 500;
}

export function createKeeper(world: World) {
  const { memory, become, now } = world;
  // One thing after the other: each step builds on what the one before learned.
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = (step: () => Promise<void>) => (turn = turn.then(step).catch(failed));
  let waiting = false;
  let wait = AGAIN_MS;

  /** A contradiction is the log's and is shouted; no answer is asked for again. */
  function failed(thrown: unknown) {
    if (thrown instanceof Refused && isNone(thrown)) {
      become(doubt(memory(), now()));
      if (waiting) return;
      waiting = true;
      world.later(() => {
        waiting = false;
        void look();
      }, wait);
      wait = Math.min(2 * wait, AGAIN_MS_MAX);
    } else if (thrown instanceof Contradiction) become(shout(memory(), { code: thrown.code, at: now(), evidence: thrown.evidence }));
    else if (!(thrown instanceof Fault) && !(thrown instanceof Refused)) reportError(thrown);
  }

  /** The key this browser learned first; another one later is an alarm, not an update. */
  async function log(): Promise<string> {
    const pinned = memory().log;
    const key = await world.key();
    if (!pinned) become({ ...memory(), log: key });
    else if (pinned !== key) throw new Contradiction("other_key", [...memory().signed, `${pinned}\n${key}\n`]);
    return key;
  }

  const prove: Prove = async (from) => {
    try {
      return await world.consistency(from);
    } catch (thrown) {
      const refused = asRefused(thrown);
      // A refusal in so many words is an answer; a lost line or a busy server is none.
      if (isNone(refused)) throw refused;
      return undefined;
    }
  };

  async function grew() {
    const key = await log();
    const { signed, size } = await follow(memory().signed, key, prove);
    become(settle(memory(), signed, size, now()));
    wait = AGAIN_MS;
  }

  /** Against the key learned first, which no lost line can keep from us. */
  async function judge({ receipt, lot, at, amount }: Kept): Promise<Pick<Kept, "state" | "code" | "seq">> {
    const trusted = { log: memory().log ?? (await log()) };
    try {
      const entry = readEntry((await checkReceipt(receipt, trusted)).entry);
      // Receipts kept by an older page do not say when they were asked for.
      const holds = at === undefined ? entry.lot === lot : fits(entry, { lot, at, amount });
      return holds ? { state: "verified", seq: entry.seq } : { state: "refused", code: "other_entry" };
    } catch (thrown) {
      if (!(thrown instanceof Fault)) throw thrown;
      return { state: isUnable(thrown) ? "checking" : "refused", code: thrown.code };
    }
  }

  /** Every receipt still unchecked, the oldest first. */
  async function judgeAll() {
    for (const kept of memory().receipts.filter(({ state }) => state === "checking").reverse()) {
      const { code: _, ...asked } = kept;
      const judged = await judge(kept);
      become(keep(memory(), { ...asked, ...judged }));
      if (judged.state === "refused") throw new Contradiction(judged.code!, [kept.receipt]);
      if (judged.state === "verified") become(saw(memory(), checkpointOf(kept.receipt)));
    }
  }

  /** A browser that cannot compute convicts nobody; the file can be checked elsewhere. */
  const isUnable = ({ code }: Fault) => code === "no_crypto" || code === "no_ed25519";

  /** What was signed when the offer was taken: this lot, this moment, this amount. */
  async function judgePromise(promised: Promised): Promise<Pick<Promised, "state" | "code">> {
    try {
      const { lot, entry } = await checkPromise(promised, { log: memory().log ?? (await log()) });
      const holds = lot === promised.lot && fits(readEntry(entry), promised);
      return holds ? { state: "held" } : { state: "refused", code: "other_entry" };
    } catch (thrown) {
      if (!(thrown instanceof Fault)) throw thrown;
      return isUnable(thrown) ? { state: "checking" } : { state: "refused", code: thrown.code };
    }
  }

  /** After the close: the commitment is among those in the log, and the opened offer is the promised one. */
  async function judgeOpening(lot: string) {
    const trusted = { log: memory().log ?? (await log()) };
    const receipts = await world.kept(lot);
    if (receipts.length === 0) return;
    const told = new Set<string>();
    for (const receipt of receipts) {
      const { entry } = await checkReceipt(receipt, trusted);
      commitmentsIn(entry, lot).forEach((commitment) => told.add(commitment));
      become(saw(memory(), checkpointOf(receipt)));
    }
    const mine = memory().promises.filter((one) => one.lot === lot && one.state !== "refused");
    const opening = mine.some(({ line }) => offerIn(line)) ? await world.opened(lot) : undefined;
    for (const promised of mine.filter(({ state }) => state === "held")) {
      const { commitment } = await checkPromise(promised, trusted);
      const code = told.has(commitment) ? opening && broken(promised, mine, opening) : "not_kept";
      become(hold(memory(), { ...promised, state: code ? "refused" : "verified", code }));
      if (code) throw new Contradiction(code, [promised.note, promised.salt, promised.line, ...receipts, JSON.stringify(opening ?? null)]);
    }
  }

  async function judgePromises() {
    for (const promised of memory().promises.filter(({ state }) => state === "checking").reverse()) {
      const judged = await judgePromise(promised);
      become(hold(memory(), { ...promised, ...judged }));
      if (judged.state === "refused") throw new Contradiction(judged.code!, [promised.note, promised.salt, promised.line]);
    }
    const held = memory().promises.filter(({ state }) => state === "held");
    for (const lot of new Set(held.map(({ lot }) => lot))) await judgeOpening(lot);
  }

  const look = () =>
    inTurn(async () => {
      await judgeAll();
      await judgePromises();
      await grew();
    });

  return {
    /** Keeps and checks the receipt of an accepted request. */
    take(key: string, receipt: string, { lot, at, amount }: Claim) {
      become(keep(memory(), { key, lot, at, amount, receipt, state: "checking" }));
      return look();
    },
    /** Holds and checks the promise given for an offer that stays secret. */
    promise(key: string, { note, salt, line }: Pick<Promised, "note" | "salt" | "line">, { lot, at, amount }: Claim) {
      become(hold(memory(), { key, lot, at, amount, note, salt, line, state: "checking" }));
      return look();
    },
    /** A lot has closed: what was promised of it can be seen. */
    closed(lot: string) {
      if (memory().promises.some((one) => one.lot === lot && one.state === "held")) world.later(() => void look(), CLOSED_MS);
    },
    /** A new connection shows a checkpoint. Only who holds a receipt asks: a crowd that comes back at once must
     * not ask all together for what it cannot use. */
    welcome(checkpoint: string) {
      if (memory().receipts.length + memory().promises.length === 0) return Promise.resolve();
      return inTurn(async () => {
        become(saw(memory(), checkpoint));
      }).then(look);
    },
  };
}

/** The signed text as it stands in the receipt, after the first empty line. */
function checkpointOf(receipt: string): string {
  readReceipt(receipt);
  return receipt.slice(receipt.indexOf("\n\n") + 2);
}
