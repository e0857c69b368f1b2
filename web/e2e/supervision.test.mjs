// A supervisor orders the suspension of a live lot: the room shows it at once, the center answers, the order closes.
import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { after, before, test } from "node:test";
import { announceLot, complaints, DESKTOP, draft, openHouse, PHONE, SMALL_PHONE } from "./house.mjs";

const OUT = fileURLToPath(new URL("./out/", import.meta.url));
const HOUR_MS = 3_600_000;

let house;
let lot;
before(async () => {
  await mkdir(OUT, { recursive: true });
  house = await openHouse();
  const [writes, checks] = [await house.person("clerk-1", "clerk"), await house.person("clerk-2", "clerk")];
  const bidder = await house.person("bidder-1", "bidder");
  await house.person("supervisor", "supervisor");
  const [agency] = await writes.ok("GET", "/api/agencies");
  await house.person("officer", "officer", { agency_id: agency.id, duties: ["receive", "review", "decide"] });
  lot = await announceLot(writes, checks, [bidder], draft("V-1", [{ kind: "open", length_ms: HOUR_MS, extension: { kind: "none" } }]));
  await writes.ok("POST", `/api/desk/lots/${lot}/open`, {});
});
after(() => house?.close());

const picture = (page, name) => page.screenshot({ path: join(OUT, `${name}.png`), fullPage: true });
const inState = (page, state) => page.locator(`[data-testid=order-state][data-state=${state}]`).waitFor();

async function act(page, name, words) {
  await page.getByTestId(`act-${name}`).click();
  if (words) await page.getByTestId("act-note").fill(words);
  await page.getByTestId("act-confirm").click();
  await page.locator("dialog[open]").waitFor({ state: "detached" });
}

test("an order suspends a live lot at once, is acknowledged, answered and closed", { timeout: 180_000 }, () => house.story("supervision", async () => {
  const [supervisor, clerk, bidder] = await Promise.all(["supervisor", "clerk-1", "bidder-1"].map((login) => house.member(login)));
  const heard = [supervisor, clerk, bidder].map(complaints);
  await bidder.goto(`/lots/${lot}`);
  await bidder.getByText("公开竞价").first().waitFor();

  await supervisor.goto("/dispatch");
  await supervisor.locator("[data-testid=center]").first().waitFor();
  await picture(supervisor, "dispatch");
  await supervisor.getByTestId("order-new").click();
  await supervisor.getByTestId("kind-suspend").check();
  await supervisor.getByTestId("order-lot").selectOption(lot);
  await supervisor.getByTestId("order-words").fill("两家竞买人同一设备轮流报价，立即中止并核查");
  await picture(supervisor, "order-new");
  await supervisor.getByTestId("order-issue").click();
  await supervisor.locator("[data-testid=order-floor][data-result=done]").waitFor();
  const number = await supervisor.getByRole("heading", { level: 1 }).innerText();
  await bidder.getByText("已中止").first().waitFor();
  await bidder.getByText(number).first().waitFor();
  await picture(bidder, "room-suspended-by-order");

  await clerk.goto("/cards/mine");
  await clerk.getByTestId("desk-message").getByRole("link").first().click();
  await inState(clerk, "issued");
  await act(clerk, "acknowledge");
  await inState(clerk, "acknowledged");
  await act(clerk, "answer", "已核查，设备为公用终端，情况说明附后");
  await inState(clerk, "answered");
  await clerk.goto("/desk/orders");
  await clerk.getByTestId("order-row").first().waitFor();
  await picture(clerk, "desk-orders");

  await supervisor.reload();
  await inState(supervisor, "answered");
  await act(supervisor, "accept");
  await inState(supervisor, "accepted");
  await act(supervisor, "close");
  await inState(supervisor, "closed");
  const did = await supervisor.getByTestId("timeline-event").evaluateAll((all) => all.map((one) => one.dataset.act));
  assert.deepEqual(did, ["issue", "floor_done", "acknowledge", "answer", "accept", "close"]);
  await picture(supervisor, "order-closed");
  assert.deepEqual(heard, [[], [], []]);
  for (const page of [supervisor, clerk, bidder]) await page.context().close();
}));

test("cards, dispatch and evaluation open on a desk and on a phone", { timeout: 180_000 }, () => house.story("supervision-pages", async () => {
  const all = [DESKTOP, PHONE, SMALL_PHONE];
  const [agency] = await (await house.signIn("supervisor")).ok("GET", "/api/agencies");
  await house.openAll("supervisor", [["/cards", all], ["/cards?by=level", all], ["/dispatch", all], ["/dispatch/new", all], ["/orders/1", all], ["/evaluation", all], [`/evaluation/${agency.id}`, all]]);
  await house.openAll("officer", [["/cards/mine", all]]);
  await house.openAll("clerk-1", [["/desk/orders", all], ["/cards/mine", all], ["/orders/1", all]]);
}));
