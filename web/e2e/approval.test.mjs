// A bidder's registration from the guide to the decision, and the mark it leaves on record.
import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { after, before, test } from "node:test";
import { announceLot, complaints, DESKTOP, draft, openHouse, PHONE, SMALL_PHONE } from "./house.mjs";

const OUT = fileURLToPath(new URL("./out/", import.meta.url));
const PDF = { name: "营业执照.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.7\n1 0 obj\n%%EOF") };
const CODE = "91440300708461136T";

let house;
let agency;
before(async () => {
  await mkdir(OUT, { recursive: true });
  house = await openHouse();
  const admin = await house.signIn("admin");
  [agency] = await admin.ok("GET", "/api/agencies");
  await house.person("bidder-1", "bidder");
  await house.person("supervisor", "supervisor");
  await house.person("officer-1", "officer", { agency_id: agency.id, duties: ["receive", "review", "decide"] });
  await house.person("officer-2", "officer", { agency_id: agency.id, duties: ["review", "decide"] });
});
after(() => house?.close());

const inStatus = (page, status) => page.locator(`[data-testid=case-status][data-status=${status}]`).first().waitFor();
const happened = (page, act) => page.locator(`[data-testid=timeline-event][data-act=${act}]`).first().waitFor();
const picture = (page, name) => page.screenshot({ path: join(OUT, `${name}.png`), fullPage: true });

/** Does one act through its dialog. */
async function act(page, name, { note, choose } = {}) {
  await page.getByTestId(`act-${name}`).click();
  if (choose) await page.getByTestId(choose).check();
  if (note) {
    if (name === "return") assert.ok(await page.getByTestId("act-confirm").isDisabled(), `${name} needs a reason`);
    await page.getByTestId("act-note").fill(note);
  }
  await page.getByTestId("act-confirm").click();
  await page.locator("dialog[open]").waitFor({ state: "detached" });
}

/** Opens the only case of the inbox by the keyboard alone. */
async function openFromInbox(page) {
  await page.goto("/inbox");
  await page.getByTestId("inbox-row").first().waitFor();
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await page.getByTestId("timeline").waitFor();
}

test("a registration is filed, returned, corrected, handed on and decided, and the trail tells it", { timeout: 180_000 }, () => house.story("approval", async () => {
  const [bidder, first, second, supervisor] = await Promise.all(["bidder-1", "officer-1", "officer-2", "supervisor"].map((login) => house.member(login)));
  const heard = [bidder, first, second, supervisor].map(complaints);

  // The guide leads to the form.
  await bidder.goto("/items");
  await bidder.getByTestId("item-row").getByRole("link", { name: "竞买人登记" }).click();
  await bidder.getByTestId("item-file").click();
  await bidder.getByTestId("case-begin").click();
  await bidder.getByTestId("case-form").waitFor();
  const path = new URL(bidder.url()).pathname;

  // What is typed is kept, half a code included, when the page is loaded again.
  await bidder.locator("[name=person]").selectOption("legal");
  await bidder.locator("[name=name]").fill("远大实业有限公司");
  await bidder.locator("[name=credit_code]").fill(CODE.slice(0, 10).toLowerCase());
  await bidder.locator("[data-testid=saved][data-state=saved]").waitFor();
  await bidder.reload();
  assert.equal(await bidder.locator("[name=name]").inputValue(), "远大实业有限公司");
  assert.equal(await bidder.locator("[name=credit_code]").inputValue(), CODE.slice(0, 10));
  // Filed so, it is refused beside its field, not left out.
  await bidder.getByTestId("case-file").click();
  await bidder.locator("[data-field='form.credit_code'] [role=alert]").waitFor();
  await bidder.locator("[name=credit_code]").fill(CODE);
  await bidder.locator("[name=contact]").fill("王小姐 0755-82000000");

  // What is missing is named beside its field, first the form, then the materials. The refusals are the browser's to log.
  await bidder.getByTestId("case-file").click();
  await bidder.locator("[data-field='form.bank_account'] [role=alert]").waitFor();
  await bidder.locator("[name=bank_account]").fill("4000 0230 0920 0123 456");
  await bidder.getByTestId("case-file").click();
  await bidder.locator("[data-field='materials.identity'] [role=alert]").waitFor();
  const refusals = heard[0].splice(0);
  assert.ok(refusals.length > 0 && refusals.every((said) => said.includes("400")), `refused three times and nothing else: ${refusals}`);
  await bidder.getByTestId("file-identity").setInputFiles(PDF);
  await bidder.getByTestId("file").filter({ hasText: PDF.name }).waitFor();
  await picture(bidder, "approval-form");
  await bidder.getByTestId("case-file").click();
  await inStatus(bidder, "filed");

  // The first officer returns it with everything that is to be corrected.
  await openFromInbox(first);
  assert.equal(new URL(first.url()).pathname, path);
  await first.getByTestId("form-view").filter({ hasText: CODE }).waitFor();
  await act(first, "return", { note: "授权委托书未提交" });
  await inStatus(first, "returned");

  await bidder.goto("/cases");
  await bidder.getByTestId("case-row").filter({ hasText: "授权委托书未提交" }).getByRole("link").click();
  await bidder.getByTestId("last-word").filter({ hasText: "授权委托书未提交" }).waitFor();
  assert.ok(await bidder.getByTestId("case-file").isDisabled(), "what was corrected is to be said");
  await bidder.getByTestId("file-authority").setInputFiles({ ...PDF, name: "授权委托书.pdf" });
  await bidder.getByTestId("file").filter({ hasText: "授权委托书.pdf" }).waitFor();
  await bidder.getByTestId("correct-note").fill("已补交授权委托书");
  await bidder.getByTestId("case-file").click();
  await inStatus(bidder, "filed");

  // Two officers bring it to the decision.
  await openFromInbox(first);
  await act(first, "accept");
  await act(first, "forward", { note: "材料齐全，拟同意" });
  await happened(first, "forward");
  await openFromInbox(second);
  await picture(second, "approval-officer");
  await act(second, "decide", { choose: "outcome-granted", note: "符合登记条件" });
  await inStatus(second, "decided");

  await bidder.goto(path);
  await bidder.locator("[data-testid=case-status][data-outcome=granted]").waitFor();
  for (const what of ["file", "return", "correct", "accept", "forward", "decide"]) await happened(bidder, what);
  assert.equal(await bidder.getByTestId("timeline").getByText("officer-").count(), 0, "the applicant sees the office, not its people");
  await bidder.setViewportSize(PHONE);
  await picture(bidder, "approval-decided-phone");
  const [saved] = await Promise.all([bidder.waitForEvent("download"), bidder.getByTestId("file").first().getByRole("button").click()]);
  assert.equal(saved.suggestedFilename(), PDF.name);

  // The supervisor finds the officer's acts, and her reading of the case, on record.
  await supervisor.goto("/audit");
  await supervisor.getByTestId("audit-row").filter({ hasText: "officer-2" }).getByRole("link", { name: "officer-2" }).first().click();
  await supervisor.waitForURL(/account=/);
  await supervisor.locator("[data-testid=audit-row][data-action='POST /api/cases/{id}/acts']").waitFor();
  await supervisor.locator("[data-testid=audit-row][data-action='read case']").first().waitFor();
  assert.equal(await supervisor.getByTestId("audit-row").filter({ hasText: "officer-1" }).count(), 0, "one person's rows alone");
  await picture(supervisor, "approval-audit");
  assert.deepEqual(heard.flat(), []);
}));

