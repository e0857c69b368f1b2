// A natural person registers and loses his registration; two bid together; two offices draw a panel of experts.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { announceLot, complaints, draft, openHouse, soon } from "./house.mjs";

const PDF = { name: "身份证.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.7\n1 0 obj\n%%EOF") };
const HOUR_MS = 3_600_000;
const PERSON = { name: "王一", code: "440305199003070014" };
const COMPANY = { name: "远大实业有限公司", code: "91440300708461136T" };

let house;
let officer;
let lot;
before(async () => {
  house = await openHouse();
  const admin = await house.signIn("admin");
  const [agency] = await admin.ok("GET", "/api/agencies");
  for (const login of ["person", "company"]) await house.person(login, "bidder");
  await house.person("supervisor", "supervisor");
  officer = await house.person("officer", "officer", { agency_id: agency.id, duties: ["receive", "review", "decide", "own_data"] });
  await house.person("head", "officer", { agency_id: agency.id, duties: ["decide"] });
  await admin.ok("PUT", "/api/registers/experts/owner", { agency_id: agency.id });
  const [writes, checks] = [await house.person("clerk-1", "clerk"), await house.person("clerk-2", "clerk")];
  lot = await announceLot(writes, checks, [], draft("P-1", [{ kind: "open", length_ms: HOUR_MS, extension: { kind: "none" } }]));
});
after(() => house?.close());

/** Registers through the form; the case's path. */
async function register(page, kind, { name, code }) {
  await page.goto("/cases/new?item=BIDDER-REGISTRATION");
  await page.getByTestId("case-begin").click();
  await page.getByTestId("case-form").waitFor();
  await page.locator("[name=person]").selectOption(kind);
  await page.locator("[name=name]").fill(name);
  await page.locator(`[name=${kind === "natural" ? "id_number" : "credit_code"}]`).fill(code);
  await page.locator("[name=contact]").fill("13800000000");
  await page.locator("[name=bank_account]").fill("4000023009200123456");
  await page.getByTestId("file-identity").setInputFiles(PDF);
  await page.getByTestId("file").filter({ hasText: PDF.name }).waitFor();
  await page.getByTestId("case-file").click();
  await page.locator("[data-testid=case-status][data-status=filed]").first().waitFor();
  return new URL(page.url()).pathname;
}

async function grant(path) {
  for (const act of [{ act: "accept" }, { act: "forward", note: "" }, { act: "decide", outcome: "granted", note: "" }]) await officer.ok("POST", `/api${path}/acts`, act);
}
const stands = (page, state) => page.locator(`[data-testid=registration][data-state=${state}]`).waitFor();

test("a natural person registers, bids with a company that consents, and loses his registration", { timeout: 240_000 }, () => house.story("persons", async () => {
  const [person, company, office, head] = await Promise.all(["person", "company", "officer", "head"].map((login) => house.member(login)));
  const heard = [person, company, office, head].map(complaints);
  await person.goto("/me");
  await stands(person, "none");
  const path = await register(person, "natural", PERSON);
  await grant(path);
  await grant(await register(company, "legal", COMPANY));
  await person.goto("/me");
  await stands(person, "in_force");

  // 联合竞买: filed only once the other has consented to the shares.
  const { no } = await (await house.signIn("person")).ok("POST", `/api/lots/${lot}/applications`, {});
  await person.goto(`/cases/new?item=BID-APPLICATION&subject=${lot}/${no}`);
  await person.getByTestId("case-begin").click();
  await person.getByTestId("members-begin").click();
  for (const [nth, [{ name, code }, share]] of [[PERSON, "40"], [COMPANY, "60"]].entries()) {
    const inputs = person.getByTestId("member").nth(nth).locator("input");
    for (const [place, text] of [name, code, share].entries()) await inputs.nth(place).fill(text);
  }
  await person.getByTestId("members-sum").filter({ hasText: "✓" }).waitFor();
  await person.locator("[name=statement]").fill("具备竞买资格");
  await person.locator("[data-testid=saved][data-state=saved]").waitFor();
  await company.goto("/cases");
  await company.getByTestId("consent").filter({ hasText: PERSON.name }).getByTestId("consent-give").click();
  await company.getByTestId("consent-confirm").click();
  await company.locator("dialog[open]").waitFor({ state: "detached" });
  await person.getByTestId("file-application").setInputFiles(PDF);
  await person.getByTestId("file").filter({ hasText: PDF.name }).waitFor();
  await person.getByTestId("case-file").click();
  await person.locator("[data-testid=case-status][data-status=filed]").first().waitFor();

  // 撤销登记, and the plain words at his desk.
  await office.goto(path);
  await office.getByTestId("revocation-propose").click();
  assert.ok(await office.getByTestId("revoke-confirm").isDisabled(), "a reason is asked for");
  await office.getByTestId("revoke-reason").fill("身份证明系伪造");
  await office.getByTestId("revoke-confirm").click();
  await office.getByTestId("revocation-waits").filter({ hasText: "身份证明系伪造" }).waitFor();
  await head.goto(path);
  await head.getByTestId("revocation-confirm").click();
  await head.getByTestId("revoke-confirm").click();
  await head.getByTestId("revoked").filter({ hasText: "身份证明系伪造" }).waitFor();
  await person.goto("/me");
  await stands(person, "revoked");
  await person.getByTestId("registration").filter({ hasText: "身份证明系伪造" }).getByRole("link", { name: "重新办理登记" }).click();
  await grant(await register(person, "natural", PERSON));
  await person.goto("/me");
  await stands(person, "in_force");
  assert.deepEqual(heard.flat(), []);
}));

test("two offices draw a panel of experts that neither could choose", { timeout: 120_000 }, () => house.story("panel", async () => {
  const experts = ["440305199003070014", "11010519491231002X", "44030020080101888X"].map((id_number, n) => ({ number: `E0${n}`, name: `专家${n}`, id_number, field: "land", status: "active" }));
  const job = await officer.ok("POST", "/api/registers/experts/imports?source=test&format=json", experts);
  await soon(async () => (await officer.ok("GET", `/api/register-imports/${job.id}`)).ended_at, "the import");
  const [clerk, watch] = await Promise.all(["clerk-1", "supervisor"].map((login) => house.member(login)));
  const heard = [clerk, watch].map(complaints);
  await clerk.goto(`/desk/${lot}`);
  await clerk.getByTestId("panel-field").selectOption("land");
  await clerk.getByTestId("panel-wanted").fill("1");
  await clerk.getByTestId("panel-experts").fill("E02");
  await clerk.getByTestId("panel-asks").click();
  await watch.goto(`/wall/lots/${lot}`);
  for (const page of [clerk, watch]) {
    await page.getByTestId("panel-new-seed").click();
    await page.getByTestId("panel-commit").click();
    await page.getByTestId("panel-reveal-seed").waitFor();
  }
  // Each button waits until both hashes stand in the log.
  for (const page of [clerk, watch]) await page.getByTestId("panel-reveal").click();
  for (const page of [clerk, watch]) {
    await page.locator("[data-testid=panel-drawn] [data-place=drawn]").waitFor();
    assert.equal(await page.getByRole("cell", { name: "E02", exact: true }).count(), 0, "who is left out is not told before the close");
  }
  await clerk.getByTestId("panel-names").click();
  await clerk.getByTestId("panel-drawn").filter({ hasText: "专家" }).waitFor();
  assert.deepEqual(heard.flat(), []);
}));
