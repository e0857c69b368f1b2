// What each selling method asks of the form: the terms it reads besides its own rules, and a first
// set of those. A new method is a line here and one in parts/desk/methods.
import type { MethodName, MethodOf, Phase, TermsDraft } from "@/api/types";

/** A part of the terms that only some ways of selling read. */
export type Need = "direction" | "step" | "own_step" | "grid" | "proxy" | "ceiling" | "reserve" | "start";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const LADDER: readonly Need[] = ["direction", "step", "proxy", "ceiling", "reserve", "start"];

interface Known<Name extends MethodName> {
  needs: readonly Need[];
  fresh: () => MethodOf<Name>;
}

const KNOWN: { [Name in MethodName]: Known<Name> } = {
  sealed: {
    needs: ["direction", "reserve", "start"],
    fresh: () => ({
      kind: "method", method: "sealed", length_ms: HOUR_MS, entry: "qualified", who: "everyone", changes_max: 0, unit: "1",
      unique: false, wins: "best", ties: "first", offers_min: 0,
    }),
  },
  dutch: { needs: ["direction", "reserve", "start"], fresh: () => ({ kind: "method", method: "dutch", drop: "1", every_ms: MINUTE_MS, steps: 60 }) },
  rounds: {
    needs: ["direction", "own_step", "reserve", "start"],
    fresh: () => ({ kind: "method", method: "rounds", rounds: 3, turn_ms: 3 * MINUTE_MS, lead_ms: MINUTE_MS, pause_ms: MINUTE_MS }),
  },
  lottery: {
    needs: ["start"],
    fresh: () => ({ kind: "method", method: "lottery", collect_ms: 30 * MINUTE_MS, reveal_ms: 30 * MINUTE_MS, entry: "qualified" }),
  },
  area: {
    needs: ["start"],
    fresh: () => ({
      kind: "method", method: "area", length_ms: 10 * MINUTE_MS, extension: { kind: "sliding", window_ms: 5 * MINUTE_MS }, entry: "qualified",
      start: "100", step: { rule: "at_least", bands: [{ from: "0", step: "100" }] },
    }),
  },
  weighted: {
    needs: ["reserve", "start"],
    fresh: () => ({
      kind: "method", method: "weighted", length_ms: HOUR_MS, extension: { kind: "sliding", window_ms: 3 * MINUTE_MS }, price_points: 7000, full_price: "0",
      indicators: [], step_points: 10,
    }),
  },
  scored: {
    needs: ["direction", "reserve", "start"],
    fresh: () => ({ kind: "method", method: "scored", length_ms: 24 * HOUR_MS, experts: 5, by: { kind: "points", price_points: 3000, panel_points: 7000 } }),
  },
  call: {
    needs: ["grid", "reserve", "start"],
    fresh: () => ({
      kind: "method", method: "call", length_ms: HOUR_MS, supply: 1, unit: 1, cap: 1, orders_max: 1, changes_max: 0, pays: "uniform", ties: { kind: "time" },
      short: "partial", broadcasts_ms: [], trim_percent: 0,
    }),
  },
  rising: {
    needs: [],
    fresh: () => ({ kind: "method", method: "rising", round_ms: 10 * MINUTE_MS, rounds_max: 60, products: [freshProduct()], points_first: 100 }),
  },
  exchange: { needs: ["grid"], fresh: () => ({ kind: "method", method: "exchange", length_ms: 4 * HOUR_MS, unit: 1, order_max: 1000 }) },
};

export const METHOD_NAMES = Object.keys(KNOWN) as MethodName[];

export const freshMethod = (name: MethodName): Phase => KNOWN[name].fresh();
export const freshProduct = () => ({ name_zh: "", name_en: "", supply: 1, start: "1", step: "1", points: 1 });
export const freshIndicator = () => ({ name_zh: "", name_en: "", points: 1000, low: 0, high: 100 });

/** What a lot's phases read of its terms; what is set already stays in sight. */
export function needs({ phases, after_ceiling = [], ceiling, reserve, reserve_entry }: TermsDraft): Set<Need> {
  const all = [...phases, ...after_ceiling].flatMap((phase) => (phase.kind === "method" ? KNOWN[phase.method].needs : LADDER));
  const needed = new Set<Need>(all);
  if (ceiling) needed.add("ceiling");
  if (reserve || reserve_entry) needed.add("reserve");
  return needed;
}
