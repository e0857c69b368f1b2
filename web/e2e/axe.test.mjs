// Every page by axe-core, on a desk and on a phone, over the demonstration: no serious fault keeps anybody out, and none scrolls sideways.
// The list is held against the router's own, so a new page is looked at or this fails.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { DESKTOP, openHouse, PHONE } from "./house.mjs";

const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const ROUTER = fileURLToPath(new URL("../src/router.ts", import.meta.url));
/** A page that lives on a socket is never idle; what it began with is there by then. */
const SETTLES_MS = 2_000;
const GRAVE = ["serious", "critical"];

let house;
let pages;

before(async () => {
  house = await openHouse({ demo: true });
  const as = async (login, path) => (await house.signIn(login)).ok("GET", path);
  const [lots, results, items, notices, cases, alerts, cards, orders, enforced, units, registers] = await Promise.all([
    as("bidder1", "/api/lots"), as("bidder1", "/api/results"), as("bidder1", "/api/items"), as("bidder1", "/api/notices"), as("bidder1", "/api/me/cases"),
    as("supervisor", "/api/supervision/alerts"), as("supervisor", "/api/cards"), as("supervisor", "/api/dispatch/orders"), as("supervisor", "/api/enforcement/cases"),
    as("supervisor", "/api/evaluation"), as("supervisor", "/api/registers"),
  ]);
  const written = await as("city.clerk1", "/api/desk/lots");
  const complained = (await as("supervisor", "/api/enforcement/complaints")).items;
  const in_stage = (stage) => lots.items.find((lot) => lot.stage === stage)?.id ?? lots.items[0].id;
  const [bidding, closed] = [in_stage("bidding"), results.items[0].lot.id];
  const [item] = items.items ?? items;
  const register = `/registers/${registers[0].id}`;
  // Kept by the demonstration, one of each: what is missing fails here and not as an unseen page.
  const one = (list, what) => list?.[0] ?? assert.fail(`the demonstration has no ${what}`);
  const notice = one(notices.items, "notice");
  // Printed by whoever asks first: a paper has an address once it was issued.
  assert.ok((await fetch(`${house.origin}/api/printed/notice/${notice.id}`)).ok, "the notice is printed");
  const papers = await as("bidder1", `/api/lots/${notice.lot}/printed`);
  const { fingerprint } = one(papers.flatMap(({ issued }) => issued), "printed paper");
  pages = [
    [undefined, [
      "/", "/lots", ...["announced", "bidding", "sold"].map((stage) => `/lots/${in_stage(stage)}`), "/lots?view=calendar", "/lots?view=map", `/lots/${bidding}/complain`,
      "/results", `/results/${closed}`, "/notices", `/notices/${notice.id}`, `/documents/${fingerprint}`, `/complaints/${one(complained, "complaint").id}`, "/items", `/items/${item.code}`, "/search?q=2026", "/statistics", "/statistics?by=kind", "/screen", "/subscriptions",
      "/discretion", "/open", "/proof", "/developers", "/login", "/reset", "/no/such/page",
    ]],
    ["bidder1", ["/me", "/password", "/cases", "/cases/new?item=BIDDER-REGISTRATION", `/cases/${one(cases.items ?? cases, "case").id}`, `/lots/${bidding}`]],
    ["city.clerk1", ["/desk", "/desk/new", "/desk/profiles", `/desk/${one(written.items, "lot at the desk").id}`, "/desk/deposits", "/desk/notices", "/desk/questions", "/desk/orders", "/cards/mine", "/evaluation/own", "/cases"]],
    ["officer1", ["/inbox", "/registers", `${register}/import`, "/register-shares", "/desk/items", "/desk/items/new", `/desk/items/${item.code}/${item.version}`, "/cards/mine", "/evaluation/own", "/enforcement?view=handovers"]],
    ["enforcer3", [...["", "?view=cases", "?view=tasks", "?view=complaints"].map((view) => `/enforcement${view}`), ...enforced.items.map(({ id }) => `/enforcement/cases/${id}`), "/discretion", "/discretion/write", "/enforcement/new"]],
    ["supervisor", [
      "/wall", `/wall/lots/${bidding}`, "/alerts", `/alerts/${one(alerts.items, "alert").id}`, "/cards", "/cards?by=level", `/cards/${one(cards.items, "card").no}`, "/dispatch", "/dispatch/new",
      `/orders/${one(orders.items, "order").no}`, "/evaluation", "/evaluation/weights", ...units.units.slice(0, 2).map(({ id }) => `/evaluation/${id}`), "/supervision/screens", "/supervision/networks",
      "/precision", "/enforcement", "/proposals", "/bank-alarms", "/inbox", "/registers", register, `${register}/reads`, "/audit",
    ]],
    ["admin", ["/admin", "/audit", "/alerts", "/dispatch", "/evaluation/weights"]],
  ];
});
after(() => house?.close());

async function faults(page, path) {
  await page.goto(path, { waitUntil: "load" });
  await page.locator("main :is(h1, p)").first().waitFor();
  // What a page asks the server for is on it, or its place says that it is coming.
  await page.waitForLoadState("networkidle", { timeout: SETTLES_MS }).catch(() => undefined);
  await page.addScriptTag({ path: AXE });
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  const { scroll, inner } = await page.evaluate(() => ({ scroll: document.documentElement.scrollWidth, inner: innerWidth }));
  const wide = scroll > inner ? [`${path}: is ${scroll} wide in ${inner}`] : [];
  return wide.concat(violations.filter(({ impact }) => GRAVE.includes(impact)).flatMap(({ id, impact, nodes }) => nodes.map(({ target, failureSummary }) => `${path}: ${impact} ${id} at ${target.join(" ")}: ${failureSummary}`)));
}

test("every page of the router is looked at", async () => {
  const table = await readFile(ROUTER, "utf8");
  const routes = [...table.matchAll(/path: "([^"]+)"/g)].map(([, path]) => path);
  const seen = pages.flatMap(([, paths]) => paths.map((path) => path.split("?")[0]));
  // An address in which all is fixed is no example of one with a place in it.
  const fixed = new Set(routes.filter((path) => !path.includes(":")));
  const fits = (route) => (route.startsWith("/:") ? "/no/such/page" : new RegExp(`^${route.replace(/:[^/]+/g, "[^/]+")}$`));
  const unseen = routes.filter((route) => !seen.some((path) => (path === route || (!fixed.has(path) && path.match(fits(route))))));
  assert.deepEqual(unseen, []);
});

test("no page has a serious fault or scrolls sideways", { timeout: 900_000 }, () => house.story("axe", async () => {
  const found = [];
  for (const [login, paths] of pages) {
    for (const viewport of [DESKTOP, PHONE]) {
      const page = await (login ? house.member(login, { viewport, bypassCSP: true }) : house.visitor({ viewport, bypassCSP: true }));
      for (const path of paths) found.push(...(await faults(page, path)).map((text) => `${viewport.width} ${login ?? "visitor"} ${text}`));
      await page.context().close();
    }
  }
  assert.equal(found.length, 0, found.join("\n"));
}));
