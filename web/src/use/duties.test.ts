import { describe, expect, it } from "vitest";
import { freshSeed, reserveTurn } from "./duties";
import type { HistoryRow, LotState } from "@/api/types";

const terms = { reserve_entry: { opens_before_ms: 1000, closes_before_ms: 200 } };
const state = (more: Partial<LotState>) => ({ stage: "bidding", phase_index: 0, ends_at: 10_000, ...more }) as LotState;
const did = (action: string, by: string, at: number): HistoryRow => ({ action, by, at });

describe("who enters the reserve", () => {
  it.each([
    ["nobody, if it is not asked", {}, state({}), [], 9500, { kind: "unasked" }],
    ["nobody before the opening", terms, state({ stage: "announced", ends_at: undefined }), [], 1, { kind: "early" }],
    ["nobody before the window", terms, state({}), [], 8999, { kind: "early", from: 9000 }],
    ["a first clerk from its beginning", terms, state({}), [did("open", "a", 1)], 9000, { kind: "first", until: 9800 }],
    ["the first one waits", terms, state({}), [did("reserve_first", "me", 9100)], 9200, { kind: "waiting", at: 9100, until: 9800 }],
    ["a second clerk", terms, state({}), [did("reserve_first", "other", 9100)], 9200, { kind: "second", by: "other", at: 9100, until: 9800 }],
    ["nobody once it is set", terms, state({}), [did("reserve_first", "other", 9100), did("reserve", "me", 9200)], 9300, { kind: "entered", by: "me", at: 9200 }],
    ["nobody at its end", terms, state({}), [], 9800, { kind: "late" }],
    ["nobody in a later phase", terms, state({ phase_index: 1 }), [], 9500, { kind: "late" }],
  ] as const)("%s", (_, asked, now_state, history, now, turn) => {
    expect(reserveTurn(asked, now_state, history, "me", now)).toEqual(turn);
  });
});

it("a first entry that differed counts no more", () => {
  expect(reserveTurn(terms, state({}), [did("reserve_first", "other", 9100)], "me", 9300, 9100)).toEqual({ kind: "first", until: 9800 });
});

describe("a seed", () => {
  it("is 32 hex digits, each time others", () => {
    expect(freshSeed()).toMatch(/^[0-9a-f]{32}$/);
    expect(freshSeed()).not.toBe(freshSeed());
  });
});
