// The main story: one lot from its listing over three extensions to the hammer, in three browsers.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { announceLot, draft, openHouse, soon } from "./house.mjs";

const FREE_MS = 8000;
// Each bid restarts this clock; it outlasts a dead line and the way back.
const PERIOD_MS = 12_000;
const STALE_MS = 5000;
// A busy machine may draw late.
const GRACE_MS = 2500;

let house;
before(async () => void (house = await openHouse()));
after(() => house?.close());

const withAmount = (page, amount) => page.locator(`[data-testid=price][data-amount="${amount}"]`);
const withLeader = (page, paddle) => page.locator(`[data-testid=leader][data-paddle="${paddle}"]`);
const inStage = (page, stage) => page.locator(`[data-testid=stage][data-stage=${stage}]`);
const inPosition = (page, position) => page.locator(`[data-testid=position][data-position=${position}]`);
const formatted = (amount) => amount.replace(/\B(?=(\d{3})+(?!\d))/g, ",");

/** Bids through the box and its dialog; without an amount, the sum the box offers. */
async function bid(page, amount) {
  if (amount) await page.getByTestId("bid-input").fill(amount);
  const sum = await page.getByTestId("bid-input").inputValue();
  await page.getByTestId("bid-submit").click();
  const dialog = page.locator("dialog[open]");
  await dialog.getByText(formatted(sum.replaceAll(",", "")), { exact: false }).first().waitFor();
  await dialog.getByTestId("bid-confirm").click();
  await dialog.waitFor({ state: "detached" });
}

