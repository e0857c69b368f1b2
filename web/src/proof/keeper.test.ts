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
const claim = { lot: "l", at: 5, amount: "11.00" };
beforeAll(async () => {
  const keys = (await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"])) as CryptoKeyPair;
  const material = Uint8Array.of(1, ...new Uint8Array(await crypto.subtle.exportKey("raw", keys.publicKey)));
  const id = (await sha256(bytes("log\n"), material)).slice(0, 4);
  log = `log+${[...id].map((byte) => byte.toString(16).padStart(2, "0")).join("")}+${base64(material)}`;
  // A tree of one leaf, under a checkpoint with an extension line.
  const leaf = bytes('{"at":5,"fact":{"bid":{"amount":1100,"paddle":7}},"lot":"l","scale":2,"seq":3}');
  const text = `log\n1\n${base64(await sha256(Uint8Array.of(0), leaf))}\njournal ${base64(new Uint8Array(32))}\n`;
  const signature = new Uint8Array(await crypto.subtle.sign("Ed25519", keys.privateKey, bytes(text)));
  checkpoint = `${text}\n— log ${base64(Uint8Array.of(...id, ...signature))}\n`;
  receipt = `c2sp.org/tlog-proof@v1\nextra ${base64(leaf)}\nindex 0\n\n${checkpoint}`;
});

const none = (status: number) => () => Promise.reject(new Refused(status, { code: "X", zh: "", en: "" }));

function browser(memory: Memory, world: Partial<World>) {
  const steps: (() => void)[] = [];
  const here = {
    memory,
    now: 1_000,
    steps,
    world: { key: () => Promise.resolve(log), consistency: () => Promise.resolve({ proof: [], checkpoint }), ...world },
  };
  const keeper = createKeeper({
    memory: () => here.memory,
    become: (next) => (here.memory = next),
    key: () => here.world.key(),
    consistency: (from) => here.world.consistency(from),
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
