import { expect, it } from "vitest";
import { readEntry } from "./entry";

const read = (line: string) => readEntry(new TextEncoder().encode(line));

it("tells who bid what and when", () => {
  const line = '{"at":1790000000000,"fact":{"bid":{"paddle":3,"amount":9007199254740993,"leads":true}},"lot":"l","scale":2,"seq":7}';
  expect(read(line)).toEqual({ line, fact: "bid", at: 1790000000000, lot: "l", seq: 7, paddle: 3, amount: "90071992547409.93" });
});
it("shows what it does not know as it is", () => {
  for (const line of ["not json", "null", "7", "{}"]) expect(read(line)).toEqual({ line });
});