test("two bidders and a supervisor follow a lot to the hammer", { timeout: 180_000 }, () => house.story("auction", async () => {
  const [writes, checks] = [await house.person("clerk-1", "clerk"), await house.person("clerk-2", "clerk")];
  const bidders = [await house.person("bidder-1", "bidder"), await house.person("bidder-2", "bidder")];
  const inspector = await house.person("supervisor", "supervisor");
  const lot = await announceLot(writes, checks, bidders, draft("E-1", [
    { kind: "free", length_ms: FREE_MS, freeze_ms: 0, extension: { kind: "none" } },
    { kind: "timed", period_ms: PERIOD_MS, extension: { kind: "restart", period_ms: PERIOD_MS }, entry: "qualified" },
  ]));
  const [paddle1, paddle2] = await Promise.all(bidders.map(async (one) => (await one.ok("GET", `/api/lots/${lot}/you`)).paddle));
  const state = async () => (await inspector.ok("GET", `/api/lots/${lot}`)).state;

  const line = await house.line();
  const [one, two, wall] = await Promise.all([house.member("bidder-1"), house.member("bidder-2", { origin: line.origin }), house.member("supervisor")]);
  const hellos = [];
  two.on("websocket", (socket) => socket.on("framesent", ({ payload }) => {
    const frame = JSON.parse(payload);
    if (frame.type === "hello") hellos.push(frame);
  }));

  // The bidders find the lot in the list and take their seats before it opens.
  for (const page of [one, two]) {
    await page.goto("/lots");
    await page.getByTestId("lot-row").filter({ hasText: "E-1" }).getByRole("link").click();
    await inStage(page, "announced").waitFor();
    await inPosition(page, "seated").waitFor();
    assert.ok(await page.getByTestId("bid-submit").isDisabled(), "no bid before the opening");
  }
  await writes.ok("POST", `/api/desk/lots/${lot}/open`, {});
  await wall.goto("/wall");
  const card = wall.locator(`[data-testid=wall-lot][data-lot="${lot}"]`);
  await card.waitFor();

  /** A bid of `page` that both rooms and the wall must show. */
  const accepted = async (page, paddle, amount) => {
    await bid(page, amount);
    await page.getByTestId("accepted").filter({ hasText: formatted(amount) }).waitFor();
    await inPosition(page, "leading").waitFor();
    await seen(page, paddle, amount);
    await seenOnWall(amount);
  };
  const seen = async (page, paddle, amount) => {
    await withAmount(page, amount).waitFor();
    await withLeader(page, paddle).waitFor();
    await page.getByTestId("history-row").filter({ hasText: formatted(amount) }).waitFor();
  };
  const seenOnWall = async (amount) => {
    await card.getByText(formatted(amount)).first().waitFor();
    await wall.locator("[data-testid=trace-row][data-kind=bid]").filter({ hasText: formatted(amount) }).waitFor();
  };

  // Listing: free bids, with no one's clock running against them yet.
  for (const page of [one, two]) await inStage(page, "bidding").filter({ hasText: "自由报价" }).waitFor();
  await accepted(one, paddle1, "1000.00");
  await seen(two, paddle1, "1000.00");

  // Timed bidding: each bid starts the clock anew.
  for (const page of [one, two]) await inStage(page, "bidding").filter({ hasText: "限时竞价" }).waitFor();
  assert.equal((await state()).extensions, 0);
  await accepted(two, paddle2, "1100.00");
  await seen(one, paddle2, "1100.00");
  await inPosition(one, "outbid").waitFor();
  assert.equal((await state()).extensions, 1);

  // A bid below the step is refused with a sentence, to the bidder and in the record.
  const before = await state();
  await bid(one, "1150.00");
  const refusal = one.getByTestId("refusal");
  await refusal.waitFor();
  const code = await refusal.getAttribute("data-code");
  const trace = await soon(async () => (await inspector.ok("GET", `/api/supervision/record?lot=${lot}&limit=500`)).items.find((row) => row.kind === "refused"), "the refusal in the record");
  assert.equal(trace.code, code);
  assert.equal(trace.paddle, paddle1);
  assert.ok((await refusal.innerText()).includes(trace.zh), "the refusal shows the server's sentence");
  await wall.locator("[data-testid=trace-row][data-kind=refused]").filter({ hasText: trace.zh }).waitFor();
  assert.deepEqual(await state(), before, "a refusal changes nothing");

  await accepted(one, paddle1, "1200.00");
  await accepted(two, paddle2, "1300.00");
  await seen(one, paddle2, "1300.00");

  // The line of the leader goes dead: the page says so and no longer says who leads.
  line.cut();
  const cut_at = performance.now();
  await two.getByTestId("stale").waitFor();
  const silent_ms = performance.now() - cut_at;
  assert.ok(silent_ms < STALE_MS + GRACE_MS, `the banner came after ${Math.round(silent_ms)} ms`);
  await inPosition(two, "unknown").waitFor();
  assert.ok(await two.getByTestId("bid-submit").isDisabled(), "no bid over a dead line");

  // Meanwhile the auction goes on without it.
  await accepted(one, paddle1, "1400.00");
  await accepted(one, paddle1, "1500.00");
  assert.equal(await two.getByTestId("price").getAttribute("data-amount"), "1300.00");
  const known = hellos.length;
  line.mend();
  await two.getByTestId("stale").waitFor({ state: "detached" });
  await seen(two, paddle1, "1500.00");
  await two.getByTestId("history-row").filter({ hasText: "1,400.00" }).waitFor();
  await inPosition(two, "outbid").waitFor();
  const back = hellos.slice(known).find((hello) => hello.resume?.length);
  assert.equal(back?.resume[0].lot, lot, "the page asks for what it missed");

  // The last word, and the hammer.
  await accepted(two, paddle2, "1600.00");
  await seen(one, paddle2, "1600.00");
  const last = await state();
  assert.ok(last.extensions >= 3, `${last.extensions} extensions`);
  for (const page of [one, two]) await page.getByText(`已延时 ${last.extensions} 次`).waitFor();
  for (const page of [one, two]) await inStage(page, "sold").waitFor();

  const { outcome } = await state();
  assert.deepEqual(outcome, { kind: "sold", paddle: paddle2, price: "1600.00" });
  const { items } = await inspector.ok("GET", `/api/lots/${lot}/bids?limit=500`);
  assert.equal(last.ends_at, items.at(-1).at + PERIOD_MS, "the last bid set the last clock");
  for (const page of [one, two]) {
    const board = page.getByTestId("outcome");
    await board.getByText(`${outcome.paddle} 号牌`).waitFor();
    await board.getByText(formatted(outcome.price)).first().waitFor();
    await withAmount(page, outcome.price).waitFor();
    await withLeader(page, outcome.paddle).waitFor();
    assert.equal(await page.getByTestId("history-row").count(), items.length);
    assert.equal(await page.getByTestId("bid-submit").count(), 0, "a sold lot takes no bid");
  }
  await inPosition(two, "won").waitFor();
  await inPosition(one, "over").waitFor();

  // The wall told it all, and the record page says the same as REST.
  await wall.locator("[data-testid=trace-row][data-kind=closed]").waitFor();
  await card.waitFor({ state: "detached" });
  assert.equal(await wall.getByTestId("trace-row").filter({ hasText: "E-1" }).count(), await wall.getByTestId("trace-row").count());
  assert.equal(await wall.locator("[data-testid=trace-row][data-kind=bid]").count(), items.length);
  await wall.locator("[data-testid=trace-row][data-kind=refused]").getByRole("link").click();
  const { items: rows } = await inspector.ok("GET", `/api/supervision/record?lot=${lot}&limit=500`);
  await wall.locator(`[data-testid=record-row].evidence[data-n="${trace.n}"]`).filter({ hasText: code }).waitFor();
  assert.equal(await wall.getByTestId("record-row").count(), rows.length);
}));
