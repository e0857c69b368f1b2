// What a bidder can prove: the receipt of a bid, checked on the page, from a disk, and in a shell.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { announceLot, complaints, DESKTOP, draft, openHouse, PHONE, soon } from "./house.mjs";

const VERIFY = fileURLToPath(new URL("../dist/verify.html", import.meta.url));
const CHECK = fileURLToPath(new URL("../src/proof/check.sh", import.meta.url));
const OUT = fileURLToPath(new URL("./out/", import.meta.url));
const OPEN = [{ kind: "open", length_ms: 600_000, extension: { kind: "none" } }];

let house;
let dir;
before(async () => {
  dir = await mkdtemp(join(tmpdir(), "sunbid-proof-"));
  house = await openHouse();
});
after(async () => {
  await house?.close();
  await rm(dir, { recursive: true, force: true });
});

/** Bids what the box offers and waits for the answer; the amount. */
async function bid(page) {
  await page.locator("[data-testid=bid-submit]:enabled").waitFor();
  const amount = await page.getByTestId("bid-input").inputValue();
  await page.getByTestId("bid-submit").click();
  await page.locator("dialog[open]").getByTestId("bid-confirm").click();
  await page.locator("dialog[open]").waitFor({ state: "detached" });
  await page.getByTestId("accepted").filter({ hasText: amount }).waitFor();
  return amount;
}

const checked = (page) => page.getByTestId("accepted").locator("[data-testid=receipt][data-state=verified]");

/** Kept where a person can look at it. */
async function picture(page, name) {
  await mkdir(OUT, { recursive: true });
  for (const viewport of [DESKTOP, PHONE]) {
    await page.setViewportSize(viewport);
    await page.screenshot({ path: join(OUT, `proof-${name}-${viewport.width}.png`), fullPage: true });
  }
  await page.setViewportSize(DESKTOP);
}

async function download(page, act, name) {
  const [file] = await Promise.all([page.waitForEvent("download"), act()]);
  const path = join(dir, name);
  await file.saveAs(path);
  return path;
}

function shell(receipt, key) {
  return new Promise((told) => execFile("bash", [CHECK, receipt, key], (failed, out, said) => told({ passed: !failed, out: out + said })));
}

async function seat(number, bidders) {
  const [writes, checks] = [await house.signIn("clerk-1"), await house.signIn("clerk-2")];
  const lot = await announceLot(writes, checks, bidders, draft(number, OPEN));
  await writes.ok("POST", `/api/desk/lots/${lot}/open`, {});
  return lot;
}

