import { describe, expect, it } from "vitest";
import { gridStep, readBoundary, roughArea } from "./boundary";

const [x, y] = [505_955.846, 2_493_941.246];
const ring = [[x, y], [x + 100, y], [x + 100, y + 50], [x, y + 50], [x, y]];

describe("a boundary", () => {
  it("is read from GeoJSON, wrapped or bare, in either system", () => {
    const bare = { type: "Polygon", coordinates: [ring] };
    for (const json of [bare, { type: "Feature", geometry: bare }, { type: "FeatureCollection", features: [{ type: "Feature", geometry: bare }] }])
      expect(readBoundary(JSON.stringify(json))).toEqual({ epsg: 4547, polygon: bare });
    const degrees = { type: "Polygon", coordinates: [[[114, 22], [114.1, 22], [114.1, 22.1], [114, 22]]] };
    expect(readBoundary(JSON.stringify(degrees))).toMatchObject({ epsg: 4490 });
  });

  it("is read from a table of corners with north first, and closed", () => {
    const table = "J1,2493941.246,505955.846\nJ2,2493941.246,506055.846\r\nJ3 2493991.246 506055.846\n\nJ4\t2493991.246\t505955.846";
    expect(readBoundary(table)).toEqual({ epsg: 4547, polygon: { type: "Polygon", coordinates: [[[505955.846, 2493941.246], [506055.846, 2493941.246], [506055.846, 2493991.246], [505955.846, 2493991.246], [505955.846, 2493941.246]]] } });
  });

  it("is refused by name", () => {
    expect(readBoundary("")).toBe("empty");
    expect(readBoundary("{")).toBe("kind");
    expect(readBoundary('{"type":"Point","coordinates":[1,2]}')).toBe("kind");
    expect(readBoundary("1,2\n3,4\n5,6")).toBe("system");
  });
});

describe("a plan", () => {
  it("measures roughly, holes left out", () => {
    const hole = [[x + 10, y + 10], [x + 20, y + 10], [x + 20, y + 20], [x + 10, y + 20], [x + 10, y + 10]];
    expect(roughArea([ring])).toBeCloseTo(5000, 6);
    expect(roughArea([ring, hole])).toBeCloseTo(4900, 6);
    expect(roughArea([])).toBe(0);
  });

  it("has a grid of round metres", () => {
    expect([80, 100, 300, 1000, 4000].map(gridStep)).toEqual([10, 20, 50, 200, 500]);
  });
});
