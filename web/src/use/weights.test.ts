import { describe, expect, it } from "vitest";
import { differences, formOf, indicatorsOf, sumOf, versionsOf, wishOf } from "./weights";
import type { Scheme, SchemeVersion } from "@/api/types";

const grades = { yellow_points: 5, red_points: 20, excellent_tenths: 900, good_tenths: 800, pass_tenths: 600 };
const seeded: Scheme = { kind: "center", ...grades, weights: [{ indicator: "orders", weight: 50 }, { indicator: "cards", weight: 40 }, { indicator: "corrected", weight: 10 }] };
const later: Scheme = { kind: "center", ...grades, red_points: 25, weights: [{ indicator: "orders", weight: 60 }, { indicator: "cards", weight: 40 }] };
const agency: Scheme = { kind: "agency", ...grades, weights: [{ indicator: "promised", weight: 100 }] };
const known: SchemeVersion[] = [{ version: 0, scheme: agency }, { version: 1, from_month: "2026-12", scheme: later }, { version: 0, scheme: seeded }];

describe("weights", () => {
  it("of one kind are found among all, the newest first", () => {
    expect(versionsOf(known, "center").map(({ version }) => version)).toEqual([1, 0]);
  });
  it("offer an indicator again that weighs nothing now", () => {
    expect(indicatorsOf(known, "center")).toEqual(["orders", "cards", "corrected"]);
  });
  it("come out of a form as they went in, without what was left empty", () => {
    const form = formOf(later, indicatorsOf(known, "center"), "2027-01");
    expect(form.rows).toEqual([{ indicator: "orders", weight: 60 }, { indicator: "cards", weight: 40 }, { indicator: "corrected", weight: undefined }]);
    expect(wishOf(form)).toEqual({ from_month: "2027-01", scheme: later });
    expect(sumOf(form.rows)).toBe(100);
  });
  it("that are proposed stand line by line beside those in force", () => {
    const lines = differences(seeded, later);
    expect(lines.filter(({ now, then }) => now !== then)).toEqual([
      { indicator: "orders", now: 50, then: 60 },
      { indicator: "corrected", now: 10, then: undefined },
      { measure: "red_points", now: 20, then: 25 },
    ]);
    expect(lines).toHaveLength(8);
  });
});
