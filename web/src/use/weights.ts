// 评估权重: what a form of weights holds, and how a proposal differs from what is in force. Sums are shown; what they must come to is the server's word.
import type { Indicator, Scheme, SchemeVersion, UnitKind } from "@/api/types";

export interface WeightRow {
  indicator: Indicator;
  /** Absent: not measured. */
  weight?: number;
}

export interface WeightsForm extends Omit<Scheme, "weights"> {
  from_month: string;
  rows: WeightRow[];
}

/** The kind's versions, the newest first; the release's own ends the list. */
export const versionsOf = (known: SchemeVersion[], kind: UnitKind) => known.filter(({ scheme }) => scheme.kind === kind);

/** What units of the kind can be measured by: every indicator that ever weighed something for them. */
export function indicatorsOf(known: SchemeVersion[], kind: UnitKind): Indicator[] {
  const all = versionsOf(known, kind).toReversed().flatMap(({ scheme }) => scheme.weights.map(({ indicator }) => indicator));
  return [...new Set(all)];
}

export const weightOf = (scheme: Scheme, indicator: Indicator) => scheme.weights.find((one) => one.indicator === indicator)?.weight;

/** A form that begins with a scheme. */
export function formOf(scheme: Scheme, indicators: Indicator[], from_month: string): WeightsForm {
  const { weights: _, ...rest } = scheme;
  return { ...rest, from_month, rows: indicators.map((indicator) => ({ indicator, weight: weightOf(scheme, indicator) })) };
}

/** What is sent: an indicator left empty is not measured. */
export function wishOf({ rows, from_month, ...rest }: WeightsForm): { from_month: string; scheme: Scheme } {
  const weights = rows.flatMap(({ indicator, weight }) => (weight === undefined ? [] : [{ indicator, weight }]));
  return { from_month, scheme: { ...rest, weights } };
}

export const sumOf = (rows: WeightRow[]) => rows.reduce((sum, { weight }) => sum + (weight ?? 0), 0);

export type Measure = "yellow_points" | "red_points" | "excellent_tenths" | "good_tenths" | "pass_tenths";
export const MEASURES: Measure[] = ["yellow_points", "red_points", "excellent_tenths", "good_tenths", "pass_tenths"];

export interface Difference {
  indicator?: Indicator;
  measure?: Measure;
  now?: number;
  then?: number;
}

/** Line by line, what is in force beside what is proposed. */
export function differences(now: Scheme, then: Scheme): Difference[] {
  const indicators = new Set([...now.weights, ...then.weights].map(({ indicator }) => indicator));
  const weights = [...indicators].map((indicator) => ({ indicator, now: weightOf(now, indicator), then: weightOf(then, indicator) }));
  return [...weights, ...MEASURES.map((measure) => ({ measure, now: now[measure], then: then[measure] }))];
}
