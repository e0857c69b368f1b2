// Every page by axe-core, on a desk and on a phone: no serious fault keeps anybody out.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { announceLot, DESKTOP, draft, openHouse, PHONE, soon } from "./house.mjs";

const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const GRAVE = ["serious", "critical"];

let house;
let pages;

before(async () => {
  house = await openHouse();
  const [writes, checks] = [await house.person("clerk-1", "clerk"), await house.person("clerk-2", "clerk")];
  const bidder = await house.person("bidder-1", "bidder");
  await house.person("supervisor", "supervisor");
  const [agency] = await writes.ok("GET", "/api/agencies");
  await house.person("officer", "officer", { agency_id: agency.id });
  const open = (length_ms) => [{ kind: "open", length_ms, extension: { kind: "none" } }];
  const drafted = (await writes.ok("POST", "/api/desk/lots", draft("A-1", open(3_600_000)))).card.id;
  const announced = await announceLot(writes, checks, [], draft("A-2", open(3_600_000)));
  const bidding = await announceLot(writes, checks, [bidder], draft("A-3", open(3_600_000)));
  const closed = await announceLot(writes, checks, [bidder], draft("A-4", open(1000)));
  for (const lot of [bidding, closed]) await writes.ok("POST", `/api/desk/lots/${lot}/open`, {});
  await soon(async () => (await writes.ok("GET", `/api/lots/${closed}`)).state.stage === "unsold", "the end of a lot");
  const registers = await (await house.signIn("supervisor")).ok("GET", "/api/registers");
  const register = `/registers/${registers[0].id}`;
  pages = [
    [undefined, ["/", "/lots", `/lots/${announced}`, `/lots/${bidding}`, `/lots/${closed}`, "/lots?view=calendar", "/lots?view=map", "/results", `/results/${closed}`, "/notices", "/items", "/search?q=A-2", "/statistics", "/statistics?by=kind", "/screen", "/subscriptions", "/open", "/login", "/no/such/page"]],
    ["bidder-1", ["/me", "/cases", `/lots/${bidding}`]],
    ["clerk-1", ["/desk", "/desk/new", "/desk/profiles", `/desk/${drafted}`, `/desk/${bidding}`, "/desk/deposits", "/desk/notices", "/desk/questions", "/cases"]],
    ["officer", ["/inbox", "/registers", "/register-shares", "/desk/items", "/desk/items/new"]],
    ["supervisor", ["/wall", `/wall/lots/${bidding}`, "/inbox", "/registers", register, `${register}/reads`, "/audit"]],
    ["admin", ["/admin", "/audit"]],
  ];
});
after(() => house?.close());

async function faults(page, path) {
  await page.goto(path, { waitUntil: "networkidle" });
  await page.locator("main :is(h1, p)").first().waitFor();
  await page.addScriptTag({ path: AXE });
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  return violations.filter(({ impact }) => GRAVE.includes(impact)).flatMap(({ id, impact, nodes }) => nodes.map(({ target, failureSummary }) => `${path}: ${impact} ${id} at ${target.join(" ")}: ${failureSummary}`));
}

test("no page has a serious fault", { timeout: 600_000 }, () => house.story("axe", async () => {
  const found = [];
  for (const [login, paths] of pages) {
    for (const viewport of [DESKTOP, PHONE]) {
      const page = await (login ? house.member(login, { viewport, bypassCSP: true }) : house.visitor({ viewport, bypassCSP: true }));
      for (const path of paths) found.push(...(await faults(page, path)).map((text) => `${viewport.width} ${login ?? "visitor"} ${text}`));
      await page.context().close();
    }
  }
  assert.deepEqual(found, []);
}));
