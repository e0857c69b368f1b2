// The page's one memory of the log: keeps receipts, checks them, asks on return whether the log only grew.
import { shallowRef } from "vue";
import * as calls from "@/api/calls";
import { asRefused, Refused } from "@/api/client";
import type { ServerFrame } from "@/api/types";
import { readEntry } from "@/proof/entry";
import { follow, Contradiction, type Prove } from "@/proof/follow";
import { fits, keep, NOTHING, remembered, saw, settle, shout, type Claim, type Kept, type Memory } from "@/proof/memory";
import { checkReceipt, Fault, readReceipt } from "@/proof/receipt.js";
import { live } from "./live";

const STORE_KEY = "sunbid.log";
const memory = shallowRef(remembered(localStorage.getItem(STORE_KEY)));

function become(next: Memory) {
  memory.value = next;
  localStorage.setItem(STORE_KEY, JSON.stringify(next));
}
// Another tab of this browser bids too: what it learned counts here.
addEventListener("storage", ({ key, newValue }) => key === STORE_KEY && (memory.value = remembered(newValue)));

// One thing after the other: each step builds on what the one before learned.
let turn: Promise<unknown> = Promise.resolve();
function inTurn(step: () => Promise<void>) {
  turn = turn.then(step).catch(failed);
}

/** A line that failed is asked again after so long, once. */
const AGAIN_MS = 3_000;
let again: ReturnType<typeof setTimeout> | undefined;

/** A contradiction is the log's and is shouted; a line that failed is asked again. */
function failed(thrown: unknown) {
  if (thrown instanceof Refused && thrown.status === 0) {
    clearTimeout(again);
    again = setTimeout(() => inTurn(grew), AGAIN_MS);
  } else if (thrown instanceof Contradiction) become(shout(memory.value, { code: thrown.code, at: now(), evidence: thrown.evidence }));
  else if (!(thrown instanceof Fault) && !(thrown instanceof Refused)) reportError(thrown);
}

const now = () => Math.round(live.server_now.value);

/** The key this browser learned first; another one later is an alarm, not an update. */
async function log(): Promise<string> {
  const { key } = await calls.log.key();
  if (!memory.value.log) become({ ...memory.value, log: key });
  else if (memory.value.log !== key) throw new Contradiction("other_key", [...memory.value.signed, `${memory.value.log}\n${key}\n`]);
  return memory.value.log!;
}

const prove: Prove = async (from) => {
  try {
    return await calls.log.consistency(from);
  } catch (thrown) {
    const { status } = asRefused(thrown);
    // A refusal in so many words is an answer; a lost line or a busy server is none.
    if (status >= 400 && status < 500 && status !== 429) return undefined;
    throw thrown;
  }
};

async function grew() {
  const key = await log();
  const { signed, size } = await follow(memory.value.signed, key, prove);
  become(settle(memory.value, signed, size, now()));
}

/** Keeps and checks the receipt of an accepted request. */
function take(key: string, receipt: string, claim: Claim) {
  become(keep(memory.value, { key, lot: claim.lot, receipt, state: "checking" }));
  inTurn(async () => {
    const judged = await judge(receipt, claim);
    become(keep(memory.value, { key, lot: claim.lot, receipt, ...judged }));
    if (judged.state === "checking") return;
    if (judged.code) throw new Contradiction(judged.code, [receipt]);
    become(saw(memory.value, checkpointOf(receipt)));
    await grew();
  });
}

async function judge(receipt: string, claim: Claim): Promise<Pick<Kept, "state" | "code" | "seq">> {
  const trusted = { log: await log() };
  try {
    const entry = readEntry((await checkReceipt(receipt, trusted)).entry);
    return fits(entry, claim) ? { state: "verified", seq: entry.seq } : { state: "refused", code: "other_entry" };
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown;
    // A browser that cannot compute convicts nobody; the file can be checked elsewhere.
    const unable = thrown.code === "no_crypto" || thrown.code === "no_ed25519";
    return { state: unable ? "checking" : "refused", code: thrown.code };
  }
}

/** The signed text as it stands in the receipt, after the first empty line. */
function checkpointOf(receipt: string): string {
  readReceipt(receipt);
  return receipt.slice(receipt.indexOf("\n\n") + 2);
}

// Only who holds a receipt asks: a crowd that comes back at once must not ask all together for what it cannot use.
live.listen((frame: ServerFrame) => {
  if (frame.type !== "welcome" || memory.value.receipts.length === 0) return;
  inTurn(async () => {
    become(saw(memory.value, frame.checkpoint));
    await grew();
  });
});

export const proof = {
  memory,
  take,
  /** The person starts anew, the evidence saved or not wanted. */
  forget: () => become(NOTHING),
};
