import { describe, expect, test } from "vitest";
import { filled, formOf, hint, lacking, sendable, shares, shortHash, sizeText } from "./caseForm";
import type { Field, Member } from "@/api/types";

const field = (name: string, kind: Field["kind"], more: Partial<Field> = {}): Field => ({ name, kind, label_zh: name, label_en: name, required: false, ...more });
const member = (name: string, code: string, share: string): Member => ({ name, code, share });
const [A, B] = ["91440300708461136T", "9144030071526726XG"];

describe("the form", () => {
  const fields = [field("name", "text", { required: true }), field("amount", "number"), field("members", "members")];

  test("has a value for every field and none besides", () => {
    expect(formOf(fields, { name: "甲", gone: "x" })).toEqual({ name: "甲", amount: "", members: [] });
  });

  test("does not share its members with what it was made from", () => {
    const kept = { members: [member("甲", A, "50")] };
    const form = formOf(fields, kept);
    (form.members as Member[])[0]!.share = "60";
    expect(kept.members[0]!.share).toBe("50");
  });

  test("sends what is whole, holds back what is half typed, leaves out what is empty", () => {
    expect(sendable(fields, { name: "甲", amount: "1.", members: [] })).toEqual({ form: { name: "甲" }, held: ["amount"] });
  });

  test("is judged whole when it is filed, what is half typed included", () => {
    expect(filled(fields, { name: "甲", amount: "1.", members: [] })).toEqual({ name: "甲", amount: "1." });
  });

  test("names the required fields that are empty", () => {
    expect(lacking(fields, { name: "  ", amount: "" })).toEqual(["name"]);
    expect(lacking(fields, { name: "甲" })).toEqual([]);
  });
});

test.each([
  ["text", "anything", undefined],
  ["number", "12.50", undefined],
  ["number", "-3", undefined],
  ["number", "1,000", "number"],
  ["number", "12.", "number"],
  ["date", "2026-10-01", undefined],
  ["date", "2026-02-30", "date"],
  ["date", "soon", "date"],
  ["choice", "a", undefined],
  ["choice", "c", "choice"],
  ["credit_code", "91440300123456788X", undefined],
  ["credit_code", "91440300123456788x", "code"],
  ["id_number", "4403001990", "code"],
  ["number", "", undefined],
] as const)("a %s of %j: %j", (kind, value, why) => {
  const choices = kind === "choice" ? [{ value: "a", label_zh: "甲", label_en: "A" }] : undefined;
  expect(hint(field("x", kind, { choices }), value)).toBe(why);
});

describe("members", () => {
  const why = (...members: Member[]) => hint(field("m", "members"), members);

  test("are two or more, whole, each once, and their shares together 100 %", () => {
    expect(why(member("甲", A, "60"), member("乙", B, "40"))).toBeUndefined();
    expect(why(member("甲", A, "33.33"), member("乙", B, "66.67"))).toBeUndefined();
    expect(why(member("甲", A, "100"))).toBe("members_few");
    expect(why(member("甲", A, "60"), member("", B, "40"))).toBe("members_member");
    expect(why(member("甲", A, "60"), member("乙", "1", "40"))).toBe("members_member");
    expect(why(member("甲", A, "100"), member("乙", B, "0"))).toBe("members_member");
    expect(why(member("甲", A, "50"), member("乙", A, "50"))).toBe("members_twice");
    expect(why(member("甲", A, "60"), member("乙", B, "39.99"))).toBe("members_sum");
  });

  // Ten times 0.1 is not 1 in binary fractions.
  test("sum exactly", () => {
    const tenths = Array.from({ length: 10 }, () => member("甲", A, "10.00"));
    expect(shares(tenths)).toEqual({ sum: "100", rest: "0", whole: true });
    expect(shares([member("甲", A, "33.33"), member("乙", B, "33.33"), member("丙", B, "33.33")])).toEqual({ sum: "99.99", rest: "0.01", whole: false });
    expect(shares([member("甲", A, "70"), member("乙", B, "40.5")])).toEqual({ sum: "110.5", rest: "-10.5", whole: false });
    expect(shares([member("甲", A, "x"), member("乙", B, "1.234")]).sum).toBe("0");
  });
});

test("hashes and sizes are short to read", () => {
  expect(shortHash("0123456789abcdef".repeat(4))).toBe("01234567…cdef");
  expect([12, 2048, 1_572_864].map(sizeText)).toEqual(["12 B", "2 KB", "1.5 MB"]);
});
