// Every page opens for everyone it is for, on a desk and on a phone; and a clerk leads a lot through the desk.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { announceLot, complaints, DESKTOP, draft, openHouse, PHONE, SMALL_PHONE, soon } from "./house.mjs";

const HOUR_MS = 3_600_000;

let house;
let writes;
let checks;
const lots = {};

before(async () => {
  house = await openHouse();
  [writes, checks] = [await house.person("clerk-1", "clerk"), await house.person("clerk-2", "clerk")];
  const bidder = await house.person("bidder-1", "bidder");
  await house.person("supervisor", "supervisor");
  const open = (length_ms) => [{ kind: "open", length_ms, extension: { kind: "none" } }];
  // Long sums and long words are what breaks a narrow page.
  const long = (number, phases) => ({
    ...draft(number, phases, { start_price: "1234567890.00", deposit: "246913578.00" }),
    title_zh: "国有建设用地使用权出让标的名称很长的一块位于市中心东侧的住宅用地", title_en: "A residential land use right of a name much longer than any phone is wide",
    area_m2: "123456.78", description_zh: "说明", description_en: "description",
    facts: [{ label_zh: "容积率", label_en: "Plot ratio", value: "2.0–2.5" }],
  });
  lots.draft = (await writes.ok("POST", "/api/desk/lots", long("P-1", open(HOUR_MS)))).card.id;
  lots.announced = await announceLot(writes, checks, [], draft("P-2", open(HOUR_MS)));
  lots.bidding = await announceLot(writes, checks, [bidder], long("P-3", open(HOUR_MS)));
  lots.suspended = await announceLot(writes, checks, [bidder], draft("P-4", open(HOUR_MS)));
  lots.closed = await announceLot(writes, checks, [bidder], draft("P-5", open(1000)));
  for (const lot of [lots.bidding, lots.suspended, lots.closed]) await writes.ok("POST", `/api/desk/lots/${lot}/open`, {});
  await writes.ok("POST", `/api/desk/lots/${lots.suspended}/suspend`, { ground: "现场网络故障" });
  await soon(async () => (await writes.ok("GET", `/api/lots/${lots.closed}`)).state.stage === "unsold", "the end of a lot");
});
after(() => house?.close());

const rooms = () => ["announced", "bidding", "suspended", "closed"].map((stage) => [`/lots/${lots[stage]}`, [DESKTOP, PHONE, SMALL_PHONE]]);

test("a visitor opens every public page", { timeout: 180_000 }, () => house.story("visitor", () => house.openAll(undefined, [["/"], ["/lots"], ["/lots?view=calendar"], ["/lots?view=map"], ["/results"], ["/search?q=P-2"], ["/statistics"], ["/screen"], ["/subscriptions"], [`/results/${lots.closed}`], ["/login"], ["/developers"], ["/open"], ["/no/such/page"], ...rooms()])));

test("a bidder opens every page of hers", { timeout: 180_000 }, () => house.story("bidder", () => house.openAll("bidder-1", [["/"], ["/me"], ...rooms()])));

test("a clerk opens every page of the desk", { timeout: 180_000 }, () => house.story("clerk", async () => {
  const { items } = await writes.ok("GET", "/api/desk/lots");
  const [profile] = await writes.ok("GET", "/api/profiles");
  await house.openAll("clerk-1", [["/desk"], ["/desk/questions"], ["/desk/new"], [`/desk/new?profile=${profile.id}`], ...items.map(({ id }) => [`/desk/${id}`]), [`/lots/${lots.bidding}`]]);
}));

test("a supervisor opens the wall and the records", { timeout: 180_000 }, () => house.story("supervisor", () =>
  house.openAll("supervisor", [["/wall"], [`/wall/lots/${lots.bidding}`], [`/wall/lots/${lots.closed}?n=1`], [`/lots/${lots.bidding}`]])));

