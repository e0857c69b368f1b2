// A stranger, signed in nowhere, finds a lot by its words, sees when it comes, reads what was asked about it,
// what others paid, and takes the figures along.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { announceLot, complaints, DESKTOP, draft, openHouse, PHONE, soon } from "./house.mjs";

const DAY_MS = 86_400_000;
const QUESTION = "车辆停放在哪里，能否现场看样？";
const ANSWER = "停放在桃园路2号，工作日可预约看样。";
const CORRECTED = "停放在桃园路6号，工作日可预约看样。";

let house;
let coming;
let sold;

before(async () => {
  house = await openHouse();
  const [writes, checks, bidder] = [await house.person("clerk-1", "clerk"), await house.person("clerk-2", "clerk"), await house.person("bidder-1", "bidder")];
  const open = (length_ms) => [{ kind: "open", length_ms, extension: { kind: "none" } }];
  coming = await announceLot(writes, checks, [], {
    ...draft("P-9001", open(3_600_000), { opens_at: Date.now() + DAY_MS }), kind: "vehicle", title_zh: "执法执勤车辆一批", title_en: "A lot of patrol vehicles",
  });
  sold = await announceLot(writes, checks, [bidder], { ...draft("P-9002", open(4_000)), title_zh: "污水处理设备", title_en: "Sewage equipment" });
  const page = await house.member("bidder-1");
  await page.goto(`/lots/${sold}`);
  await writes.ok("POST", `/api/desk/lots/${sold}/open`, {});
  await page.locator("[data-testid=stage][data-stage=bidding]").waitFor();
  await page.getByTestId("bid-input").fill("1000");
  await page.getByTestId("bid-submit").click();
  await page.getByTestId("bid-confirm").click();
  await soon(async () => (await writes.ok("GET", `/api/lots/${sold}`)).state.stage === "sold", "a deal");
  await page.context().close();
});
after(() => house?.close());

test("a bidder asks, the center answers and corrects, everybody reads both", { timeout: 120_000 }, () => house.story("questions", async () => {
  const [bidder, clerk, stranger] = [await house.member("bidder-1"), await house.member("clerk-1"), await house.visitor({ viewport: PHONE })];
  const heard = [bidder, clerk, stranger].map(complaints);
  await bidder.goto(`/lots/${coming}#questions`);
  await bidder.getByTestId("question-text").fill(QUESTION);
  await bidder.getByTestId("question-ask").click();
  await bidder.getByTestId("question").filter({ hasText: QUESTION }).waitFor();

  await stranger.goto(`/lots/${coming}`);
  await stranger.locator("#questions h2").waitFor();
  assert.equal(await stranger.getByTestId("question").count(), 0, "unanswered it is nobody else's");
  assert.ok(await stranger.getByTestId("question-ask").isDisabled(), "a stranger does not ask");

  await clerk.goto("/desk/questions");
  const row = clerk.getByTestId("question").filter({ hasText: QUESTION });
  await row.getByTestId("answer-text").fill(ANSWER);
  await row.getByTestId("answer-publish").click();
  await row.waitFor({ state: "detached" });
  await clerk.goto("/desk/questions?all=1");
  await row.getByRole("button", { name: "更正答复" }).click();
  await row.getByTestId("answer-text").fill(CORRECTED);
  await row.getByTestId("answer-publish").click();
  await row.getByText(CORRECTED).first().waitFor();

  await stranger.reload();
  const read = stranger.getByTestId("question");
  await read.getByText(CORRECTED).waitFor();
  await read.locator("summary").click();
  await read.getByText(ANSWER).waitFor();
  assert.ok(!(await read.innerText()).includes("bidder-1"), "the asker is not named");
  assert.deepEqual(heard.flat(), []);
  for (const page of [bidder, clerk, stranger]) await page.context().close();
}));