test("a bidder keeps proof of his bid, and nobody has to believe the platform", { timeout: 240_000 }, () => house.story("proof", async () => {
  for (const name of ["clerk-1", "clerk-2"]) await house.person(name, "clerk");
  const bidders = [await house.person("bidder-1", "bidder"), await house.person("bidder-2", "bidder")];
  const lot = await seat("P-1", bidders);
  const { paddle } = await bidders[0].ok("GET", `/api/lots/${lot}/you`);
  const { key } = await bidders[0].ok("GET", "/api/log/key");

  // He bids; his browser checks the receipt before it says so, and hands it over.
  const line = await house.line();
  const [one, two] = await Promise.all([house.member("bidder-1", { origin: line.origin }), house.member("bidder-2")]);
  await one.goto(`/lots/${lot}`);
  await two.goto(`/lots/${lot}`);
  const amount = await bid(one);
  await checked(one).waitFor();
  await picture(one, "room");
  const receipt = await download(one, () => one.getByTestId("accepted").getByTestId("receipt-save").click(), "receipt.txt");
  const text = await readFile(receipt, "utf8");
  assert.ok(text.includes(`\nkey ${key}\n`), "the file names the log's key");
  assert.ok(text.includes("\nc2sp.org/tlog-proof@v1\nextra "), "the file is a receipt");

  // The one file, opened from a disk: no server, no network.
  const context = await house.browser.newContext({ viewport: DESKTOP, offline: true });
  const page = await context.newPage();
  const heard = complaints(page);
  await page.goto(pathToFileURL(VERIFY).href);
  const verdict = page.locator("#verdict");
  const put = async (path) => {
    await page.locator("#file").setInputFiles([]);
    await page.locator("#file").setInputFiles(path);
  };
  await put(receipt);
  await page.locator("#verdict[data-verdict=verified]").waitFor();
  assert.match(await verdict.innerText(), /另行取得的公钥/, "a key from the file itself is marked");
  await page.locator("#key").fill(key);
  await page.getByRole("button", { name: "核对" }).click();
  await page.locator("#verdict[data-verdict=verified]").waitFor();
  assert.doesNotMatch(await verdict.innerText(), /另行取得的公钥/);
  const fact = (name) => verdict.locator(`[data-fact=${name}]`).innerText();
  assert.deepEqual([await fact("paddle"), (await fact("amount")).replaceAll(",", "").replace(/\.00$/, "")], [String(paddle), amount.replaceAll(",", "").replace(/\.00$/, "")]);
  assert.equal(await fact("lot"), lot);
  await picture(page, "verify");

  // A receipt that says another thing is refused, and told why.
  const begins = text.indexOf("c2sp.org/tlog-proof@v1\n");
  const [, base64] = /\nextra (.+)\n/.exec(text);
  const forged = Buffer.from(Buffer.from(base64, "base64").toString().replace(`"paddle":${paddle}`, `"paddle":${paddle + 1}`)).toString("base64");
  const tampered = {
    wrong_root: text.replace(base64, forged),
    wrong_signature: text.replace(/\n(\d+)\n(?=[A-Za-z0-9+/]{43}=\n(?:journal .+\n)?\n— )/, (_, size) => `\n${Number(size) + 1}\n`),
    no_checkpoint: text.slice(0, begins + 60),
    not_signed: text.replace(/\n— .+\n$/, `\n— stranger ${Buffer.alloc(68).toString("base64")}\n`),
  };
  for (const [code, forgery] of Object.entries(tampered)) {
    const path = join(dir, `${code}.txt`);
    await writeFile(path, forgery);
    await put(path);
    await page.locator(`#verdict[data-verdict=refused][data-code=${code}]`).waitFor();
  }
  await picture(page, "verify-refused");
  assert.deepEqual(heard, []);
  await context.close();

  // A shell knows no less.
  const said = await shell(receipt, key);
  assert.ok(said.passed && said.out.includes(`"paddle":${paddle}`), said.out);
  for (const code of ["wrong_root", "wrong_signature"]) assert.equal((await shell(join(dir, `${code}.txt`), key)).passed, false, code);

  // His line goes dead and others bid on; back again, his browser asks whether the log only grew.
  const grew = async () => Number(await one.getByTestId("log-grew").getAttribute("data-size"));
  const size = await grew();
  line.cut();
  await one.getByTestId("stale").waitFor();
  await bid(two);
  line.mend();
  await soon(async () => (await grew()) > size, "the proof that the log grew");
  assert.equal(await one.getByTestId("proof-alarm").count(), 0);

  // Everyone's page: the checkpoint, the key, and a receipt fetched by its address.
  const anyone = await house.visitor();
  const complained = complaints(anyone);
  const { items } = await bidders[0].ok("GET", `/api/lots/${lot}/bids?after_seq=0&limit=10`);
  await anyone.goto(`/proof?lot=${lot}&seq=${items[0].seq}`);
  await anyone.locator("[data-testid=verdict][data-code=verified]").waitFor();
  assert.equal(await anyone.getByTestId("log-key").innerText(), key);
  assert.ok(Number(await anyone.getByTestId("checkpoint").getAttribute("data-size")) > size);
  await picture(anyone, "page");
  await anyone.getByTestId("receipt-text").fill(tampered.wrong_root);
  await anyone.getByTestId("receipt-check").click();
  await anyone.locator("[data-testid=verdict][data-code=wrong_root]").waitFor();
  assert.deepEqual(complained, []);
  await anyone.goto("/verify.html");
  await anyone.getByRole("heading", { name: "核对回执" }).waitFor();
  assert.deepEqual(complained, [], "the server lets the one file run");
}));

test("a log that is not the one that signed is shouted at, until somebody has dealt with it", { timeout: 120_000 }, () => house.story("proof-alarm", async () => {
  const bidders = [await house.signIn("bidder-1")];
  const lot = await seat("P-2", bidders);
  const page = await house.member("bidder-1");
  await page.goto(`/lots/${lot}`);
  await bid(page);
  await checked(page).waitFor();
  const memory = await soon(() => page.evaluate(() => localStorage.getItem("sunbid.log")), "the memory");

  // The same browser, a platform that began its record anew.
  const other = await openHouse();
  try {
    const cheated = await house.visitor({ origin: other.origin });
    await cheated.addInitScript((kept) => localStorage.getItem("sunbid.log") ?? localStorage.setItem("sunbid.log", kept), memory);
    await cheated.goto("/");
    const alarm = cheated.locator("[data-testid=proof-alarm][data-code=other_key]");
    await alarm.waitFor();
    await picture(cheated, "alarm");
    await cheated.reload();
    await alarm.waitFor();
    const evidence = await download(cheated, () => alarm.getByRole("button", { name: "保存证据" }).click(), "evidence.txt");
    assert.match(await readFile(evidence, "utf8"), /\n— sunbid/, "what was signed is the evidence");
    await alarm.getByRole("link", { name: "查看" }).click();
    await cheated.getByRole("button", { name: "清除本机保存的回执与核对记录" }).click();
    await cheated.getByRole("button", { name: "确认清除" }).click();
    await alarm.waitFor({ state: "detached" });
  } finally {
    await other.close();
  }
}));
