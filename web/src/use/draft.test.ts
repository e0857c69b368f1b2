import { describe, expect, it } from "vitest";
import { counts, durations, freshExtension, freshPhase, names } from "./draft";

describe("a phase row", () => {
  it("shows its durations and counts as inputs", () => {
    expect(durations(freshPhase("preparation"))).toEqual(["length_ms", "recent_ms"]);
    expect(counts(freshPhase("preparation"))).toEqual(["recent_bidders_min"]);
    expect(durations(freshExtension("sliding_capped"))).toEqual(["window_ms", "extra_ms_max"]);
    expect(counts(freshExtension("sliding_capped"))).toEqual(["count_max"]);
  });
});

describe("an error finds its input", () => {
  it.each([
    ["terms.start_price", "terms.start_price", true],
    ["start_price", "terms.start_price", true],
    ["terms.phases[0].length_ms", "terms.phases.0.length_ms", true],
    ["$.number", "number", true],
    ["price", "terms.start_price", false],
    [undefined, "number", false],
  ])("%s at %s", (field, path, found) => {
    expect(names(field, path)).toBe(found);
  });
});
