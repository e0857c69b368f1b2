import { describe, expect, it } from "vitest";
import { fits, keep, NOTHING, RECEIPTS_MAX, remembered, saw, settle, shout, SIGNED_MAX, type Kept } from "./memory";

const kept = (key: string, more: Partial<Kept> = {}): Kept => ({ key, lot: "l", receipt: "r", state: "checking", ...more });

describe("receipts", () => {
  it("are kept once each, the newest first, and no more than the store holds", () => {
    let memory = NOTHING;
    for (let n = 0; n < RECEIPTS_MAX + 5; n++) memory = keep(memory, kept(String(n)));
    memory = keep(memory, kept("200", { state: "verified" }));
    expect(memory.receipts).toHaveLength(RECEIPTS_MAX);
    expect(memory.receipts[0]).toEqual(kept("200", { state: "verified" }));
  });
  it("must say what was asked", () => {
    const entry = { line: "", lot: "l", at: 5, amount: "1100.00" };
    expect(fits(entry, { lot: "l", at: 5, amount: "1100" })).toBe(true);
    expect(fits(entry, { lot: "l", at: 5 })).toBe(true);
    expect(fits(entry, { lot: "l", at: 5, amount: "1100.01" })).toBe(false);
    expect(fits(entry, { lot: "l", at: 6, amount: "1100" })).toBe(false);
    expect(fits(entry, { lot: "m", at: 5 })).toBe(false);
    expect(fits({ line: "", lot: "l", at: 5 }, { lot: "l", at: 5, amount: "1100" })).toBe(false);
  });
});

describe("what was signed", () => {
  it("is remembered once, and within a bound", () => {
    let memory = saw(saw(NOTHING, "a"), "a");
    expect(memory.signed).toEqual(["a"]);
    for (let n = 0; n < SIGNED_MAX + 5; n++) memory = saw(memory, String(n));
    // The oldest stay: they bind the log for the longest time.
    expect(memory.signed).toHaveLength(SIGNED_MAX);
    expect(memory.signed[0]).toBe("a");
  });
  it("shrinks to what contains it", () => {
    expect(settle(saw(saw(NOTHING, "a"), "b"), ["c"], 7n, 1)).toMatchObject({ signed: ["c"], settled: { at: 1, size: "7" } });
  });
});

it("keeps the first alarm", () => {
  const first = { code: "log_split", at: 1, evidence: ["a", "b"] };
  expect(shout(shout(NOTHING, first), { code: "unproven", at: 2, evidence: [] }).alarm).toEqual(first);
});

it("comes back as it was stored, or as nothing", () => {
  const memory = shout(keep(saw(NOTHING, "a"), kept("k")), { code: "c", at: 1, evidence: [] });
  expect(remembered(JSON.stringify(memory))).toEqual(memory);
  for (const stored of [null, "", "null", "7", "{}", '{"receipts":1}']) expect(remembered(stored)).toEqual(NOTHING);
});
