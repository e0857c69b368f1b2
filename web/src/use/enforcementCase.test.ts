import { describe, expect, it } from "vitest";
import { caseFrom, noCase, noTime, timeFrom, timeOf } from "./enforcementCase";

describe("a filing", () => {
  it("names no party of whom nothing was typed, and the half of one that was", () => {
    const draft = { ...noCase(), title: " 涉嫌串通 ", facts: "轮流报价" };
    expect(caseFrom(draft)).toEqual({ title: "涉嫌串通", facts: "轮流报价" });
    expect(caseFrom({ ...draft, party: { kind: "person", code: "", name: " 张三 " } }).party).toEqual({ kind: "person", code: "", name: "张三" });
  });

  it("says when the act was done where that was typed, and its end only where it continued", () => {
    expect(caseFrom(noCase())).not.toHaveProperty("act_time");
    const time = { ...noTime(), on: "2026-01-02", until: "2026-02-03" };
    expect(caseFrom({ ...noCase(), time }).act_time).toEqual({ on: "2026-01-02" });
    expect(timeFrom({ ...time, continues: true, grave: true })).toEqual({ on: "2026-01-02", continues: true, until: "2026-02-03", grave: true });
    expect(timeOf({ on: "2026-01-02", continues: true })).toEqual({ ...noTime(), on: "2026-01-02", continues: true });
    expect(timeOf()).toEqual(noTime());
    expect(timeFrom({ ...time, continues: true, until: "" })).toEqual({ on: "2026-01-02", continues: true });
  });

  it("carries the other house's number only where it was handed on, even when it is missing", () => {
    const draft = { ...noCase(), transferred_as: "移送7号" };
    expect(caseFrom(draft)).not.toHaveProperty("transferred_as");
    expect(caseFrom({ ...draft, source: "transfer" }).transferred_as).toBe("移送7号");
    expect(caseFrom({ ...draft, source: "transfer", transferred_as: " " }).transferred_as).toBe("");
  });
});
