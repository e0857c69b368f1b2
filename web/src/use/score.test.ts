import { describe, expect, it } from "vitest";
import type { Rules } from "@/api/types";
import { inPoints, preview } from "./score";

const rules: Rules<"weighted"> = {
  method: "weighted", length_ms: 1, extension: { kind: "none" }, price_points: 7000, full_price: "4000000.00", step_points: 10,
  indicators: [
    { name_zh: "首付比例", name_en: "Down payment", points: 2000, low: 30, high: 100 },
    { name_zh: "安置职工", name_en: "Staff", points: 1000, low: 0, high: 200 },
  ],
};

describe("a score preview", () => {
  it("gives none at the start price and all at the full one", () => {
    expect(preview(rules, "2000000.00", "2000000.00", [30, 0], 2)).toEqual({ price: "0.00", marks: ["0.00", "0.00"], total: "0.00" });
    expect(preview(rules, "2000000.00", "9000000.00", [100, 200], 2).total).toBe("100.00");
  });
  it("rounds each part half up, as the server does", () => {
    expect(preview(rules, "2000000.00", "3000000.00", [65, 1], 2)).toEqual({ price: "35.00", marks: ["10.00", "0.05"], total: "45.05" });
    expect(preview(rules, "2000000.00", "2000000.00", [31, 0], 2).marks[0]).toBe("0.29");
  });
  it("writes points with two places", () => {
    expect([inPoints(5), inPoints(12345), inPoints(-7)]).toEqual(["0.05", "123.45", "-0.07"]);
  });
});
