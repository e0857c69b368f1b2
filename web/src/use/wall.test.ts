import { describe, expect, it } from "vitest";
import type { Alert, ServerFrame } from "@/api/types";
import { blank, pulse, raised, step } from "./wall";

const alert = (id: number, at: number): Alert => ({ id, n: at, at, lot: "l", lot_number: "1", rule: "machine_speed", level: "yellow", zh: "", en: "", paddles: [], evidence: [], state: "new" });
const trace = (n: number): ServerFrame => ({ type: "trace", n, lot: "l", at: n, kind: "bid" });

describe("the wall", () => {
  it("keeps the newest two hundred traces, each once", () => {
    let wall = blank;
    for (let n = 1; n <= 250; n++) wall = step(wall, trace(n));
    expect(wall.traces).toHaveLength(200);
    expect(wall.traces[0]?.n).toBe(250);
    expect(step(wall, trace(250))).toBe(wall);
  });

  it("shows an alert once, newest first", () => {
    const alerts = raised([alert(1, 1)], [alert(2, 3), alert(1, 1), alert(3, 2)]);
    expect(alerts.map((a) => a.id)).toEqual([2, 3, 1]);
    expect(step(blank, { type: "alert", ...alert(1, 1) }).alerts).toHaveLength(1);
  });

  it("counts bids by the minute", () => {
    expect(pulse([0, 59_999, 60_000, 125_000, 999_999], 130_000, 3)).toEqual([1, 2, 1]);
  });
});
