// What a weighted offer would score by the published rules: shown while one types, never decided here.
import { minorAt } from "./money";
import type { Rules } from "@/api/types";

/** `points` in the proportion of `value` between `low` and `high`, half up; all of them beyond, none below. */
function share(points: bigint, value: bigint, low: bigint, high: bigint): bigint {
  const capped = value < low ? low : value > high ? high : value;
  const span = high - low;
  return span <= 0n ? 0n : (points * (capped - low) * 2n + span) / (span * 2n);
}

export interface Preview {
  price: string;
  marks: string[];
  total: string;
}

/** Points, two places. */
export function inPoints(hundredths: bigint | number): string {
  const units = BigInt(hundredths);
  const digits = (units < 0n ? -units : units).toString().padStart(3, "0");
  return `${units < 0n ? "-" : ""}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

export function preview(rules: Rules<"weighted">, start_price: string, amount: string, marks: readonly number[], scale: number): Preview {
  const price = share(BigInt(rules.price_points), minorAt(amount, scale), minorAt(start_price, scale), minorAt(rules.full_price, scale));
  const each = rules.indicators.map(({ points, low, high }, i) => share(BigInt(points), BigInt(marks[i] ?? low), BigInt(low), BigInt(high)));
  return { price: inPoints(price), marks: each.map(inPoints), total: inPoints(each.reduce((sum, points) => sum + points, price)) };
}
