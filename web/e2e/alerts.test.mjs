// 预警: two bidders behind one network, and a supervisor who looks, plays the bids again, asks and settles it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { announceLot, draft, openHouse } from "./house.mjs";

let house;
let lot;

before(async () => {
  house = await openHouse();
  const [writes, checks] = [await house.person("clerk-1", "clerk"), await house.person("clerk-2", "clerk")];
  const bidders = [await house.person("bidder-1", "bidder"), await house.person("bidder-2", "bidder")];
  for (const login of ["supervisor", "supervisor-2"]) await house.person(login, "supervisor");
  lot = await announceLot(writes, checks, bidders, draft("A-1", [{ kind: "open", length_ms: 3_600_000, extension: { kind: "none" } }]));
  await writes.ok("POST", `/api/desk/lots/${lot}/open`, {});
});
after(() => house?.close());

async function bid(page, amount) {
  await page.getByTestId("bid-input").fill(amount);
  await page.getByTestId("bid-submit").click();
  await page.getByTestId("bid-confirm").click();
  await page.getByTestId("bid-confirm").waitFor({ state: "hidden" });
}

test("an alert reaches the wall, is played again, taken, explained and settled", { timeout: 120_000 }, () => house.story("alerts", async () => {
  const [ann, bo, sue] = [await house.member("bidder-1"), await house.member("bidder-2"), await house.member("supervisor")];
  await sue.goto("/wall");
  for (const page of [ann, bo]) await page.goto(`/lots/${lot}`);
  await bid(ann, "1000");
  await bid(bo, "1100");
  await bid(ann, "1700");
  const row = sue.locator("[data-testid=alert-row][data-rule=shared_network]");
  await row.waitFor();
  await sue.locator("[data-testid=alert-row][data-rule=premium_over_half]").waitFor();

  // From the wall to the queue, by filter, to the alert.
  await sue.goto("/alerts?state=new,taken,explained");
  await sue.getByTestId("filter-rule").selectOption("shared_network");
  await sue.waitForURL(/rule=shared_network/);
  await sue.locator("[data-testid=alert][data-rule=shared_network][data-state=new] a").click();
  await sue.getByTestId("alert-reason").waitFor();
  assert.equal(await sue.getByTestId("evidence-row").count(), 2);

  // The scrubber: at the evidence the thread is there, before it not yet.
  const replay = sue.getByTestId("replay");
  await replay.waitFor();
  assert.equal(await replay.getAttribute("data-at"), "1");
  const edge = sue.locator("[data-testid=network] path[data-kind=network]");
  assert.equal(await edge.count(), 1);
  await replay.focus();
  await sue.keyboard.press("ArrowLeft");
  assert.equal(await replay.getAttribute("data-at"), "0");
  assert.equal(await edge.count(), 0);
  await sue.keyboard.press("End");
  assert.equal(await replay.getAttribute("data-at"), "2");
  assert.match(await sue.getByTestId("replay-now").innerText(), /1,700/);
  await sue.keyboard.press("Home");
  await sue.keyboard.press(" ");
  await sue.locator("[data-testid=replay][data-at='2']").waitFor();
  await sue.getByTestId("scrubber").fill("1");
  assert.equal(await replay.getAttribute("data-at"), "1");

  // Nothing is settled before it is looked into.
  assert.ok(await sue.getByTestId("act-confirm").isDisabled());
  await sue.getByTestId("act-take").click();
  await sue.locator("[data-testid=alert-state][data-state=taken]").waitFor();
  const other = await house.member("supervisor-2");
  await other.goto(new URL(sue.url()).pathname);
  await other.getByTestId("alert-reason").waitFor();
  assert.ok(await other.getByTestId("act-note").isDisabled(), "it is in another's hands");
  await sue.getByTestId("act-note").click();
  await sue.getByTestId("act-text").fill("两家在同一写字楼办公，网络出口相同；电话核实，股东与人员无关联。");
  await sue.locator("dialog").getByRole("button", { name: "填写说明" }).click();
  await sue.locator("[data-testid=alert-state][data-state=explained]").waitFor();
  await sue.getByTestId("act-dismiss").click();
  await sue.getByTestId("act-text").fill("同一写字楼网络出口");
  await sue.locator("dialog").getByRole("button", { name: "排除" }).click();
  await sue.locator("[data-testid=alert-state][data-state=dismissed]").waitFor();
  assert.equal(await sue.locator("[data-testid=alert-acts] li[data-act]").count(), 3);

  const here = new URL(sue.url()).pathname;
  await house.openAll("supervisor", [["/wall"], ["/alerts"], ["/alerts?state=dismissed"], [here]]);
  await house.openAll("admin", [["/alerts"], [here]]);
}));
