import { expect, it } from "vitest";
import { hundredths, periods, stateKey, tenths, turnTime } from "./cards";

it("says how long a turn has", () => {
  expect(turnTime({ left_wd: 2, is_late: false })).toEqual({ key: "left", n: 2 });
  expect(turnTime({ left_wd: 0, is_late: false }).key).toBe("today");
  expect(turnTime({ left_wd: -3, is_late: true })).toEqual({ key: "over", n: 3 });
  // Past on a day off: no working day has gone by yet.
  expect(turnTime({ left_wd: 0, is_late: true })).toEqual({ key: "over", n: 0 });
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
