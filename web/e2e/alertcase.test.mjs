// From an alert to a case, to its end, to what that says of the rule.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { announceLot, complaints, draft, openHouse, soon, today } from "./house.mjs";

const CODE = "91440300708461136T";

let house, lot, sue, head;
before(async () => {
  house = await openHouse();
  const admin = await house.signIn("admin");
  const brigade = await admin.ok("POST", "/api/agencies", { credit_code: "11440300MB2C12345R", name_zh: "执法支队", name_en: "Brigade", region: "440300" });
  for (const login of ["enforcer-1", "enforcer-2"]) await house.person(login, "officer", { agency_id: brigade.id, duties: ["investigate"] });
  head = await house.person("head", "officer", { agency_id: brigade.id, duties: ["decide"] });
  const deputy = await house.person("deputy", "officer", { agency_id: brigade.id, duties: ["review", "decide"] });
  sue = await house.person("supervisor", "supervisor");
  const fine = { grade: "normal", condition_zh: "情形", condition_en: "condition", penalty: "fine", unit: "yuan", min: "1000", max: "5000", bar_months_min: 0, bar_months_max: 6, evidence: ["竞价记录"] };
  const { written_at } = await deputy.ok("POST", "/api/enforcement/discretion", { code: "COLLUSION", act_zh: "恶意串通", act_en: "collusion", law: "拍卖法", article: "第六十五条", effective_from: today(), grades: [fine] });
  await head.ok("POST", "/api/enforcement/discretion/COLLUSION/publish", { written_at });
  const [writes, checks] = [await house.person("clerk-1", "clerk"), await house.person("clerk-2", "clerk")];
  const bidders = [await house.person("bidder-1", "bidder"), await house.person("bidder-2", "bidder")];
  lot = await announceLot(writes, checks, bidders, draft("J-1", [{ kind: "open", length_ms: 3_600_000, extension: { kind: "none" } }]));
  await writes.ok("POST", `/api/desk/lots/${lot}/open`, {});
});
after(() => house?.close());

async function bid(page, amount) {
  await page.getByTestId("bid-input").fill(amount);
  await page.getByTestId("bid-submit").click();
  await page.getByTestId("bid-confirm").click();
  await page.getByTestId("bid-confirm").waitFor({ state: "hidden" });
}

/** Two bids of one machine, and the alert they raise. */
async function alerted() {
  const [one, other] = [await house.member("bidder-1"), await house.member("bidder-2")];
  for (const page of [one, other]) await page.goto(`/lots/${lot}`);
  await bid(one, "1000");
  await bid(other, "1100");
  for (const page of [one, other]) await page.context().close();
  return soon(async () => (await sue.ok("GET", "/api/supervision/alerts?rule=shared_network")).items[0], "the alert");
}

test("an alert becomes a case, the case confirms it, and the rule's precision says so", { timeout: 180_000 }, () => house.story("alert-case", async () => {
  const alert = await alerted();
  const page = await house.member("supervisor");
  const heard = complaints(page);

  // The supervisor takes it in hand and opens the case.
  await page.goto(`/alerts/${alert.id}`);
  await page.getByTestId("act-take").click();
  await page.locator("[data-testid=alert-state][data-state=taken]").waitFor();
  await page.getByTestId("alert-note").fill("请核查两家关联关系");
  await page.getByTestId("alert-send").click();
  const link = page.getByTestId("alert-case");
  const path = await link.getAttribute("href");
  const id = path.split("/").at(-1);

  // Enforcement walks it to its end, each act by whom it belongs to.
  const people = Object.fromEntries((await head.ok("GET", "/api/enforcement/officers")).map((one) => [one.name, one.id]));
  const [first, second] = [await house.signIn("enforcer-1"), await house.signIn("enforcer-2")];
  const note = "依法办理";
  for (const [who, act] of [
    [head, { act: "assign", officers: [people["enforcer-1"], people["enforcer-2"]] }],
    [first, { act: "identify", party: { kind: "entity", code: CODE, name: "安企业" } }],
    [first, { act: "inspect", with: people["enforcer-2"] }],
    [second, { act: "report", finding: { rule: "COLLUSION", grade: "normal" }, major: false }],
    [first, { act: "notify" }],
    [first, { act: "waive" }],
    [head, { act: "decide", penalty: { rule: "COLLUSION", grade: "normal", amount: "3000", bar_months: 0, reason: "影响成交结果" } }],
    [first, { act: "serve" }],
    [first, { act: "execute" }],
    [head, { act: "close" }],
  ]) await who.ok("POST", `/api/enforcement/cases/${id}/acts`, { ...act, note });

  // The case leads back to its alert, and the rule has its first answer.
  await link.click();
  await page.getByTestId("case-status").filter({ hasText: "已结案 · 已处罚" }).waitFor();
  await page.locator(`a[href='/alerts/${alert.id}']`).waitFor();
  await page.goto("/precision");
  await page.getByTestId("precision-row").filter({ hasText: "100.0%" }).waitFor();
  const rule = (await sue.ok("GET", "/api/supervision/rules")).find((row) => row.rule === "shared_network");
  assert.deepEqual([rule.cases, rule.decided, rule.confirmed], [1, 1, 1]);
  assert.deepEqual(heard, []);
  await page.context().close();
}));
