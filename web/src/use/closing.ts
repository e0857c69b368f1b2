// What a closed lot's screens say, made ready for the eye.
import type { ClosingRow, ScreenFigure } from "@/api/closing";

/** Figures in the table; those over subgroups stand in the drawer. */
export const COLUMNS = ["cv", "spd", "diffp", "rd", "kurt", "skew", "ks"] as const;

export function figureOf(row: ClosingRow, name: string): ScreenFigure | undefined {
  return row.figures.find((figure) => figure.name === name);
}

/** Three figures that count, without an exponent. */
export function short(value: number): string {
  const size = Math.abs(value);
  return value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3);
}

/** 0.931 → 93. */
export function place(percentile: number | undefined): string {
  return percentile === undefined ? "—" : String(Math.round(percentile * 100));
}

export function percent(share: number): string {
  return `${(share * 100).toFixed(share > 0 && share < 0.1 ? 1 : 0)}%`;
}

/** `housing_land-SZ-sealed_down` in parts; a center's code may itself have dashes. */
export function market(segment: string): { kind: string; region: string; method: string; down: boolean } {
  const parts = segment.split("-");
  const method = parts.at(-1) ?? "";
  const down = method.endsWith("_down");
  return { kind: parts[0] ?? "", region: parts.slice(1, -1).join("-"), method: down ? method.slice(0, -5) : method, down };
}

/** The next order of a column: the outermost first, then turned, then as the page begins. */
export function turned(sort: string, order: string, column: string): { sort?: string; order?: string } {
  if (sort !== column) return { sort: column };
  return order === "asc" ? {} : { sort: column, order: "asc" };
}
