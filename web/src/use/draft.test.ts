import { describe, expect, it } from "vitest";
import { counts, draftFrom, durations, freshExtension, freshPhase, LADDER_KINDS, names, places, rowKind } from "./draft";
import { METHOD_NAMES, needs } from "./needs";
import { found, groupOf, readable } from "./profiles";
import type { Phase, TermsDraft } from "@/api/types";

function terms(phases: Phase[], more: Partial<TermsDraft> = {}): TermsDraft {
  return {
    scale: 2, direction: "ascending", start_price: "1000.00", step: { rule: "at_least", bands: [{ from: "0.00", step: "1.00" }] }, deposit: "0.00", proxy: "none",
    self_outbid: false, phases, resume: { quick_ms: 0, notice_ms: 0, restart: "timed" }, ...more,
  };
}

describe("a phase row", () => {
  it("shows its durations and counts as inputs", () => {
    expect(durations(freshPhase("preparation"))).toEqual(["length_ms", "recent_ms"]);
    expect(counts(freshPhase("preparation"))).toEqual(["recent_bidders_min"]);
    expect(counts({ kind: "inquiry", length_ms: 1, entrants_min: 2, quoted_min: 1 })).toEqual(["entrants_min"]);
    expect(counts(freshPhase("free"))).toEqual(["freeze_bidders_min"]);
    expect(durations(freshExtension("sliding_capped"))).toEqual(["window_ms", "extra_ms_max"]);
    expect(counts(freshExtension("sliding_capped"))).toEqual(["count_max"]);
  });
  it.each([...LADDER_KINDS, ...METHOD_NAMES])("of kind %s comes fresh and knows its kind", (kind) => {
    expect(rowKind(freshPhase(kind))).toBe(kind);
  });
  it("comes fresh each time", () => {
    expect(freshPhase("rising")).not.toBe(freshPhase("rising"));
    expect(freshPhase("rising")).toEqual(freshPhase("rising"));
  });
});

describe("the form asks only what the phases read", () => {
  it.each<[Phase[], string[]]>([
    [[freshPhase("free"), freshPhase("timed")], ["ceiling", "direction", "proxy", "reserve", "start", "step"]],
    [[freshPhase("dutch")], ["direction", "reserve", "start"]],
    [[freshPhase("sealed"), freshPhase("rounds")], ["direction", "own_step", "reserve", "start"]],
    [[freshPhase("exchange")], ["grid"]],
    [[freshPhase("rising")], []],
  ])("%#", (phases, needed) => {
    expect([...needs(terms(phases))].sort()).toEqual(needed);
  });
  it("what is set stays in sight", () => {
    const ceiling = { price: "2000.00", then: "hand_over" as const, inquiry_ms: 1 };
    expect(needs(terms([freshPhase("dutch")], { ceiling })).has("ceiling")).toBe(true);
  });
  it("a method after the ceiling is read as well", () => {
    expect(needs(terms([freshPhase("open")], { after_ceiling: [freshPhase("rounds")] })).has("own_step")).toBe(true);
  });
});

describe("an error finds its input", () => {
  const draft = { terms: terms([freshPhase("free"), freshPhase("dutch"), freshPhase("sealed")], { after_ceiling: [freshPhase("sealed"), freshPhase("lottery")] }) };
  it.each<[string | undefined, string[]]>([
    ["terms.start_price", ["terms.start_price"]],
    ["terms.phases[0].length_ms", ["terms.phases.0.length_ms"]],
    ["$.number", ["number"]],
    ["terms.dutch.drop", ["terms.phases.1.drop"]],
    ["terms.phases.drop", ["terms.phases.1.drop"]],
    ["terms.phases.freeze_ms", ["terms.phases.0.freeze_ms"]],
    ["terms.sealed.unit", ["terms.phases.2.unit", "terms.after_ceiling.0.unit"]],
    ["terms.lottery", ["terms.after_ceiling.1"]],
    ["terms.dutch.nothing", ["terms.phases.1"]],
    ["terms.phases", ["terms.phases"]],
    ["terms.ceiling.price", ["terms.ceiling.price"]],
    [undefined, []],
    ["", []],
  ])("%s", (field, found_at) => {
    expect(places(field, draft)).toEqual(found_at);
  });
  it("and no other", () => {
    expect(names("terms.dutch.drop", "terms.phases.1.drop", draft)).toBe(true);
    expect(names("terms.dutch.drop", "terms.phases.0.drop", draft)).toBe(false);
    expect(names("price", "terms.start_price", draft)).toBe(false);
  });
});

describe("profiles", () => {
  const profile = { id: "dutch", version: 1, name_zh: "荷兰式拍卖", name_en: "Dutch", rules_zh: ["价格下降"], rules_en: [], terms: terms([freshPhase("dutch")]) };
  it("stand in their group and are found by any word of theirs", () => {
    expect([groupOf("dutch"), groupOf("shantou"), groupOf("plates_shenzhen"), groupOf("our_city")]).toEqual(["methods", "land", "other", "own"]);
    expect(found([profile], "荷兰 下降")).toEqual([profile]);
    expect(found([profile], "荷兰 摇号")).toEqual([]);
  });
  it("begin a lot of their kind without sharing their terms", () => {
    const draft = draftFrom({ ...profile, id: "carbon_exchange" });
    expect(draft.kind).toBe("carbon_allowance");
    expect(draft.terms).not.toBe(profile.terms);
  });
  it("read as JSON that is still JSON", () => {
    expect(JSON.parse(readable(profile.terms))).toEqual(JSON.parse(JSON.stringify(profile.terms)));
    expect(readable({ a: 1, b: [{ c: "d" }] })).toBe('{\n  "a": 1,\n  "b": [ { "c": "d" } ]\n}');
  });
});
