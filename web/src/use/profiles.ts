// Where a preset stands in the list, and what it usually sells. Ids not named here are a center's own.
import type { LotKind, Profile } from "@/api/types";

export type Group = "land" | "other" | "methods" | "own";
export const GROUPS: readonly Group[] = ["own", "land", "other", "methods"];

const PRESETS: Record<string, [Group, LotKind]> = {
  guangdong_5min: ["land", "housing_land"], shantou: ["land", "housing_land"], qinzhou_auction: ["land", "housing_land"], suzhou_sip: ["land", "housing_land"],
  fujian: ["land", "housing_land"], three_minute: ["land", "housing_land"], wonders_wsjy: ["land", "housing_land"], trade_java: ["land", "industrial_land"],
  dongguan_final: ["land", "housing_land"], suzhou_oneprice: ["land", "housing_land"], ceiling_lottery: ["land", "housing_land"], ceiling_area: ["land", "housing_land"],
  land_lease_rounds: ["land", "industrial_land"],
  judicial: ["other", "property_right"], property_multi_quote: ["other", "property_right"], property_one_shot: ["other", "property_right"],
  property_weighted: ["other", "property_right"], mineral_rights: ["other", "mineral_right"], plates_shenzhen: ["other", "plate_quota"],
  carbon_uniform: ["other", "carbon_allowance"], carbon_exchange: ["other", "carbon_allowance"], procurement_three_rounds: ["other", "procurement"],
  tender_scored: ["other", "procurement"], tender_lowest: ["other", "procurement"],
  descending_own: ["methods", "procurement"], dutch: ["methods", "equipment"], hybrid_dutch: ["methods", "property_right"], second_price: ["methods", "equipment"],
  rising_clock: ["methods", "equipment"],
};

export const groupOf = (id: string): Group => PRESETS[id]?.[0] ?? "own";
/** A first guess the clerk may change. */
export const kindOf = (id: string): LotKind => PRESETS[id]?.[1] ?? "housing_land";

/** Profiles whose name, id or rules hold every word asked for. */
export function found<P extends Profile & { rules_zh: string[]; rules_en: string[] }>(all: readonly P[], asked: string): P[] {
  const words = asked.toLowerCase().split(/\s+/).filter(Boolean);
  const text = (p: P) => [p.id, p.name_zh, p.name_en, ...p.rules_zh, ...p.rules_en].join(" ").toLowerCase();
  return all.filter((p) => words.every((word) => text(p).includes(word)));
}

export const keyOf = ({ id, version }: Pick<Profile, "id" | "version">) => `${id}@${version}`;

const LINE_CHARS_MAX = 100;

/** JSON for people: what fits on a line stands on one. */
export function readable(value: unknown, indent = ""): string {
  const flat = JSON.stringify(value, undefined, 1)?.replace(/\s*\n\s*/g, " ") ?? "null";
  if (typeof value !== "object" || value === null || (indent !== "" && indent.length + flat.length <= LINE_CHARS_MAX)) return flat;
  const inner = `${indent}  `;
  const lines = Array.isArray(value)
    ? value.map((item) => inner + readable(item, inner))
    : Object.entries(value).filter(([, item]) => item !== undefined).map(([key, item]) => `${inner}${JSON.stringify(key)}: ${readable(item, inner)}`);
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  return lines.length ? `${open}\n${lines.join(",\n")}\n${indent}${close}` : open! + close!;
}
