// A year's decree as it is typed or pasted: one day or range a line, or the whole as JSON.
import type { YearDecree } from "@/api/types";

const list = (text: string) => text.split(/[\s,，、;；]+/).map((one) => one.trim().replace(/(?:~|～|至|—+)/, "..")).filter(Boolean);

/** The decree the form holds; the server judges the days. */
export const decreeFrom = (year: number, decree: string, off: string, on: string): YearDecree => ({ year, decree: decree.trim(), off: list(off), on: list(on) });

/** A decree pasted as JSON, if it is one. */
export function pasted(text: string): YearDecree | undefined {
  try {
    const { year, decree, off, on } = JSON.parse(text) as Partial<YearDecree>;
    const texts = (value: unknown): value is string[] => Array.isArray(value) && value.every((one) => typeof one === "string");
    return Number.isInteger(year) && typeof decree === "string" && texts(off) && texts(on) ? { year: year!, decree, off, on } : undefined;
  } catch {
    return undefined;
  }
}
