// A month as a sheet of weeks, Monday first. Days are words of the server, 2026-10-01; nothing here asks what day it is.
const DAY_MS = 86_400_000;

export interface SheetDay {
  day: string;
  /** Of this month, not of its neighbours. */
  inside: boolean;
}

export const isMonth = (text: string) => /^\d{4}-(0[1-9]|1[0-2])$/.test(text);

/** The month `by` months away. */
export function neighbour(month: string, by: number): string {
  const [year, number] = month.split("-").map(Number);
  return new Date(Date.UTC(year!, number! - 1 + by, 1)).toISOString().slice(0, 7);
}

/** Whole weeks that hold the month. */
export function weeks(month: string): SheetDay[][] {
  const first = Date.parse(`${month}-01T00:00:00Z`);
  const monday = first - ((new Date(first).getUTCDay() + 6) % 7) * DAY_MS;
  const sheet: SheetDay[][] = [];
  for (let at = monday; ; at += 7 * DAY_MS) {
    const week = Array.from({ length: 7 }, (_, i) => new Date(at + i * DAY_MS).toISOString().slice(0, 10));
    if (sheet.length && !week[0]!.startsWith(month)) return sheet;
    sheet.push(week.map((day) => ({ day, inside: day.startsWith(month) })));
  }
}