test("a joint bid shows its sum while it is typed", { timeout: 60_000 }, () => house.story("joint", async () => {
  const [writes, checks] = [await house.person("clerk-1", "clerk"), await house.person("clerk-2", "clerk")];
  const lot = await announceLot(writes, checks, [], draft("J-1", [{ kind: "open", length_ms: 3_600_000, extension: { kind: "none" } }]));
  const { no } = await (await house.signIn("bidder-1")).ok("POST", `/api/lots/${lot}/applications`, {});
  const page = await house.member("bidder-1");
  const heard = complaints(page);
  await page.goto(`/cases/new?item=BID-APPLICATION&subject=${lot}/${no}`);
  await page.getByTestId("case-begin").click();
  await page.getByTestId("members-begin").click();
  const share = (n) => page.getByTestId("member").nth(n).locator("[inputmode=decimal]");
  await share(0).fill("66.6");
  await share(1).fill("33.3");
  await page.getByTestId("members-sum").filter({ hasText: "99.9%" }).waitFor();
  await share(1).fill("33.4");
  await page.getByTestId("members-sum").filter({ hasText: "✓" }).waitFor();
  assert.deepEqual(heard, []);
}));

test("an item is written by one, published by another", { timeout: 60_000 }, () => house.story("item", async () => {
  const [writes, publishes] = [await house.member("officer-1"), await house.member("officer-2")];
  const heard = [writes, publishes].map(complaints);
  await writes.goto("/desk/items/CONTRACT-FILING/1");
  await writes.getByTestId("item-promised").fill("2");
  await writes.getByTestId("limits-sum").filter({ hasText: "✕" }).waitFor();
  await writes.getByTestId("item-promised").fill("4");
  await writes.getByTestId("limits-sum").filter({ hasText: "3 / 承诺 4" }).waitFor();
  await writes.getByTestId("item-save").click();
  await writes.waitForURL(/CONTRACT-FILING\/2$/);
  await writes.goto("/desk/items?status=draft");
  assert.ok(await writes.getByTestId("item-publish").isDisabled(), "not by its author");
  await publishes.goto("/desk/items?status=draft");
  await publishes.getByTestId("item-publish").click();
  await publishes.getByTestId("item-confirm").click();
  await publishes.locator("[data-testid=desk-item]").waitFor({ state: "detached" });
  const [now] = await (await house.signIn("bidder-1")).ok("GET", "/api/items/CONTRACT-FILING");
  assert.deepEqual([now.version, now.status, now.promised_wd], [2, "in_force", 4]);
  assert.deepEqual(heard.flat(), []);
}));

test("everyone opens the pages that are his, on a desk and on a phone", { timeout: 240_000 }, () => house.story("pages", async () => {
  const bidder = await house.signIn("bidder-1");
  const { id } = await bidder.ok("POST", "/api/cases", { item: "BIDDER-REGISTRATION" });
  const [filed] = (await bidder.ok("GET", "/api/me/cases")).filter((card) => card.status === "decided");
  await house.openAll(undefined, [["/items", [DESKTOP, PHONE, SMALL_PHONE]], ["/items/LOT-FILING"]]);
  await house.openAll("bidder-1", [["/cases", [DESKTOP, PHONE, SMALL_PHONE]], ["/cases/new?item=COMPLAINT"], [`/cases/${id}`], [`/cases/${filed.id}`]]);
  await house.openAll("officer-1", [["/inbox"], [`/cases/${filed.id}`], ["/desk/items"], ["/desk/items/new"], ["/desk/items/LOT-FILING/1"]]);
  await house.openAll("supervisor", [["/inbox"], ["/audit"]]);
  await house.openAll("admin", [["/admin"], ["/audit"]]);
}));
