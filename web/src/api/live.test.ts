import { describe, expect, it } from "vitest";
import { backoff } from "./live";

describe("the wait before the next connection", () => {
  it("grows from half a second to five, and never beyond", () => {
    expect(backoff(0, 0)).toBe(500);
    expect(backoff(0, 1)).toBe(500);
    expect(backoff(2, 1)).toBe(2000);
    expect(backoff(30, 1)).toBe(5000);
    expect(backoff(30, 0)).toBe(2500);
  });
});
