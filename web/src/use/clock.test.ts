import { describe, expect, it } from "vitest";
import { best, left, observed, sampled, type Sample } from "./clock";

describe("the offset", () => {
  it("is the server's time less the middle of the round trip", () => {
    expect(sampled(1000, 5050, 1100)).toEqual({ offset_ms: 4000, rtt_ms: 100, at: 1100 });
  });

  it("is taken from the shortest round trip", () => {
    const samples = [sampled(0, 400, 300), sampled(1000, 1260, 1020), sampled(2000, 2500, 2400)].reduce<Sample[]>(observed, []);
    expect(best(samples)).toMatchObject({ offset_ms: 250, rtt_ms: 20 });
  });

  it("forgets samples that are old, and keeps a bounded number", () => {
    let samples: Sample[] = [];
    for (let i = 0; i < 40; i++) samples = observed(samples, sampled(i * 1000, i * 1000, i * 1000 + 10));
    expect(samples).toHaveLength(16);
    samples = observed(samples, sampled(500_000, 500_000, 500_100));
    expect(samples).toHaveLength(1);
  });

  it("starts over when the local clock jumped", () => {
    const samples = observed([], sampled(1000, 1000, 1010));
    expect(observed(samples, sampled(9000, 2000, 2000))).toEqual([]);
    expect(best([])).toBeUndefined();
  });
});

describe("the countdown", () => {
  it("splits what is left", () => {
    expect(left(90_061_500, 0)).toMatchObject({ days: 1, hours: 1, minutes: 1, seconds: 1, tenths: 5, over: false });
  });

  it("is over at the very instant of the end", () => {
    expect(left(1000, 999).over).toBe(false);
    expect(left(1000, 1000).over).toBe(true);
    expect(left(1000, 5000).total_ms).toBe(0);
  });
});
