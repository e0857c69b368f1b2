// Each selling method has its room; two of them are sold through the browser, from the offer to the result.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { announceLot, draft, openHouse, soon } from "./house.mjs";

let house;
let writes;
let checks;
let supervisor;
let bidders;
let presets;

before(async () => {
  house = await openHouse();
  [writes, checks] = [await house.person("clerk-1", "clerk"), await house.person("clerk-2", "clerk")];
  supervisor = await house.person("supervisor", "supervisor");
  bidders = [await house.person("bidder-1", "bidder"), await house.person("bidder-2", "bidder")];
  presets = new Map((await writes.ok("GET", "/api/profiles")).map((profile) => [profile.id, profile]));
});
after(() => house?.close());

let made_lots = 0;

/** A lot on a preset, changed, open, both bidders seated. */
async function open(id, change = () => undefined) {
  const lot = { ...draft(`M-${++made_lots}`, []), terms: structuredClone(presets.get(id).terms) };
  change(lot.terms);
  const made = await announceLot(writes, checks, bidders, lot);
  await writes.ok("POST", `/api/desk/lots/${made}/open`, {});
  return made;
}

/** Makes a sealed offer in a room that is open. */
async function offer(page, amount) {
  await page.getByTestId("offer-input").fill(amount);
  await page.getByTestId("offer-submit").click();
  await page.getByTestId("offer-confirm").click();
  await page.getByTestId("own-amount").filter({ hasText: amount.replace(/\B(?=(\d{3})+(?!\d))/g, ",") }).waitFor();
}

const state = async (lot) => (await writes.ok("GET", `/api/lots/${lot}`)).state;

test("every method's room opens for a visitor, a bidder, a clerk and a supervisor", { timeout: 300_000 }, () => house.story("methods", async () => {
  const ids = ["property_one_shot", "dutch", "property_weighted", "plates_shenzhen", "carbon_exchange", "rising_clock"];
  const lots = [];
  for (const id of ids) lots.push(await open(id));
  lots.push(await open("procurement_three_rounds", (terms) => (terms.phases[0].length_ms = 600_000)));
  const rooms = lots.map((lot) => [`/lots/${lot}`]);
  await house.openAll(undefined, rooms);
  await house.openAll("bidder-1", rooms);
  await house.openAll("clerk-1", [...lots.map((lot) => [`/desk/${lot}`]), ["/desk/profiles"], ["/desk/new?profile=plates_shenzhen"], ["/desk/new?profile=suzhou_oneprice"]]);
  await house.openAll("supervisor", [["/wall"], ...lots.map((lot) => [`/wall/lots/${lot}`])]);
}));

test("sealed offers are made, kept from everybody, and opened", { timeout: 120_000 }, () => house.story("sealed", async () => {
  const lot = await open("property_one_shot", (terms) => {
    terms.start_price = "1000.00";
    terms.phases[0].length_ms = 15_000;
  });
  const [ann, bo, visitor] = [await house.member("bidder-1"), await house.member("bidder-2"), await house.visitor()];
  for (const page of [ann, bo, visitor]) await page.goto(`/lots/${lot}`);
  await offer(ann, "4321");
  await offer(bo, "8765");
  for (const page of [bo, visitor]) assert.ok(!(await page.textContent("main")).includes("4,321"), "a hidden offer is hidden");
  for (const page of [ann, bo]) await page.locator("[data-testid=receipt][data-state=held]").first().waitFor();
  await visitor.getByTestId("opened-row").first().waitFor();
  assert.equal(await visitor.getByTestId("opened-row").count(), 2);
  await visitor.getByTestId("outcome").filter({ hasText: "8,765" }).waitFor();
  // Each browser holds what was opened against the platform's signed word.
  for (const page of [ann, bo]) await page.getByTestId("opened-row").locator("[data-testid=receipt][data-state=verified]").waitFor();
}));

test("a draw is bound, added to, revealed, and done again by a visitor", { timeout: 120_000 }, () => house.story("draw", async () => {
  const lot = await open("ceiling_lottery", (terms) => {
    terms.ceiling.inquiry_ms = 3_000;
    Object.assign(terms.after_ceiling[0], { collect_ms: 20_000, reveal_ms: 60_000 });
  });
  const [ann, bo, clerk, watch, visitor] = [await house.member("bidder-1"), await house.member("bidder-2"), await house.member("clerk-1"), await house.member("supervisor"), await house.visitor()];
  for (const page of [ann, bo, visitor]) await page.goto(`/lots/${lot}`);
  await ann.getByTestId("bid-input").fill("115000000");
  await ann.getByTestId("bid-submit").click();
  await ann.getByTestId("bid-confirm").click();
  await bo.getByTestId("answer-yes").click();
  await soon(async () => (await state(lot)).phase === "lottery", "the lottery");
  await Promise.all([clerk.goto(`/desk/${lot}`), watch.goto(`/wall/lots/${lot}`)]);
  for (const page of [clerk, watch]) {
    await page.getByTestId("draw-new-seed").click();
    await page.getByTestId("draw-commit").click();
    await page.getByTestId("draw-reveal").waitFor();
  }
  await bo.getByTestId("seed-input").fill("八方来财");
  await bo.getByTestId("seed-submit").click();
  await bo.getByTestId("seed-confirm").click();
  await soon(async () => (await state(lot)).room.texts.length === 1, "the contribution");
  for (const page of [clerk, watch]) await page.locator("[data-testid=draw-reveal]:enabled").click();
  await visitor.getByTestId("draw-check").click();
  await visitor.locator("[data-testid=draw-verdict][data-same=true]").waitFor();
  assert.equal((await state(lot)).outcome.kind, "sold");
}));

test("a panel's words stand when a second clerk enters them alike", { timeout: 180_000 }, () => house.story("panel words", async () => {
  const lot = await open("tender_scored", (terms) => {
    Object.assign(terms.phases[0], { length_ms: 20_000, offers_min: 2 });
    Object.assign(terms.phases[1], { length_ms: 600_000, experts: 1 });
  });
  const [ann, bo, first, second] = [await house.member("bidder-1"), await house.member("bidder-2"), await house.member("clerk-1"), await house.member("clerk-2")];
  for (const page of [ann, bo]) await page.goto(`/lots/${lot}`);
  await offer(ann, "654321");
  await offer(bo, "765432");
  await soon(async () => (await state(lot)).phase === "scored", "the panel");
  const { room } = await state(lot);
  const enter = async (page, points) => {
    await page.goto(`/desk/${lot}`);
    for (const { paddle } of room.offers) await page.getByTestId(`score-0-${paddle}`).fill(points);
    await page.locator("[data-testid=score-send-0]:enabled").click();
  };
  await enter(first, "30");
  await first.getByTestId("score-box").getByText("待另一人录入").nth(1).waitFor();
  assert.equal((await state(lot)).stage, "bidding", "one clerk decides nothing");
  await enter(second, "30");
  await soon(async () => (await state(lot)).outcome?.kind === "sold", "the sale");
}));
