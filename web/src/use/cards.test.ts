import { expect, it } from "vitest";
import { answerTime, hundredths, periods, stateKey, tenths } from "./cards";

it("says how long there is to answer", () => {
  expect(answerTime({ answer_left_wd: undefined })).toBeUndefined();
  expect(answerTime({ answer_left_wd: 2 })).toEqual({ key: "answer_left", n: 2, over: false });
  expect(answerTime({ answer_left_wd: 0 })?.key).toBe("answer_today");
  expect(answerTime({ answer_left_wd: -3 })).toEqual({ key: "answer_over", n: 3, over: true });
});

it("calls a reminder told, not waiting for a defence", () => {
  expect(stateKey({ level: "blue", state: "notified" })).toBe("reminded");
  expect(stateKey({ level: "blue", state: "closed" })).toBe("lapsed");
  expect(stateKey({ level: "red", state: "notified" })).toBe("state.notified");
});

it("reads tenths and hundredths without a float", () => {
  expect([tenths(907), tenths(1000), tenths(3), tenths(undefined)]).toEqual(["90.7", "100.0", "0.3", "—"]);
  expect([hundredths(333), hundredths(5), hundredths(1000)]).toEqual(["3.33", "0.05", "10.00"]);
});

it("goes back over the years", () => {
  const { months, quarters } = periods("2026-02");
  expect(months.slice(0, 3)).toEqual(["2026-02", "2026-01", "2025-12"]);
  expect(quarters.slice(0, 3)).toEqual(["2026-Q1", "2025-Q4", "2025-Q3"]);
});
