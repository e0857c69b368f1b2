// Whoever has a password somebody else chose is led to the page to change it, and later finds it under his own name.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openHouse, PHONE } from "./house.mjs";

const OWN = "known to me alone";

let house;

before(async () => {
  house = await openHouse();
});
after(() => house?.close());

async function change(page, old, password) {
  await page.getByTestId("password-old").fill(old);
  await page.getByTestId("password-new").fill(password);
  await page.getByTestId("password-again").fill(password);
  await page.getByTestId("password-set").click();
}

test("a password somebody else chose is changed before anything else", { timeout: 120_000 }, () => house.story("password", async () => {
  const given = await house.made("bidder-1", "bidder");
  const page = await house.visitor();
  await page.goto("/login?next=/cases");
  await page.getByTestId("login-name").fill("bidder-1");
  await page.getByTestId("login-password").fill(given);
  await page.getByTestId("login-submit").click();
  await page.getByTestId("password-given").waitFor();
  // Every address leads back here.
  await page.goto("/lots");
  await page.getByTestId("password-given").waitFor();
  await change(page, "not it", OWN);
  await page.getByRole("alert").waitFor();
  await change(page, given, OWN);
  // The address on the way ends in these letters too.
  await page.waitForURL(({ pathname }) => pathname === "/lots");

  await page.getByTestId("own-password").click();
  await page.waitForURL("**/password");
  assert.equal(await page.getByTestId("password-given").count(), 0);
  await change(page, OWN, house.password);
  await page.getByRole("status").filter({ hasText: "✓" }).waitFor();
  await page.goto("/me");
  await page.getByTestId("sign-out").waitFor();

  const phone = await house.member("bidder-1", { viewport: PHONE });
  await phone.locator(".footer a[href='/password']").click();
  await phone.getByTestId("password-old").waitFor();
}));
