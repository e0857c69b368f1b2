// 印制文书 in the browser: the winner saves his letter, and whoever scans its code learns whose it is.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { announceLot, draft, openHouse, soon } from "./house.mjs";

let house;
let lot;
let fingerprint;

before(async () => {
  house = await openHouse();
  const [writes, checks] = [await house.person("clerk-1", "clerk"), await house.person("clerk-2", "clerk")];
  const winner = await house.person("bidder-1", "bidder");
  lot = await announceLot(writes, checks, [winner], draft("W-1", [{ kind: "open", length_ms: 4_000, extension: { kind: "none" } }]));
  await writes.ok("POST", `/api/desk/lots/${lot}/open`, {});
  const page = await house.visitor();
  await page.goto("/developers");
  await page.evaluate(([token, id]) => new Promise((done) => {
    const socket = new WebSocket(`ws://${location.host}/api/socket`);
    const send = (frame) => socket.send(JSON.stringify(frame));
    socket.onopen = () => send({ type: "hello", token });
    socket.onmessage = ({ data }) => {
      const frame = JSON.parse(data);
      if (frame.type === "welcome") send({ type: "bid", lot: id, key: crypto.randomUUID(), amount: "1000.00" });
      if (frame.type === "reply") done(frame.accepted);
    };
  }), [winner.token, lot]);
  await page.context().close();
  await soon(async () => (await winner.ok("GET", `/api/lots/${lot}`)).card.stage === "sold", "the hammer");
});
after(() => house?.close());

test("a winner saves his letter and anyone checks it", { timeout: 120_000 }, () => house.story("documents", async () => {
  const page = await house.member("bidder-1");
  await page.goto(`/lots/${lot}`);
  const [download] = await Promise.all([page.waitForEvent("download"), page.locator("[data-testid=printed] [data-kind=win_letter]").click()]);
  assert.equal(download.suggestedFilename(), "网上竞得证明.pdf");
  const saved = await readFile(await download.path());
  assert.equal(saved.subarray(0, 5).toString(), "%PDF-");
  await page.locator("[data-testid=printed] a").click();
  await page.getByTestId("verdict").waitFor();
  fingerprint = new URL(page.url()).pathname.split("/").pop();
  assert.match(await page.locator("dl").innerText(), new RegExp(createHash("sha256").update(saved).digest("hex")), "the very file");

  const anyone = await house.visitor({ language: "en" });
  await anyone.goto(`/documents/${fingerprint}`);
  assert.match(await anyone.getByTestId("verdict").innerText(), /Issued by this platform[\s\S]*newest/);
  assert.equal(await anyone.getByRole("button", { name: "Save the file", exact: true }).isDisabled(), true, "its owner's alone");
  assert.doesNotMatch(await anyone.locator("main").innerText(), /bidder-1/);
  await anyone.goto(`/documents/${"0".repeat(64)}`);
  assert.match(await anyone.getByTestId("verdict").innerText(), /No document of this platform/);
  for (const one of [page, anyone]) await one.context().close();
}));

test("its pages open on a desk and on a phone", { timeout: 120_000 }, () => house.story("documents pages", async () => {
  await house.openAll("bidder-1", [[`/lots/${lot}`], [`/documents/${fingerprint}`]]);
  await house.openAll("clerk-1", [[`/desk/${lot}`]]);
  await house.openAll(undefined, [[`/documents/${fingerprint}`]]);
}));
