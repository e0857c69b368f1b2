import { describe, expect, it } from "vitest";
import type { Replay, ReplayRow } from "@/api/types";
import { begin, circle, known, step, type Place } from "./replay";

const row = (n: number, paddle: number, more: Partial<ReplayRow> = {}): ReplayRow => ({ n, at: n * 1000, paddle, amount: `${n}00.00`, leads: true, by_proxy: false, evidence: false, ...more });
const rows = [row(10, 7), row(12, 3, { evidence: true }), row(13, 3, { refused: "BELOW_STEP", leads: false }), row(15, 7, { evidence: true }), row(20, 9, { leads: false })];
const replay: Replay = {
  start_price: "1000.00", rising: true, begins_at: 3, rows, cut_before: false, cut_after: false, evidence: [],
  nodes: [3, 7, 9].map((paddle) => ({ paddle, bids: 1, leads: false, named: paddle === 9, since_n: 10 })),
  edges: [{ a: 3, b: 7, kind: "payer", since_n: 2, count: 1 }, { a: 3, b: 7, kind: "device", since_n: 15, count: 1 }],
};
const at = (place: Place) => place.at;

describe("a replay", () => {
  it("begins where the server says", () => {
    expect(begin(replay)).toEqual({ at: 3, playing: false });
  });

  it("steps within its rows and stops playing when it is moved by hand", () => {
    expect(step({ at: 0, playing: true }, "back", rows)).toEqual({ at: 0, playing: false });
    expect(at(step({ at: 4, playing: false }, "forward", rows))).toBe(4);
    expect(at(step({ at: 1, playing: false }, { to: 99 }, rows))).toBe(4);
    expect([at(step({ at: 2, playing: false }, "first", rows)), at(step({ at: 2, playing: false }, "last", rows))]).toEqual([0, 4]);
  });

  it("goes from one piece of evidence to the next and round again", () => {
    expect(at(step({ at: 0, playing: false }, "evidence", rows))).toBe(1);
    expect(at(step({ at: 1, playing: false }, "evidence", rows))).toBe(3);
    expect(at(step({ at: 3, playing: false }, "evidence", rows))).toBe(1);
    expect(at(step({ at: 0, playing: false }, "evidence", [row(1, 1)]))).toBe(0);
  });

  it("plays to the end once, and from the start when asked again", () => {
    let place = step({ at: 2, playing: false }, "play", rows);
    expect(place).toEqual({ at: 2, playing: true });
    place = step(step(place, "tick", rows), "tick", rows);
    expect(place).toEqual({ at: 4, playing: false });
    expect(step(place, "tick", rows)).toBe(place);
    expect(step(place, "play", rows)).toEqual({ at: 0, playing: true });
    expect(step({ at: 0, playing: false }, "play", []).playing).toBe(false);
  });

  it("shows what was known by then, and no more", () => {
    const early = known(replay, 2);
    expect([early.price, early.leader, early.edges.map((edge) => edge.kind)]).toEqual(["1200.00", 3, ["payer"]]);
    expect([...early.bids]).toEqual([[7, 1], [3, 1]]);
    const late = known(replay, 4);
    expect([late.price, late.leader, late.edges.length, late.bids.get(9)]).toEqual(["1500.00", 7, 2, 1]);
  });

  it("puts the alert's paddles on top of the circle", () => {
    expect(circle(replay).map((spot) => spot.paddle)).toEqual([9, 3, 7]);
    expect(circle(replay)[0]!.y).toBeCloseTo(-1);
  });
});
