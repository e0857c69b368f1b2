// The wall as a value: the newest traces and alerts, and how lively each lot is. Pure; tested.
import type { Alert, ServerFrame, TraceRow } from "@/api/types";

export interface Wall {
  /** Newest first. */
  readonly traces: readonly TraceRow[];
  /** Newest first. */
  readonly alerts: readonly Alert[];
}

// What an eye can follow; everything is in the record.
const TRACES_MAX = 200;
const ALERTS_MAX = 200;

export const blank: Wall = { traces: [], alerts: [] };

export function step(wall: Wall, frame: ServerFrame): Wall {
  switch (frame.type) {
    case "trace":
      if (wall.traces.some((t) => t.n === frame.n && t.lot === frame.lot)) return wall;
      return { ...wall, traces: [frame, ...wall.traces].slice(0, TRACES_MAX) };
    case "alert":
      return { ...wall, alerts: raised(wall.alerts, [frame]) };
    default:
      return wall;
  }
}

/** Alerts of both lists once each, newest first. */
export function raised(known: readonly Alert[], more: readonly Alert[]): Alert[] {
  const all = new Map([...known, ...more].map((alert) => [alert.id, alert]));
  return [...all.values()].sort((a, b) => b.at - a.at || b.n - a.n).slice(0, ALERTS_MAX);
}

/** Bids in each of the last `minutes` minutes, the current one last. */
export function pulse(moments: readonly number[], now: number, minutes: number): number[] {
  const bars = new Array<number>(minutes).fill(0);
  for (const at of moments) {
    const ago = Math.floor((now - at) / 60_000);
    if (ago >= 0 && ago < minutes) bars[minutes - 1 - ago]!++;
  }
  return bars;
}
