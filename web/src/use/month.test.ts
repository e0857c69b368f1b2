import { describe, expect, it } from "vitest";
import { isMonth, neighbour, weeks } from "./month";

describe("a month's sheet", () => {
  it("holds every day once, in whole weeks that begin on Monday", () => {
    for (let month = "2024-01"; month < "2029-01"; month = neighbour(month, 1)) {
      const sheet = weeks(month);
      expect(sheet.every((week) => week.length === 7 && new Date(week[0]!.day).getUTCDay() === 1)).toBe(true);
      const inside = sheet.flat().filter(({ inside }) => inside);
      expect(inside[0]!.day).toBe(`${month}-01`);
      expect(inside.length).toBe(new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5)), 0)).getUTCDate());
      expect(sheet.every((week) => week.some(({ inside }) => inside))).toBe(true);
    }
  });

  it("begins a month that starts on Monday with that Monday", () => expect(weeks("2026-06")[0]![0]!.day).toBe("2026-06-01"));
  it("steps over the new year", () => expect([neighbour("2026-12", 1), neighbour("2026-01", -1)]).toEqual(["2027-01", "2025-12"]));
  it("knows a month when it sees one", () => expect(["2026-10", "2026-13", "2026-1", "x"].map(isMonth)).toEqual([true, false, false, false]));
});
