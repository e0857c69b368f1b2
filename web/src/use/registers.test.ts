import { describe, expect, it } from "vitest";
import { changed, formatOf, inWords } from "./registers";
import type { RegisterField, RowVersion } from "@/api/types";

const version = (data: Record<string, string>): RowVersion => ({ n: 1, version: 1, data, valid_from: 0, by: "o", source: "s" });

describe("what a version changed", () => {
  it("is what differs, came or went", () => {
    const older = version({ name: "a", region: "440305", phone: "1" });
    expect(changed(version({ name: "b", region: "440305", address: "x" }), older)).toEqual(new Set(["name", "address", "phone"]));
    expect(changed(older, older)).toEqual(new Set());
  });
  it("is nothing in the first version", () => {
    expect(changed(version({ name: "a" }), undefined)).toEqual(new Set());
  });
});

describe("a value in words", () => {
  const field: RegisterField = {
    name: "status", zh: "状态", en: "Status", kind: "choice", required: true, key: false, personal: false, readable: true,
    choices: [{ value: "active", zh: "存续", en: "active" }],
  };
  it("is the choice's name, or the value as it is", () => {
    expect(inWords(field, "active", (said) => said.zh)).toBe("存续");
    expect(inWords(field, "other", (said) => said.zh)).toBe("other");
    expect(inWords(undefined, "440305", (said) => said.zh)).toBe("440305");
    expect(inWords(field, undefined, (said) => said.zh)).toBe("");
  });
});

it("knows a file's format by its ending", () => {
  expect(["a.CSV", "b.json", "c.xlsx"].map(formatOf)).toEqual(["csv", "json", undefined]);
});