test("nobody opens a page of another role", { timeout: 60_000 }, () => house.story("roles", async () => {
  const page = await house.member("bidder-1");
  for (const path of ["/desk", "/desk/new", `/desk/${lots.draft}`, "/wall", `/wall/lots/${lots.bidding}`]) {
    await page.goto(path);
    await page.getByTestId("login-name").waitFor();
  }
  await page.context().close();
}));

test("clerks lead a lot from its draft to its end through the desk", { timeout: 180_000 }, () => house.story("desk", async () => {
  const [author, checker, bidder] = [await house.member("clerk-1"), await house.member("clerk-2"), await house.member("bidder-1")];
  const heard = [author, checker, bidder].map(complaints);
  const inStage = (page, stage) => page.locator(`[data-testid=stage][data-stage=${stage}]`).waitFor();
  const act = async (page, action, ground) => {
    await page.getByTestId(`action-${action}`).click();
    if (ground) {
      assert.ok(await page.getByTestId("action-confirm").isDisabled(), `${action} needs a ground`);
      await page.getByTestId("action-ground").fill(ground);
    }
    await page.getByTestId("action-confirm").click();
  };

  // The author writes a draft from a preset.
  await author.goto("/desk");
  await author.getByTestId("new-lot").click();
  const [profile] = await writes.ok("GET", "/api/profiles");
  await author.getByTestId(`profile-${profile.id}`).click();
  await author.getByTestId("draft-number").fill("D-1");
  await author.getByTestId("draft-location").fill("城东");
  await author.getByTestId("draft-title-zh").fill("经办标的");
  await author.getByTestId("draft-title-en").fill("A lot by hand");
  await author.getByTestId("draft-grantor").fill("委托方");
  await author.getByTestId("draft-save").click();
  await inStage(author, "draft");
  const lot = new URL(author.url()).pathname.split("/").at(-1);
  for (const action of ["publish", "open", "suspend", "resume"]) assert.ok(await author.getByTestId(`action-${action}`).isDisabled(), `${action} rests on a draft`);

  // Who wrote it may not check it, by the page's word and by the server's.
  assert.ok(await author.getByTestId("action-check").isDisabled(), "the author does not check");
  await assert.rejects(writes.ok("POST", `/api/desk/lots/${lot}/check`, {}), /4\d\d/);
  await checker.goto("/desk");
  await checker.getByTestId("desk-row").getByRole("link", { name: "D-1" }).click();
  await inStage(checker, "draft");
  await act(checker, "check");
  await inStage(checker, "checked");

  // The author's page learns of it by itself.
  await inStage(author, "checked");
  await act(author, "publish");
  await inStage(author, "announced");

  await bidder.goto(`/lots/${lot}`);
  await inStage(bidder, "announced");
  await bidder.getByTestId("apply").click();
  await bidder.locator("[data-testid=apply]:disabled").waitFor();
  await author.getByTestId("application-row").getByTestId("action-admit").click();
  await author.getByTestId("action-confirm").click();
  await bidder.locator("[data-testid=position][data-position=seated]").waitFor();
  const { paddle } = await (await house.signIn("bidder-1")).ok("GET", `/api/lots/${lot}/you`);
  await author.getByTestId("application-row").filter({ hasText: String(paddle) }).waitFor();

  const both = (stage) => Promise.all([inStage(author, stage), inStage(bidder, stage)]);
  await act(author, "open");
  await both("bidding");
  await act(author, "suspend", "现场网络故障");
  await both("suspended");
  await bidder.getByText("现场网络故障").first().waitFor();
  assert.ok(await bidder.getByTestId("bid-submit").isDisabled(), "a suspended lot takes no bid");
  await act(author, "resume");
  await both("bidding");
  await act(author, "terminate", "委托方撤回");
  await both("terminated");
  await bidder.getByTestId("outcome").filter({ hasText: "委托方撤回" }).waitFor();

  const history = await writes.ok("GET", `/api/desk/lots/${lot}/history`);
  const done = history.map((row) => row.action).filter((action) => action !== "admit");
  assert.deepEqual(done, ["draft", "check", "publish", "open", "suspend", "resume", "terminate"]);
  assert.deepEqual(heard.flat(), []);
}));
