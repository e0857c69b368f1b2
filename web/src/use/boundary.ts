// A boundary as people bring it: GeoJSON, or a surveyor's table of corners; read once, checked by the server.
import type { Boundary } from "@/api/types";

export type Ring = [number, number][];
export type Fault = "empty" | "kind" | "system";

/** Plane coordinates here have an east of six digits and a north of seven. */
const isPlane = ([x, y]: [number, number]) => x >= 100_000 && x < 1_000_000 && y >= 1_000_000;
const isDegrees = ([x, y]: [number, number]) => x > 73 && x < 136 && y > 3 && y < 54;

function closed(ring: Ring): Ring {
  const [first, last] = [ring[0], ring.at(-1)];
  return first && last && (first[0] !== last[0] || first[1] !== last[1]) ? [...ring, [first[0], first[1]]] : ring;
}

function system(rings: Ring[]): Boundary | Fault {
  const points = rings.flat();
  if (points.length < 3) return "empty";
  const epsg = points.every(isPlane) ? 4547 : points.every(isDegrees) ? 4490 : undefined;
  return epsg ? { epsg, polygon: { type: "Polygon", coordinates: rings.map(closed) } } : "system";
}

interface GeoJson {
  type?: string;
  geometry?: GeoJson;
  features?: GeoJson[];
  coordinates?: unknown;
}

function polygon(json: GeoJson | undefined): unknown {
  if (json?.type === "FeatureCollection") return polygon(json.features?.[0]);
  if (json?.type === "Feature") return polygon(json.geometry);
  return json?.type === "Polygon" ? json.coordinates : undefined;
}

function isRings(value: unknown): value is number[][][] {
  return Array.isArray(value) && value.every((ring) => Array.isArray(ring) && ring.every((point) => Array.isArray(point) && point.length >= 2 && point.every((n) => typeof n === "number")));
}

/** Text as pasted or read from a file. Chinese tables give north first: the seven-digit number is the north. */
export function readBoundary(text: string): Boundary | Fault {
  const trimmed = text.trim();
  if (trimmed.startsWith("{")) {
    let rings: unknown;
    try {
      rings = polygon(JSON.parse(trimmed) as GeoJson);
    } catch {
      return "kind";
    }
    return isRings(rings) ? system(rings.map((ring) => ring.map((point): [number, number] => [point[0]!, point[1]!]))) : "kind";
  }
  const ring: Ring = [];
  for (const line of trimmed.split(/\r?\n/)) {
    const numbers = line.match(/-?\d+(\.\d+)?/g)?.map(Number) ?? [];
    const [a, b] = numbers.slice(-2);
    if (a === undefined || b === undefined) continue;
    ring.push(isPlane([b, a]) || isDegrees([b, a]) ? [b, a] : [a, b]);
  }
  return system([ring]);
}

/** m² inside plane rings: a guide while drawing; the server's figure counts. */
export function roughArea(rings: readonly (readonly number[][])[]): number {
  const areas = rings.map((ring) => {
    const [x0 = 0, y0 = 0] = ring[0] ?? [];
    let twice = 0;
    for (let i = 1; i < ring.length; i++) {
      const [ax, ay, bx, by] = [ring[i - 1]![0]! - x0, ring[i - 1]![1]! - y0, ring[i]![0]! - x0, ring[i]![1]! - y0];
      twice += ax * by - bx * ay;
    }
    return Math.abs(twice / 2);
  });
  return (areas[0] ?? 0) - areas.slice(1).reduce((sum, area) => sum + area, 0);
}

/** A round number of metres near an eighth of what is seen. */
export function gridStep(width_m: number): number {
  const rough = Math.max(width_m / 8, 0.001);
  const power = 10 ** Math.floor(Math.log10(rough));
  return [1, 2, 5, 10].map((n) => n * power).find((step) => step >= rough * 0.999) ?? power * 10;
}
