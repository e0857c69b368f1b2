// A watch that has fallen: the supervisor's wall says so in red, and bidding goes on.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { announceLot, complaints, draft, openHouse, PHONE, soon } from "./house.mjs";

// What breaks the watch's memory from outside.
const SQLITE = process.env.SQLITE || "sqlite3";

let house, lot;
before(async () => {
  house = await openHouse();
  const [writes, checks, bidder] = [await house.person("clerk-1", "clerk"), await house.person("clerk-2", "clerk"), await house.person("bidder-1", "bidder")];
  await house.person("supervisor", "supervisor");
  lot = await announceLot(writes, checks, [bidder], draft("F-1", [{ kind: "open", length_ms: 3_600_000, extension: { kind: "none" } }]));
  await writes.ok("POST", `/api/desk/lots/${lot}/open`, {});
});
after(() => house?.close());

test("a watch that cannot read what it kept stands still in red on the wall, and bids are taken", { timeout: 180_000 }, () => house.story("fallen", async () => {
  const well = await house.member("supervisor");
  await well.goto("/wall");
  await well.locator(`[data-testid=wall-lot][data-lot="${lot}"]`).waitFor();
  assert.equal(await well.getByTestId("watch-trouble").count(), 0, "silent while it looks");
  await well.context().close();

  const broken = `insert into watch_facts (seq, n, lot, fact) values (999, 1, '${lot}', 'no fact')`;
  const { status, stderr } = spawnSync(SQLITE, [join(house.data, "sunbid.db"), broken], { encoding: "utf8" });
  assert.equal(status, 0, stderr);
  await house.again();

  const [supervisor, bidder] = [await house.member("supervisor", { viewport: PHONE }), await house.member("bidder-1")];
  const heard = [supervisor, bidder].map(complaints);
  await supervisor.goto("/wall");
  const red = supervisor.getByTestId("watch-trouble");
  await red.filter({ hasText: /已停止：记录第\d+条起未经核查/ }).waitFor();
  const { scroll, inner } = await supervisor.evaluate(() => ({ scroll: document.documentElement.scrollWidth, inner: innerWidth }));
  assert.ok(scroll <= inner, `the wall is ${scroll} wide in ${inner}`);

  await bidder.goto(`/lots/${lot}`);
  await bidder.locator("[data-testid=bid-submit]:enabled").click();
  await bidder.getByTestId("bid-confirm").click();
  await bidder.locator("[data-testid=position][data-position=leading]").waitFor();
  await soon(async () => (await supervisor.locator("[data-testid=trace-row][data-kind=bid]").count()) === 1, "the bid on the wall");
  assert.ok(await red.isVisible());
  assert.deepEqual(heard, [[], []]);
}));
