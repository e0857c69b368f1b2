import { describe, expect, it } from "vitest";
import { caseFrom, noCase } from "./enforcementCase";

describe("a filing", () => {
  it("names no party of whom nothing was typed, and the half of one that was", () => {
    const draft = { ...noCase(), title: " 涉嫌串通 ", facts: "轮流报价" };
    expect(caseFrom(draft)).toEqual({ title: "涉嫌串通", facts: "轮流报价" });
    expect(caseFrom({ ...draft, party: { kind: "person", code: "", name: " 张三 " } }).party).toEqual({ kind: "person", code: "", name: "张三" });
  });

  it("carries the other house's number only where it was handed on, even when it is missing", () => {
    const draft = { ...noCase(), transferred_as: "移送7号" };
    expect(caseFrom(draft)).not.toHaveProperty("transferred_as");
    expect(caseFrom({ ...draft, source: "transfer" }).transferred_as).toBe("移送7号");
    expect(caseFrom({ ...draft, source: "transfer", transferred_as: " " }).transferred_as).toBe("");
  });
});
