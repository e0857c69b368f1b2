// A browser in bad company: lines that fail, servers that are busy, logs that will not answer.
import { beforeAll, describe, expect, it } from "vitest";
import { Refused } from "@/api/client";
import { createKeeper, type World } from "./keeper";
import { NOTHING, unprovenSince, UNPROVEN_MS, type Memory } from "./memory";

const bytes = (text: string) => new TextEncoder().encode(text);
const base64 = (raw: Uint8Array) => btoa(String.fromCharCode(...raw));
const sha256 = async (...parts: Uint8Array[]) => new Uint8Array(await crypto.subtle.digest("SHA-256", Uint8Array.from(parts.flatMap((part) => [...part]))));

let log: string;
let receipt: string;
let checkpoint: string;
let sign: (text: string) => Promise<string>;
const claim = { lot: "l", at: 5, amount: "11.00" };
beforeAll(async () => {
  const keys = (await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"])) as CryptoKeyPair;
  const material = Uint8Array.of(1, ...new Uint8Array(await crypto.subtle.exportKey("raw", keys.publicKey)));
  const id = (await sha256(bytes("log\n"), material)).slice(0, 4);
  log = `log+${[...id].map((byte) => byte.toString(16).padStart(2, "0")).join("")}+${base64(material)}`;
  // A tree of one leaf, under a checkpoint with an extension line.
  const leaf = bytes('{"at":5,"fact":{"bid":{"amount":1100,"paddle":7}},"lot":"l","scale":2,"seq":3}');
  const text = `log\n1\n${base64(await sha256(Uint8Array.of(0), leaf))}\njournal ${base64(new Uint8Array(32))}\n`;
  sign = async (text) => {
    const signature = new Uint8Array(await crypto.subtle.sign("Ed25519", keys.privateKey, bytes(text)));
    return `${text}\n— log ${base64(Uint8Array.of(...id, ...signature))}\n`;
  };
  checkpoint = await sign(text);
  receipt = `c2sp.org/tlog-proof@v1\nextra ${base64(leaf)}\nindex 0\n\n${checkpoint}`;
});

const none = (status: number) => () => Promise.reject(new Refused(status, { code: "X", zh: "", en: "" }));

/** A lot's secrets as they stand in the log after its close: a tree of one leaf. */
async function keptReceipt(commitments: string[]): Promise<string> {
  const leaf = bytes(JSON.stringify({ at: 9, fact: { kept: { commitments } }, lot: "l", scale: 2 }));
  const text = `log\n1\n${base64(await sha256(Uint8Array.of(0), leaf))}\n`;
  return `c2sp.org/tlog-proof@v1\nextra ${base64(leaf)}\nindex 0\n\n${await sign(text)}`;
}

/** What a bidder is given for an offer of 11.00 that stays secret. */
async function promised(amount = 1100): Promise<{ note: string; salt: string; line: string; commitment: string }> {
  const line = `{"at":5,"fact":{"secret":{"offered":{"paddle":7,"offer":{"price":{"amount":${amount}}},"order":1,"secret":true}}},"lot":"l","scale":2}`;
  const salt = Uint8Array.from({ length: 32 }, (_, at) => at);
  const commitment = base64(await sha256(salt, bytes(line)));
  return { note: await sign(`log/promise\nl\n${commitment}\n`), salt: base64(salt), line, commitment };
}

function browser(memory: Memory, world: Partial<World>) {
  const steps: (() => void)[] = [];
  const here = {
    memory,
    now: 1_000,
    steps,
    world: {
      key: () => Promise.resolve(log),
      consistency: () => Promise.resolve({ proof: [], checkpoint }),
      kept: () => Promise.resolve([]),
      opened: () => Promise.resolve(undefined),
      ...world,
    },
  };
  const keeper = createKeeper({
    memory: () => here.memory,
    become: (next) => (here.memory = next),
    key: () => here.world.key(),
    consistency: (from) => here.world.consistency(from),
    kept: (lot) => here.world.kept(lot),
    opened: (lot) => here.world.opened(lot),
    now: () => here.now,
    later: (step) => steps.push(step),
  });
  return Object.assign(here, { keeper });
}

describe("a receipt", () => {
  it("is checked against the key learned first, whatever the line does", async () => {
    const here = browser({ ...NOTHING, log }, { key: none(0), consistency: none(0) });
    await here.keeper.take("k", receipt, claim);
    expect(here.memory.receipts[0]).toMatchObject({ state: "verified", seq: 3 });
    expect(here.memory.alarm).toBeUndefined();
  });
  it("whose check met a lost line is checked on the retry", async () => {
    const here = browser(NOTHING, { key: none(0) });
    await here.keeper.take("k", receipt, claim);
    expect(here.memory.receipts[0]!.state).toBe("checking");
    here.world.key = () => Promise.resolve(log);
    here.steps.shift()!();
    await here.keeper.welcome(checkpoint);
    expect(here.memory.receipts[0]).toMatchObject({ state: "verified" });
  });
  it("still unchecked from another day is checked on welcome, against what was asked", async () => {
    const kept = { key: "k", lot: "l", at: 5, amount: "11.00", receipt, state: "checking" as const };
    const good = browser({ ...NOTHING, receipts: [kept] }, {});
    await good.keeper.welcome(checkpoint);
    expect(good.memory.receipts[0]!.state).toBe("verified");
    expect(good.memory.settled).toEqual({ at: 1_000, size: "1" });
    const other = browser({ ...NOTHING, receipts: [{ ...kept, amount: "12.00" }] }, {});
    await other.keeper.welcome(checkpoint);
    expect(other.memory.receipts[0]).toMatchObject({ state: "refused", code: "other_entry" });
    expect(other.memory.alarm?.code).toBe("other_entry");
  });
});

describe("a log that answers nothing", () => {
  it.each([429, 500, 503, 0])("with %i is asked again and told of after some minutes", async (status) => {
    const here = browser({ ...NOTHING, log }, { consistency: none(status) });
    await here.keeper.take("k", receipt, claim);
    expect(here.steps).toHaveLength(1);
    expect(unprovenSince(here.memory, 1_000 + UNPROVEN_MS - 1)).toBeUndefined();
    here.now = 1_000 + UNPROVEN_MS;
    here.steps.shift()!();
    await here.keeper.welcome(checkpoint);
    expect(unprovenSince(here.memory, here.now)).toBe(1_000);
    expect(here.memory.alarm).toBeUndefined();
    // One proof, and the doubt is gone.
    here.world.consistency = () => Promise.resolve({ proof: [], checkpoint });
    here.steps.shift()!();
    await here.keeper.welcome(checkpoint);
    expect(unprovenSince(here.memory, here.now)).toBeUndefined();
    expect(here.memory.settled?.size).toBe("1");
  });
  it("in so many words is shouted at", async () => {
    const here = browser({ ...NOTHING, log }, { consistency: none(409) });
    await here.keeper.take("k", receipt, claim);
    expect(here.memory.alarm?.code).toBe("unproven");
  });
});

describe("a promise for an offer that stays secret", () => {
  const row = { paddle: 7, price: "11.00", at: 5 };
  /** Held, then the lot closes with these commitments and this opening. */
  async function closed(rows: (typeof row)[], told?: string[]) {
    const given = await promised();
    const here = browser({ ...NOTHING, log }, {});
    await here.keeper.promise("k", given, claim);
    expect(here.memory.promises[0]).toMatchObject({ key: "k", state: "held" });
    expect(here.memory.alarm).toBeUndefined();
    // A log of its own state; whether it grew is another test's.
    const receipt = await keptReceipt(told ?? [given.commitment]);
    here.world.kept = () => Promise.resolve([receipt]);
    here.world.opened = () => Promise.resolve({ rows, sold: true });
    here.world.consistency = none(0);
    here.keeper.closed("l");
    here.steps.pop()!();
    await here.keeper.welcome(receipt.slice(receipt.indexOf("\n\n") + 2));
    return here;
  }
  it("is kept by the opening that shows it", async () => {
    const here = await closed([{ paddle: 9, price: "12.00", at: 4 }, row]);
    expect(here.memory.promises[0]).toMatchObject({ state: "verified" });
    expect(here.memory.alarm).toBeUndefined();
  });
  it.each([
    ["another amount", [{ ...row, price: "11.01" }], "opened_other"],
    ["an older offer of mine", [{ ...row, at: 4 }], "opened_other"],
    ["no offer of mine", [{ paddle: 9, price: "12.00", at: 4 }], "not_opened"],
  ])("is broken by an opening with %s, and that is shouted", async (_, rows, code) => {
    const here = await closed(rows);
    expect(here.memory.promises[0]).toMatchObject({ state: "refused", code });
    expect(here.memory.alarm?.code).toBe(code);
    expect(here.memory.alarm?.evidence[0]).toContain("log/promise");
  });
  it("is broken by a close that does not tell it", async () => {
    const here = await closed([row], [base64(new Uint8Array(32))]);
    expect(here.memory.alarm?.code).toBe("not_kept");
  });
  it("that binds to another amount than was offered is refused at once", async () => {
    const here = browser({ ...NOTHING, log }, {});
    await here.keeper.promise("k", await promised(1200), claim);
    expect(here.memory.promises[0]).toMatchObject({ state: "refused", code: "other_entry" });
    expect(here.memory.alarm?.code).toBe("other_entry");
  });
  it("whose words were altered is refused at once", async () => {
    const given = await promised();
    const here = browser({ ...NOTHING, log }, {});
    await here.keeper.promise("k", { ...given, line: given.line.replace("1100", "1101") }, claim);
    expect(here.memory.alarm?.code).toBe("wrong_commitment");
  });
  it("is judged on a later visit too, and never twice", async () => {
    const here = await closed([row]);
    here.world.kept = none(500);
    await here.keeper.promise("k", await promised(), claim);
    expect(here.memory.promises).toHaveLength(1);
    expect(here.memory.promises[0]!.state).toBe("verified");
  });
});
