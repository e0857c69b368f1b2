import { expect, it } from "vitest";
import { market, percent, place, short, turned } from "./closing";

it("reads a market's name, dashes of a center's code included", () => {
  expect(market("housing_land-SZ-ladder")).toEqual({ kind: "housing_land", region: "SZ", method: "ladder", down: false });
  expect(market("procurement-SZ-NS-sealed_down")).toEqual({ kind: "procurement", region: "SZ-NS", method: "sealed", down: true });
});

it("says figures shortly and what is not known as a dash", () => {
  expect([short(0.07379), short(2.3847), short(-12.34), short(140.2)]).toEqual(["0.074", "2.38", "-12.3", "140"]);
  expect([place(0.931), place(0), place(undefined)]).toEqual(["93", "0", "—"]);
  expect([percent(0), percent(0.034), percent(0.5)]).toEqual(["0%", "3.4%", "50%"]);
});

it("turns a column round and then lets it go", () => {
  expect(turned("unusual", "", "cv")).toEqual({ sort: "cv" });
  expect(turned("cv", "", "cv")).toEqual({ sort: "cv", order: "asc" });
  expect(turned("cv", "asc", "cv")).toEqual({});
});
