import { describe, expect, it } from "vitest";
import { apart, bound, capitals, compared, figures, formatted, large, moved, parsed, times, wholeNumber } from "./money";

describe("the next bid", () => {
  it.each([
    ["of a newcomer, and where the top must be bettered, is the lot's minimum", "4800000.00", undefined, "4800000.00"],
    ["where each betters himself, lies a step beyond his own last one", "4800000.00", "2975000.00", "2974000.00"],
    ["has no bound while nobody may bid", undefined, "2975000.00", undefined],
  ])("%s", (_, minimum, own_last, result) => {
    expect(bound(minimum, own_last, "1000.00", false, 2)).toBe(result);
  });
});

describe("a step is added exactly", () => {
  it.each([
    ["1050000.00", "50000.00", true, 2, "1100000.00"],
    ["1050000.00", "50000.00", false, 2, "1000000.00"],
    ["0.10", "0.20", true, 2, "0.30"],
    ["10.00", "50.00", false, 2, "0.00"],
    ["9007199254740993.01", "0.01", true, 2, "9007199254740993.02"],
    ["100", "1.0000", true, 4, "101.0000"],
  ])("%s moved by %s (up %s)", (amount, step, up, scale, result) => {
    expect(moved(amount, step, up, scale)).toBe(result);
  });

  it("compares amounts of different scale", () => {
    expect(compared("1.50", "1.5")).toBe(0);
    expect(compared("1.49", "1.5")).toBe(-1);
    expect(compared("100000000000000000.01", "100000000000000000")).toBe(1);
  });
});

describe("what a person types is parsed at the door", () => {
  it.each([
    ["1,050,000", 2, "1050000.00"],
    ["１，０５０，０００．５", 2, "1050000.50"],
    ["１０。５", 2, "10.50"],
    ["¥ 12 345.6 元", 2, "12345.60"],
    ["105万", 2, "1050000.00"],
    ["1.234567亿元", 2, "123456700.00"],
    ["0.123456万", 2, "1234.56"],
    [".5", 2, "0.50"],
    ["12.000", 2, "12.00"],
    ["7", 0, "7"],
  ])("%s", (input, scale, amount) => {
    expect(parsed(input, scale)).toEqual({ ok: true, amount });
  });

  it.each([
    ["", "empty"],
    ["  ", "empty"],
    ["abc", "not_a_number"],
    ["1.2.3", "not_a_number"],
    ["-5", "not_a_number"],
    ["1e9", "not_a_number"],
    ["万", "not_a_number"],
    ["123456789012345678901", "not_a_number"],
    ["1.005", "too_precise"],
    ["1.1234567万", "too_precise"],
  ])("%s is refused", (input, why) => {
    expect(parsed(input, 2)).toEqual({ ok: false, why });
  });
});

describe("money is shown with separators and in large units", () => {
  it("separates thousands and keeps the fraction apart", () => {
    expect(formatted("1234567890.00")).toBe("1,234,567,890.00");
    expect(formatted("999")).toBe("999");
    expect(figures("1234.50")).toEqual({ whole: "1,234", fraction: ".50" });
  });

  it("says 万元 and 亿元 without rounding", () => {
    expect(large("9999.99", true)).toBeUndefined();
    expect(large("1050000.00", true)).toBe("105 万元");
    expect(large("12345678.90", true)).toBe("1,234.56789 万元");
    expect(large("1234567890.00", true)).toBe("12.3456789 亿元");
    expect(large("1050000.00", false)).toBe("1.05 million yuan");
    expect(large("2500000000.00", false)).toBe("2.5 billion yuan");
    expect(large("1050000", true)).toBe("105 万元");
  });
});

describe("capital numerals", () => {
  it.each([
    ["0.00", "人民币零元整"],
    ["10.00", "人民币壹拾元整"],
    ["1050000.00", "人民币壹佰零伍万元整"],
    ["1000000.00", "人民币壹佰万元整"],
    ["100500000.00", "人民币壹亿零伍拾万元整"],
    ["10005000.00", "人民币壹仟万零伍仟元整"],
    ["1000000001.00", "人民币壹拾亿零壹元整"],
    ["1234567890.12", "人民币壹拾贰亿叁仟肆佰伍拾陆万柒仟捌佰玖拾元壹角贰分"],
    ["1.05", "人民币壹元零伍分"],
    ["0.05", "人民币伍分"],
    ["0.50", "人民币伍角"],
    ["20300", "人民币贰万零叁佰元整"],
    ["1.0003", "人民币壹元零叁毫"],
  ])("%s", (amount, words) => {
    expect(capitals(amount)).toBe(words);
  });
});

describe("orders", () => {
  it("are multiplied exactly, beyond what a float holds", () => {
    expect(times("12.85", 50_000)).toBe("642500.00");
    expect(times("90071992547409.93", 1000)).toBe("90071992547409930.00");
    expect(times("10000", 3)).toBe("30000");
  });
  it("take whole quantities as people write them", () => {
    expect(["2,000", "２０００", "5万", "-3", "", "1.5", "abc", "1".repeat(16)].map(wholeNumber)).toEqual([2000, 2000, 50000, -3, undefined, undefined, undefined, undefined]);
  });
  it("tell how far an offer is from a mean of two more places", () => {
    expect(apart("100.00", "100.3333")).toBe("0.3333");
    expect(apart("101", "100.50")).toBe("0.50");
  });
});
