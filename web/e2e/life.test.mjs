// A lot's life as its clerks lead it in the browser: the file with its boundary, the check, the filing, a notice.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { draft, openHouse, soon } from "./house.mjs";

let house;
let writes;
let lot;

before(async () => {
  house = await openHouse();
  writes = await house.person("clerk-1", "clerk");
  await house.person("clerk-2", "clerk");
  const land = draft("A122-0341", [{ kind: "open", length_ms: 3_600_000, extension: { kind: "none" } }]);
  lot = (await writes.ok("POST", "/api/desk/lots", { ...land, kind: "commercial_land", area_m2: "5000" })).card.id;
});
after(() => house?.close());

const CORNERS = "J1,2493941.246,505955.846\nJ2,2493941.246,506055.846\nJ3,2493991.246,506055.846\nJ4,2493991.246,505955.846";

test("a clerk writes the file, another checks it, and it is filed", { timeout: 120_000 }, () => house.story("life", async () => {
  const page = await house.member("clerk-1");
  await page.goto(`/desk/${lot}`);
  await page.getByTestId("file-write").click();
  await page.getByTestId("file-use").selectOption("commercial");
  await page.getByTestId("file-term").fill("41");
  await page.getByTestId("boundary-import").click();
  await page.getByTestId("boundary-text").fill(CORNERS);
  await page.getByTestId("boundary-use").click();
  await page.getByTestId("file-save").click();
  await page.getByTestId("file-refusal").waitFor();
  assert.match(await page.locator("[data-field=term_years]").innerText(), /40/, "the field that is wrong says so");
  await page.getByTestId("file-term").fill("40");
  await page.getByTestId("file-save").click();
  await soon(async () => (await writes.ok("GET", `/api/desk/lots/${lot}/life`)).file?.computed_area_m2 === "5000.00", "the file");

  // The register knows no such parcel: that is said beside the field, and stops nothing.
  await page.locator("[data-field=parcel_code] input").fill("440305001002GB00012");
  await page.getByTestId("file-save").click();
  await page.locator("[data-field=parcel_code] [data-doubt=parcel_code]").getByText("没有该宗地代码").waitFor();

  const other = await house.member("clerk-2");
  await other.goto(`/desk/${lot}`);
  await other.getByTestId("action-check").click();
  await other.getByTestId("action-confirm").click();
  await other.getByTestId("life-ask_filing").click();
  await other.getByTestId("life-confirm").click();
  await other.locator("[data-testid=life-step][data-state=filing_asked].now").waitFor();
  assert.equal(await other.getByTestId("life-file").isDisabled(), true, "nobody has decided yet");

  await other.getByTestId("notices-open").click();
  await other.getByTestId("notice-write").click();
  for (const [field, text] of [["title-zh", "出让公告"], ["title-en", "Notice of sale"], ["text-zh", "正文"], ["text-en", "Text"]]) await other.getByTestId(`notice-${field}`).fill(text);
  await other.getByTestId("notice-save").click();
  await other.getByTestId("notice-row").waitFor();
  assert.equal(await other.getByTestId("notice-publish").isDisabled(), true, "another clerk publishes it");
  for (const one of [page, other]) await one.context().close();
}));

test("its pages open on a desk and on a phone", { timeout: 120_000 }, () => house.story("life pages", async () => {
  await house.openAll("clerk-1", [[`/desk/${lot}`], ["/desk/notices"], ["/notices?kind=grant"]]);
  await house.openAll(undefined, [["/notices"]]);
}));
