// A log of our own that can be made to lie.
import { beforeAll, describe, expect, it } from "vitest";
import { Contradiction, follow, type Prove } from "./follow";

const bytes = (text: string) => new TextEncoder().encode(text);
const base64 = (raw: Uint8Array) => btoa(String.fromCharCode(...raw));

async function sha256(...parts: Uint8Array[]) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", Uint8Array.from(parts.flatMap((part) => [...part]))));
}

// RFC 6962, by its definitions: slow and plain.
const split = (size: number) => 2 ** Math.floor(Math.log2(size - 1));
async function root(leaves: string[]): Promise<Uint8Array> {
  if (leaves.length === 1) return sha256(Uint8Array.of(0), bytes(leaves[0]!));
  const k = split(leaves.length);
  return sha256(Uint8Array.of(1), await root(leaves.slice(0, k)), await root(leaves.slice(k)));
}
async function between(from: number, leaves: string[], whole = true): Promise<Uint8Array[]> {
  if (from === leaves.length) return whole ? [] : [await root(leaves)];
  const k = split(leaves.length);
  if (from <= k) return [...(await between(from, leaves.slice(0, k), whole)), await root(leaves.slice(k))];
  return [...(await between(from - k, leaves.slice(k), false)), await root(leaves.slice(0, k))];
}

let keys: CryptoKeyPair;
let log: string;
let id: Uint8Array;
beforeAll(async () => {
  keys = (await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"])) as CryptoKeyPair;
  const point = new Uint8Array(await crypto.subtle.exportKey("raw", keys.publicKey));
  const material = Uint8Array.of(1, ...point);
  id = (await sha256(bytes("log\n"), material)).slice(0, 4);
  log = `log+${[...id].map((byte) => byte.toString(16).padStart(2, "0")).join("")}+${base64(material)}`;
});

async function checkpoint(leaves: string[]): Promise<string> {
  const text = `log\n${leaves.length}\n${base64(await root(leaves))}\n`;
  const signature = new Uint8Array(await crypto.subtle.sign("Ed25519", keys.privateKey, bytes(text)));
  return `${text}\n— log ${base64(Uint8Array.of(...id, ...signature))}\n`;
}

const leaves = (count: number) => Array.from({ length: count }, (_, n) => `leaf ${n}`);
/** A log with these entries, as its door answers. */
const shows = (entries: string[]): Prove => async (from) =>
  Number(from) > entries.length ? undefined : { proof: (await between(Number(from), entries)).map(base64), checkpoint: await checkpoint(entries) };

const fault = (signed: string[], prove: Prove) => follow(signed, log, prove).then(() => undefined, (thrown: unknown) => thrown as Contradiction);

describe("a log that only grew", () => {
  it.each([[1, 1], [1, 2], [3, 7], [4, 8], [6, 13]])("from %i to %i entries", async (from, to) => {
    const newest = await checkpoint(leaves(to));
    expect(await follow([await checkpoint(leaves(from))], log, shows(leaves(to)))).toEqual({ signed: [newest], size: BigInt(to) });
  });
  it("contains everything it signed", async () => {
    const signed = await Promise.all([3, 5, 6].map((size) => checkpoint(leaves(size))));
    expect((await follow(signed, log, shows(leaves(9)))).signed).toHaveLength(1);
  });
  it("may grow while it is asked: what could not be compared is kept for the next time", async () => {
    let size = 9;
    const growing: Prove = (from) => shows(leaves(size++))(from);
    const { signed } = await follow([await checkpoint(leaves(3)), await checkpoint(leaves(5))], log, growing);
    expect(signed.length).toBeGreaterThan(1);
    expect((await follow(signed, log, shows(leaves(40)))).signed).toHaveLength(1);
  });
});

describe("a log that lies", () => {
  const altered = (count: number) => leaves(count).map((leaf, n) => (n === 1 ? "another" : leaf));
  it("altered an entry", async () => {
    const known = await checkpoint(leaves(4));
    const thrown = await fault([known], shows(altered(9)));
    expect(thrown).toBeInstanceOf(Contradiction);
    expect(thrown).toMatchObject({ code: "log_split", evidence: [known, await checkpoint(altered(9))] });
  });
  it("tells two stories of one size", async () => {
    expect((await fault([await checkpoint(leaves(4)), await checkpoint(altered(4))], shows(leaves(9))))?.code).toBe("log_split");
  });
  it("dropped its tail", async () => {
    expect((await fault([await checkpoint(leaves(9))], shows(leaves(6))))?.code).toBe("unproven");
  });
  it("dropped its tail and shows it with a proof of something else", async () => {
    const lies: Prove = () => shows(leaves(6))("3");
    expect((await fault([await checkpoint(leaves(9))], lies))?.code).toBe("log_shrank");
  });
  it("shows what nobody signed", async () => {
    const lies: Prove = async (from) => ({ ...(await shows(leaves(9))(from))!, checkpoint: (await checkpoint(leaves(9))).replace("\n9\n", "\n8\n") });
    expect((await fault([await checkpoint(leaves(4))], lies))?.code).toBe("wrong_signature");
  });
});

it("convicts nobody for a line that failed", async () => {
  const lost = new Error("offline");
  expect(await fault([await checkpoint(leaves(4))], () => Promise.reject(lost))).toBe(lost);
});
