import { expect, test } from "vitest";
import { decreeFrom, pasted } from "./decree";

test("days and ranges are read as people write them", () => {
  expect(decreeFrom(2027, " 国办发明电〔2026〕1号 ", "2027-01-01\n2027-10-01..2027-10-07", "2027-10-09，2027-10-10")).toEqual({
    year: 2027, decree: "国办发明电〔2026〕1号", off: ["2027-01-01", "2027-10-01..2027-10-07"], on: ["2027-10-09", "2027-10-10"],
  });
  expect(decreeFrom(2027, "x", "2027-02-05至2027-02-11 2027-05-01~2027-05-03", "").off).toEqual(["2027-02-05..2027-02-11", "2027-05-01..2027-05-03"]);
});

test("a pasted decree is one, or nothing", () => {
  const whole = { year: 2027, decree: "x", off: ["2027-01-01"], on: [] };
  expect(pasted(JSON.stringify(whole))).toEqual(whole);
  for (const wrong of ["", "2027-01-01", "[]", JSON.stringify({ ...whole, off: [1] }), JSON.stringify({ ...whole, year: "2027" }), JSON.stringify({ year: 2027 })]) expect(pasted(wrong)).toBeUndefined();
});
