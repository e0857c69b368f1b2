import { describe, expect, it } from "vitest";
import { dateTime, dueTime, fromWallText, inUnit, timeMs, wallText } from "./time";

describe("times are Beijing times", () => {
  const at = Date.UTC(2025, 1, 28, 18, 30, 5, 42);

  it("on any computer", () => {
    expect(dateTime(at)).toBe("2025-03-01 02:30:05");
    expect(timeMs(at)).toBe("02:30:05.042");
  });

  it("a limit ends with its day", () => {
    expect(dueTime(Date.UTC(2025, 1, 28, 16))).toBe("2025-02-28 24:00");
    expect(dueTime(Date.UTC(2025, 1, 28, 16, 0, 1))).toBe("2025-03-01 00:00:01");
  });

  it("there and back through a form field", () => {
    expect(fromWallText(wallText(at))).toBe(at - 42);
    expect(fromWallText("nonsense")).toBeUndefined();
  });
});

describe("durations", () => {
  it.each([
    [864_000_000, 10, "days"],
    [300_000, 5, "minutes"],
    [90_000, 90, "seconds"],
    [3_600_000, 1, "hours"],
    [500, 0.5, "seconds"],
  ])("%d ms", (ms, count, unit) => {
    expect(inUnit(ms)).toEqual({ count, unit });
  });
});
