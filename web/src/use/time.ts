// Every time on the page is the platform's: Beijing time, with seconds, whatever the visitor's computer says.
const ZONE_OFFSET_MS = 8 * 3_600_000;

function iso(at: number): string {
  return new Date(at + ZONE_OFFSET_MS).toISOString();
}

/** 2025-03-01 10:00:00 */
export const dateTime = (at: number) => iso(at).slice(0, 19).replace("T", " ");
/** 10:00:00 */
export const time = (at: number) => iso(at).slice(11, 19);
/** 10:00:00.250 */
export const timeMs = (at: number) => iso(at).slice(11, 23);
/** 03-01 10:00:00 */
export const monthTime = (at: number) => iso(at).slice(5, 19).replace("T", " ");

/** A limit; one that ends with its day is said as that day's 24:00, not as the first second of the next: 2025-03-01 24:00 */
export function dueTime(at: number): string {
  const text = dateTime(at);
  return text.endsWith(" 00:00:00") ? `${dateTime(at - 1).slice(0, 10)} 24:00` : text;
}

/** For form fields: the wall clock text of an instant, and back. */
export const wallText = (at: number) => iso(at).slice(0, 19);
export function fromWallText(text: string): number | undefined {
  const at = Date.parse(`${text}Z`) - ZONE_OFFSET_MS;
  return Number.isNaN(at) ? undefined : at;
}

export type Unit = "days" | "hours" | "minutes" | "seconds";
export const UNIT_MS: Record<Unit, number> = { days: 86_400_000, hours: 3_600_000, minutes: 60_000, seconds: 1000 };

/** The largest unit that says a duration in whole numbers. */
export function inUnit(duration_ms: number): { count: number; unit: Unit } {
  const unit = (Object.keys(UNIT_MS) as Unit[]).find((u) => duration_ms >= UNIT_MS[u] && duration_ms % UNIT_MS[u] === 0) ?? "seconds";
  return { count: duration_ms / UNIT_MS[unit], unit };
}
