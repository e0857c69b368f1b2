// Whose turn a card is and for how long, as words' keys: the days are the server's.
import type { Card, Turn } from "@/api/types";

/** How long a turn has: days left, this day alone, or how long past. */
export function turnTime({ left_wd, is_late }: Pick<Turn, "left_wd" | "is_late">): { key: "left" | "today" | "over"; n: number } {
  if (is_late) return { key: "over", n: Math.max(0, -left_wd) };
  return left_wd > 0 ? { key: "left", n: left_wd } : { key: "today", n: 0 };
}

/** What a card's state is called: a reminder asks for no answer, it is told and lapses. */
export const stateKey = ({ level, state }: Pick<Card, "level" | "state">) => (level !== "blue" ? `state.${state}` : state === "closed" ? "lapsed" : state === "notified" ? "reminded" : `state.${state}`);

/** Tenths of a point as people read them. */
export const tenths = (value: number | undefined) => (value === undefined ? "—" : `${Math.floor(value / 10)}.${value % 10}`);
/** Hundredths of a point as people read them. */
export const hundredths = (value: number) => `${Math.floor(value / 100)}.${String(value % 100).padStart(2, "0")}`;

/** The last months and quarters, this one first, as the server names them. */
export function periods(today: string): { months: string[]; quarters: string[] } {
  const [year, month] = today.split("-").map(Number) as [number, number];
  const back = (count: number) => Array.from({ length: count }, (_, i) => i);
  const months = back(12).map((i) => {
    const at = year * 12 + month - 1 - i;
    return `${Math.floor(at / 12)}-${String((at % 12) + 1).padStart(2, "0")}`;
  });
  const quarters = back(6).map((i) => {
    const at = year * 4 + Math.floor((month - 1) / 3) - i;
    return `${Math.floor(at / 4)}-Q${(at % 4) + 1}`;
  });
  return { months, quarters };
}
