// Small acts at two desks: a lot's deposits settled once it has closed, and a status of an item asked for, dropped and seconded.
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { after, before, test } from "node:test";
import { complaints, draft, openHouse, soon } from "./house.mjs";

let house;
let writes;
let checks;
before(async () => {
  house = await openHouse();
  const admin = await house.signIn("admin");
  const raw = generateKeyPairSync("ed25519").publicKey.export({ type: "spki", format: "der" }).subarray(-32);
  await admin.ok("POST", "/api/banks", { id: "test-bank", name: "测试银行", payee: "市交易中心", public_key: raw.toString("hex") });
  [writes, checks] = [await house.person("clerk-1", "clerk"), await house.person("clerk-2", "clerk")];
  const [agency] = await admin.ok("GET", "/api/agencies");
  for (const login of ["officer-1", "officer-2"]) await house.person(login, "officer", { agency_id: agency.id, duties: ["receive", "review", "decide"] });
});
after(() => house?.close());

test("deposits are settled once the lot has closed, and not before", { timeout: 120_000 }, () => house.story("settle", async () => {
  // Not published yet, so that its terms can be set.
  const { card } = await writes.ok("POST", "/api/desk/lots", draft("D-1", [{ kind: "open", length_ms: 8_000, extension: { kind: "none" } }]));
  await writes.ok("PUT", `/api/desk/lots/${card.id}/deposit`, { bank: "test-bank", deadline_at: Date.now() + 3_600_000 });
  await checks.ok("POST", `/api/desk/lots/${card.id}/check`, {});
  await writes.ok("POST", `/api/desk/lots/${card.id}/publish`, {});

  const page = await house.member("clerk-1");
  await page.goto(`/desk/${card.id}`);
  const terms = page.getByTestId("deposit-terms");
  await terms.getByTestId("deposit-settle").click();
  await terms.getByText("标的尚未结束").waitFor();
  await writes.ok("POST", `/api/desk/lots/${card.id}/open`, {});
  await soon(async () => (await writes.ok("GET", `/api/lots/${card.id}`)).card.stage === "unsold", "the close");
  await terms.getByTestId("deposit-settle").click();
  await terms.getByText("✓").waitFor();
  assert.equal(await terms.getByRole("alert").count(), 0, "the refusal has gone");
  await page.context().close();
}));

test("a status of an item asked for by one is dropped by another, and asked for again takes both", { timeout: 120_000 }, () => house.story("item-status", async () => {
  const [first, second] = await Promise.all(["officer-1", "officer-2"].map((login) => house.member(login)));
  const heard = [first, second].map(complaints);
  const row = (page) => page.locator("[data-testid=desk-item][data-code=BIDDER-REGISTRATION]").first();
  const ask = async () => {
    await row(first).getByTestId("item-suspended").click();
    await first.getByTestId("item-confirm").click();
    await row(first).getByTestId("item-second").waitFor();
  };
  await first.goto("/desk/items");
  await ask();
  assert.ok(await row(first).getByTestId("item-second").isDisabled(), "his own word is one");

  // Let drop: nothing has changed, and it may be asked for again.
  await second.goto("/desk/items");
  await row(second).getByTestId("item-drop").click();
  await row(second).getByTestId("item-suspended").waitFor();
  await first.reload();
  await ask();
  await second.reload();
  await row(second).getByTestId("item-second").click();
  await second.getByTestId("item-confirm").click();
  await row(second).getByTestId("item-in_force").waitFor();
  const anyone = await house.visitor();
  await anyone.goto("/items/BIDDER-REGISTRATION");
  await anyone.getByText("暂停").first().waitFor();
  assert.deepEqual(heard, [[], []]);
  for (const page of [first, second, anyone]) await page.context().close();
}));