test("a stranger finds a lot in Chinese and in English", { timeout: 120_000 }, () => house.story("search", async () => {
  for (const [language, words, title] of [["zh-CN", "执勤车辆", "执法执勤车辆一批"], ["en", "patrol", "A lot of patrol vehicles"]]) {
    const page = await house.visitor({ language });
    const heard = complaints(page);
    await page.goto("/");
    await page.getByTestId("home-search").fill(words);
    await page.getByTestId("home-search").press("Enter");
    await page.waitForURL("**/search?*");
    const hit = page.locator("[data-testid=search-hit][data-kind=lot]");
    // What is public is indexed a moment later.
    await soon(async () => (await hit.count()) || void (await page.reload({ waitUntil: "networkidle" })), "the lot among what was found");
    assert.ok((await hit.locator("mark").allInnerTexts()).length > 0, "what was asked for is marked");
    await hit.getByRole("link", { name: title }).click();
    await page.getByRole("heading", { level: 1, name: title }).waitFor();
    assert.deepEqual(heard, []);
    await page.context().close();
  }
}));

test("a stranger sees on the calendar when a lot comes", { timeout: 120_000 }, () => house.story("calendar", async () => {
  for (const viewport of [DESKTOP, PHONE]) {
    const page = await house.visitor({ viewport });
    const heard = complaints(page);
    await page.goto("/lots");
    await page.getByTestId("view-calendar").click();
    await page.getByTestId("month").waitFor();
    // Tomorrow may be next month's.
    if ((await page.getByTestId("coming").filter({ hasText: "执法执勤" }).count()) === 0) await page.getByTestId("month-after").click();
    await page.getByTestId("coming").filter({ hasText: "执法执勤" }).first().click();
    await page.waitForURL(`**/lots/${coming}`);
    assert.deepEqual(heard, []);
    await page.context().close();
  }
}));

test("a stranger reads a result with its bids and takes the figures along", { timeout: 120_000 }, () => house.story("results", async () => {
  const page = await house.visitor();
  const heard = complaints(page);
  await page.goto("/results");
  await page.getByTestId("result-row").filter({ hasText: "P-9002" }).getByRole("link").click();
  const bids = page.getByTestId("result-bids").locator("tbody tr");
  await bids.first().waitFor();
  assert.equal(await bids.count(), 1);
  assert.match(await bids.first().innerText(), /1,000\.00/);

  await page.goto("/statistics?by=kind");
  await page.getByTestId("figures-row").first().waitFor();
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByTestId("figures-csv").click()]);
  const lines = (await readFile(await download.path(), "utf8")).trim().split(/\r?\n/);
  assert.ok(lines.length >= 2, lines.join("\n"));
  assert.match(lines[1], /^"?equipment"?,.*1000\.00/);
  assert.deepEqual(heard, []);
  await page.context().close();
}));

test("the hall's screen shows a live price", { timeout: 60_000 }, () => house.story("screen", async () => {
  const [writes, checks] = [await house.signIn("clerk-1"), await house.signIn("clerk-2")];
  const lot = await announceLot(writes, checks, [await house.signIn("bidder-1")], draft("P-9003", [{ kind: "open", length_ms: 3_600_000, extension: { kind: "none" } }]));
  await writes.ok("POST", `/api/desk/lots/${lot}/open`, {});
  const screen = await house.visitor({ viewport: { width: 1920, height: 1080 } });
  await screen.goto("/screen");
  const shown = screen.locator(`[data-testid=screen-lot][data-lot="${lot}"]`);
  await shown.waitFor();
  const bidder = await house.member("bidder-1");
  await bidder.goto(`/lots/${lot}`);
  await bidder.getByTestId("bid-input").fill("1300");
  await bidder.getByTestId("bid-submit").click();
  await bidder.getByTestId("bid-confirm").click();
  await shown.getByText("1,300").waitFor();
  const { scroll, inner } = await screen.evaluate(() => ({ scroll: document.documentElement.scrollHeight, inner: innerHeight }));
  assert.ok(scroll <= inner, "a screen on a wall is never scrolled");
  for (const page of [screen, bidder]) await page.context().close();
}));
