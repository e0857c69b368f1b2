import { describe, expect, it } from "vitest";
import type { Role } from "@/api/types";
import table from "@/router?raw";
import { ENTRANCES, home, places, PUBLIC } from "./places";

/** The router's table, as it is written: one page a line. */
const routes = [...table.matchAll(/\{ path: "([^"]+)", name: .*\}/g)].map(([line, path]) => ({
  path: path!,
  roles: [.../role: (?:"(\w+)"|\[([^\]]*)\])/.exec(line!)?.slice(1).join("").matchAll(/\w+/g) ?? []].map(([role]) => role as Role),
}));

/** Every page's and part's own words, by file: where one finds a way on. */
const sources = import.meta.glob<string>(["../pages/**/*.vue", "../parts/**/*.vue", "../App.vue"], { query: "?raw", import: "default", eager: true });
const written = Object.values(sources).join("\n");
const everybody = new Set([...PUBLIC, ...ENTRANCES].map(({ path }) => path));
/** A page writes `/cards/${…}` where the router says /cards/:no; where what follows is fixed, that must be there too. */
const linked = (path: string) => new RegExp(`["'\`]${path.replace(/\/:[^/]+/g, "/\\$\\{[^}]+\\}")}["'\`?#]`).test(written);
/** Reached by an address somebody is given: a code, a scanned paper; and what stands for no page at all. */
const GIVEN = ["/reset", "/:rest(.*)*"];

describe("every page has a way to it", () => {
  it("reads the whole table", () => expect(routes).toHaveLength([...table.matchAll(/path: "/g)].length));
  for (const { path, roles } of routes.filter((route) => !GIVEN.includes(route.path))) {
    it(path, () => {
      if (linked(path) || everybody.has(path)) return;
      expect(roles, "a public page is in a public menu or is linked").not.toEqual([]);
      for (const role of roles) expect(places(role).map((place) => place.path), role).toContain(path);
    });
  }
});

it("a menu leads nowhere that its role may not go", () => {
  for (const role of ["bidder", "clerk", "officer", "supervisor", "admin"] as Role[]) {
    for (const { path } of places(role)) {
      const route = routes.find((known) => known.path === path);
      expect(route, path).toBeDefined();
      expect(!route?.roles.length || route.roles.includes(role), `${role} in ${path}`).toBe(true);
    }
    expect(home(role)).not.toBe("/");
  }
});
