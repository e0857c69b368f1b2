// The registers in the browser: every page opens on a desk and on a phone; a file is imported, a request is
// made and decided, a person's row is read for a purpose, and the owner sees that it was.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openHouse, soon } from "./house.mjs";

const OWNER = "12440300123456788T";
const OTHER = "11440300123456788X";
const PEOPLE = [
  "公民身份号码,姓名,性别,户籍行政区划,住址,状态",
  "440305199003070014,王一,女,440305,深圳市南山区科技园高新中一道一号大院三栋二单元一千零一室,在册",
  "11010519491231002X,李二,男,440304,,在册",
].join("\n");
const file = (name, text) => ({ name, mimeType: "text/csv", buffer: Buffer.from(text) });

let house;
let owner;
let other;

before(async () => {
  house = await openHouse();
  const admin = await house.signIn("admin");
  const known = await admin.ok("GET", "/api/agencies");
  const found = async (credit_code, name_zh, name_en) =>
    known.find((one) => one.credit_code === credit_code) ?? admin.ok("POST", "/api/agencies", { credit_code, name_zh, name_en, region: "440300" });
  const [mine, theirs] = [await found(OWNER, "市数据管理局", "Data bureau"), await found(OTHER, "市规划和自然资源局", "Planning and natural resources bureau")];
  for (const register of ["population", "regulations"]) await admin.ok("PUT", `/api/registers/${register}/owner`, { agency_id: mine.id });
  owner = await house.person("owner", "officer", { agency_id: mine.id, duties: ["own_data"] });
  other = await house.person("other", "officer", { agency_id: theirs.id, duties: ["receive"] });
  await house.person("supervisor", "supervisor");
});
after(() => house?.close());

/** Imports over the page and waits for the report. */
async function bring(page, register, name, text, dry) {
  await page.goto(`/registers/${register}/import`);
  await page.getByTestId("import-file").setInputFiles(file(name, text));
  await page.getByTestId("import-source").fill("交换批次 1");
  await page.getByTestId("import-dry").setChecked(dry);
  await page.getByTestId("import-begin").click();
  await page.locator('[data-testid="import-job"][aria-busy="false"]').waitFor();
  return page.getByTestId("import-job");
}

test("an owner imports, another asks, reads for a purpose, and the owner sees it", { timeout: 180_000 }, () => house.story("registers", async () => {
  const desk = await house.member("owner");
  const wrong = await bring(desk, "population", "people.csv", PEOPLE.replace("440305199003070014", "440305199003070015"), false);
  assert.equal(await wrong.getAttribute("data-status"), "refused");
  assert.match(await wrong.innerText(), /CODE_CHECK/);
  assert.equal(await (await bring(desk, "population", "people.csv", PEOPLE, true)).getAttribute("data-status"), "done");
  await bring(desk, "population", "people.csv", PEOPLE, false);
  await bring(desk, "population", "people.csv", PEOPLE.replace("王一", "王一一"), false);

  const asking = await house.member("other");
  await asking.goto("/registers");
  await asking.locator('[data-register="population"]').getByText("申请共享").click();
  await asking.locator("fieldset").getByText("姓名").click();
  await asking.locator("fieldset").getByText("户籍行政区划").click();
  await asking.getByTestId("share-purpose").fill("竞买资格审查");
  await asking.getByTestId("share-basis").fill("公共资源交易管理办法第十条");
  await asking.getByTestId("share-until").fill(new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10));
  await asking.getByTestId("share-send").click();
  await asking.locator('[data-testid="share"][data-status="asked"]').waitFor();

  await desk.goto("/register-shares?side=owned");
  await desk.getByTestId("share-approve").click();
  await desk.getByTestId("share-decide").click();
  await desk.locator('[data-testid="share"][data-status="approved"]').waitFor();

  await asking.goto("/registers/population");
  await asking.getByTestId("register-row").first().waitFor();
  assert.equal(await asking.getByText("王一一").count(), 0, "without a purpose no name is shown");
  await asking.getByTestId("purpose").fill("办件1号");
  await asking.getByTestId("purpose").press("Enter");
  await asking.getByText("王一一").waitFor();
  await asking.getByTestId("register-row").filter({ hasText: "王一一" }).getByRole("link").click();
  await soon(async () => (await asking.getByTestId("row-version").count()) === 2, "both versions");
  assert.match(asking.url(), /row=\d+/);
  await asking.keyboard.press("Escape");
  await soon(async () => !asking.url().includes("row="), "the closed drawer");

  await desk.goto("/registers/population/reads");
  await desk.getByTestId("register-read").first().waitFor();
  assert.match(await desk.getByTestId("register-read").first().innerText(), /other[\s\S]*办件1号[\s\S]*name/);
  await Promise.all([desk, asking].map((page) => page.context().close()));
}));

test("every page of the registers opens", { timeout: 240_000 }, () => house.story("register-pages", async () => {
  const { items } = await owner.ok("GET", "/api/registers/population/rows");
  const [job] = await owner.ok("GET", "/api/registers/population/imports");
  const pages = ["/registers", "/registers/population", "/registers/population?purpose=x", `/registers/population?purpose=x&row=${items[0].n}`, "/registers/population?q=none"];
  const owned = ["/registers/population/import", `/registers/population/import?job=${job.id}`, "/registers/population/reads"];
  await house.openAll("owner", [...pages, ...owned, "/register-shares?side=owned", "/register-shares?ask=legal_entities"].map((path) => [path]));
  await house.openAll("other", [...pages, "/register-shares", "/registers/legal_entities", "/registers/regulations"].map((path) => [path]));
  await house.openAll("supervisor", ["/registers", "/registers/population", ...owned, "/register-shares"].map((path) => [path]));
  await house.openAll("admin", [["/registers"]]);
  assert.ok(other.token);
}));
