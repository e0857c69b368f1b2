import { describe, expect, it } from "vitest";
import type { LotState, PublicTerms } from "@/api/types";
import { activity, demandLadder, depth, isLadder, leftOf, rulesOf, steps, waits } from "./selling";

const sealed = (who: string) => ({ kind: "method", method: "sealed", who }) as never;
const dutch = { kind: "method", method: "dutch", steps: 81 } as never;
const hybrid = { phases: [dutch, sealed("all_but_first"), sealed("first_only")] } as unknown as PublicTerms;
const state = (more: Partial<LotState>) => ({ seq: 1, stage: "bidding", step: "1.00", bids: 0, extensions: 0, ...more }) as LotState;

describe("the rules of a method", () => {
  it("are those of the running phase where a method comes twice", () => {
    expect(rulesOf(hybrid, state({ phase_index: 1 }), "sealed")?.who).toBe("all_but_first");
    expect(rulesOf(hybrid, state({ phase_index: 2 }), "sealed")?.who).toBe("first_only");
  });
  it("are the last of that name once nothing runs", () => {
    expect(rulesOf(hybrid, state({}), "sealed")?.who).toBe("first_only");
    expect(rulesOf(hybrid, state({}), "call")).toBeUndefined();
  });
  it("tell the one who waits in a hybrid sale", () => {
    const you = { paddle: 7, entered: true };
    const first = state({ phase_index: 1, leader: 7 });
    expect(waits(rulesOf(hybrid, first, "sealed"), first, you)).toBe(true);
    expect(waits(rulesOf(hybrid, first, "sealed"), first, { ...you, paddle: 8 })).toBe(false);
  });
});

describe("a lot's kind of room", () => {
  it("is a ladder only while one bids openly", () => {
    expect(isLadder(hybrid, state({ stage: "announced" }))).toBe(false);
    expect(isLadder(hybrid, state({ phase: "dutch", room: { method: "dutch", shown: "1.00", step: 1, steps: 2 } }))).toBe(false);
    expect(isLadder({ phases: [{ kind: "open" }] } as PublicTerms, state({ phase: "open" }))).toBe(true);
    expect(isLadder(hybrid, state({ phase: "reserve_offer" }))).toBe(false);
  });
});

describe("a demand ladder", () => {
  const row = (price: string, quantity: number) => ({ paddle: 1, price, quantity, at: 0 });
  it("adds equal prices up and goes on from rung to rung", () => {
    const rungs = demandLadder([row("13.00", 2000), row("12.90", 1000), row("12.90", 3000), row("12.80", 500)]);
    expect(rungs).toEqual([
      { price: "13.00", quantity: 2000, total: 2000 },
      { price: "12.90", quantity: 4000, total: 6000 },
      { price: "12.80", quantity: 500, total: 6500 },
    ]);
    expect(steps(rungs)).toEqual([[0, 13], [2000, 13], [2000, 12.9], [6000, 12.9], [6000, 12.8], [6500, 12.8]]);
  });
  it("is empty without orders", () => {
    expect(demandLadder([])).toEqual([]);
    expect(steps([])).toEqual([]);
  });
});

describe("market depth", () => {
  it("counts up from the best price", () => {
    expect(depth([{ price: "10.00", quantity: 5 }, { price: "9.99", quantity: 2 }]).map((rung) => rung.total)).toEqual([5, 7]);
  });
});

describe("what is left", () => {
  it("never falls below nothing, and is unknown without a published number", () => {
    expect(leftOf(2, undefined)).toBe(2);
    expect(leftOf(2, 3)).toBe(0);
    expect(leftOf(undefined, 1)).toBeUndefined();
  });
  it("counts activity by the products' points", () => {
    expect(activity([2, 3], [{ points: 10 }, { points: 5 }])).toBe(35);
  });
});
