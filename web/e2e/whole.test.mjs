// The whole life of a land lot in the browser: filed, announced, paid for, bid for, reviewed, contracted,
// paid and registered, by clerks, officers, bidders, their bank, a supervisor and the public.
import assert from "node:assert/strict";
import { generateKeyPairSync, sign } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { complaints, DESKTOP, openHouse, PHONE, soon } from "./house.mjs";

const OUT = fileURLToPath(new URL("./out/", import.meta.url));
const HOUR_MS = 3_600_000;
const FREE_S = 6;
// Each bid restarts this clock; it outlasts a bid made by hand on a busy machine.
const PERIOD_S = 7;
const NUMBER = "A122-0412";
const [START, DEPOSIT] = ["100000000.00", "20000000.00"];
const [FIRST, SECOND, LAST] = ["100000000.00", "105000000.00", "110000000.00"];
// A hundred metres by fifty in the plane of EPSG 4547.
const CORNERS = "J1,2493941.246,505955.846\nJ2,2493941.246,506055.846\nJ3,2493991.246,506055.846\nJ4,2493991.246,505955.846";
const PDF = Buffer.from("%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n");
const pdf = (name) => ({ name: `${name}.pdf`, mimeType: "application/pdf", buffer: PDF });
/** Beijing time, as people write it. */
const wall = (at) => new Date(at + 8 * HOUR_MS).toISOString().slice(0, 19).replace("T", " ");
const formatted = (amount) => amount.replace(/\B(?=(\d{3})+(?!\d))/g, ",");

let house;
let bank;
const people = {};

before(async () => {
  await mkdir(OUT, { recursive: true });
  house = await openHouse({ rehearsal: true });
  const admin = await house.signIn("admin");
  bank = await Bank.of(house.origin, admin);
  const [agency] = await admin.ok("GET", "/api/agencies");
  for (const login of ["clerk-a", "clerk-b"]) people[login] = await house.person(login, "clerk");
  people["officer-1"] = await house.person("officer-1", "officer", { agency_id: agency.id, duties: ["receive", "review", "decide"] });
  people["officer-2"] = await house.person("officer-2", "officer", { agency_id: agency.id, duties: ["decide"] });
  for (const login of ["东山实业公司", "北山投资公司"]) people[login] = await house.person(login, "bidder");
  people.supervisor = await house.person("supervisor", "supervisor");
});
after(() => house?.close());

/** A bank that signs what it says with Ed25519: camt.054 to us, pain.001 from us. */
class Bank {
  static async of(origin, admin) {
    const { publicKey, privateKey } = generateKeyPairSync("ed25519");
    const raw = Buffer.from(publicKey.export({ format: "jwk" }).x, "base64url");
    await admin.ok("POST", "/api/banks", { id: "test-bank", name: "测试银行", payee: "市交易中心", public_key: raw.toString("hex") });
    return Object.assign(new Bank(), { origin, key: privateKey, sent: 0 });
  }
  signed(text) {
    return { "x-bank": "test-bank", "x-bank-signature": sign(null, Buffer.from(text), this.key).toString("hex") };
  }
  /** Tells of entries; what became of each. */
  async tell(entries) {
    const id = `M${++this.sent}`;
    const xml = `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.054.001.08"><BkToCstmrDbtCdtNtfctn><GrpHdr><MsgId>${id}</MsgId><CreDtTm>${this.now()}</CreDtTm></GrpHdr><Ntfctn><Id>${id}</Id>${entries.join("")}</Ntfctn></BkToCstmrDbtCdtNtfctn></Document>`;
    const response = await fetch(`${this.origin}/api/bank/notices`, { method: "POST", headers: { "content-type": "application/xml", ...this.signed(xml) }, body: xml });
    const text = await response.text();
    assert.ok(response.ok, `the bank's notice: ${response.status} ${text}`);
    return JSON.parse(text).entries.map((entry) => entry.result);
  }
  now() {
    return `${wall(Date.now()).replace(" ", "T")}.000+08:00`;
  }
  credit(reference, account, yuan, name, from) {
    return `<Ntry><Amt Ccy="CNY">${yuan}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><DtTm>${this.now()}</DtTm></BookgDt><AcctSvcrRef>${reference}</AcctSvcrRef><NtryDtls><TxDtls><RltdPties><Dbtr><Pty><Nm>${name}</Nm></Pty></Dbtr><DbtrAcct><Id><Othr><Id>${from}</Id></Othr></Id></DbtrAcct><CdtrAcct><Id><Othr><Id>${account}</Id></Othr></Id></CdtrAcct></RltdPties></TxDtls></NtryDtls></Ntry>`;
  }
  debit(order) {
    return `<Ntry><Amt Ccy="CNY">${order.yuan}</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><NtryDtls><TxDtls><Refs><EndToEndId>${order.id}</EndToEndId></Refs></TxDtls></NtryDtls></Ntry>`;
  }
  /** The orders of the next batch of refunds. */
  async fetch() {
    const [path, at] = ["/api/bank/refunds?after=0", Date.now()];
    const response = await fetch(this.origin + path, { headers: { "x-bank-at": String(at), ...this.signed(`GET ${path}\n${at}`) } });
    assert.equal(response.status, 200, "a batch is ready");
    const found = (await response.text()).matchAll(/<EndToEndId>(\w+)<\/EndToEndId>.*?<InstdAmt Ccy="CNY">([\d.]+)<.*?<Nm>(.*?)<\/Nm>/gs);
    return [...found].map(([, id, yuan, name]) => ({ id, yuan, name }));
  }
}

const shot = (page, name) => page.screenshot({ path: join(OUT, `whole-${name}.png`), fullPage: true });
async function shotBoth(page, name) {
  await shot(page, name);
  await page.setViewportSize(PHONE);
  const { scroll, inner } = await page.evaluate(() => ({ scroll: document.documentElement.scrollWidth, inner: innerWidth }));
  assert.ok(scroll <= inner, `${name} is ${scroll} wide on a phone`);
  await shot(page, `${name}-phone`);
  await page.setViewportSize(DESKTOP);
}
const field = (page, path, control = "input") => page.locator(`[data-field="${path}"] ${control}`).first();
const inStage = (page, stage) => page.locator(`[data-testid=stage][data-stage=${stage}]`).waitFor();
const inState = (page, state) => page.locator(`[data-testid=life-step][data-state=${state}].now`).waitFor();

async function deskAct(page, action) {
  await page.locator(`[data-testid=action-${action}]:enabled`).click();
  await page.locator("dialog[open]").getByTestId("action-confirm").click();
  await page.locator("dialog[open]").waitFor({ state: "detached" });
}
/** One clerk's word in a lot's life; `fill` are the fields of its dialog. */
async function lifeAct(page, act, fill = {}) {
  await page.locator(`.act [data-testid=life-${act}]:enabled`).click();
  const dialog = page.locator("dialog[open]");
  for (const [name, text] of Object.entries(fill)) await dialog.getByTestId(`life-${name}`).fill(text);
  await dialog.getByTestId("life-confirm").click();
  await dialog.waitFor({ state: "detached" });
}
/** Two clerks say the same; the second reads what the first wrote and says yes. */
async function bothClerks(first, second, act, fill) {
  await lifeAct(first, act, fill);
  await second.reload();
  const button = second.locator(`.act [data-testid=life-${act}].primary`);
  await button.waitFor();
  await lifeAct(second, act);
}
/** A notice written by one clerk, read and published by another. */
async function notice(writer, checker, kind, title, text) {
  await writer.getByTestId("notices-open").click();
  await writer.getByTestId("notice-write").click();
  await field(writer.getByTestId("notice-form"), "kind", "select").selectOption(kind);
  for (const [name, words] of [["title-zh", title], ["title-en", `Lot ${NUMBER}: ${kind}`], ["text-zh", text], ["text-en", `Notice (${kind}) of lot ${NUMBER}.`]]) await writer.getByTestId(`notice-${name}`).fill(words);
  await writer.getByTestId("notice-save").click();
  await writer.getByTestId("notice-row").filter({ hasText: title }).waitFor();
  await checker.reload();
  await checker.getByTestId("notices-open").click();
  await checker.locator(`[data-testid=notice-row][data-kind=${kind}]`).getByTestId("notice-publish").click();
  await checker.locator("dialog[open]").getByTestId("notice-confirm").click();
  await checker.locator(`[data-testid=notice-row][data-kind=${kind}]`).getByText("深土交告").waitFor();
}
const inCase = (page, status) => page.locator(`[data-testid=case-status][data-status=${status}]`).first().waitFor();
/** Fills in a case that has been chosen, and files it. */
async function fileCase(page, form, material, name) {
  await page.getByTestId("case-begin").click();
  for (const [key, text] of Object.entries(form)) {
    const input = page.locator(`[name=${key}]`);
    await (key === "person" ? input.selectOption(text) : input.fill(text));
  }
  await page.getByTestId(`file-${material}`).setInputFiles(pdf(name));
  await page.getByTestId("file").filter({ hasText: name }).waitFor();
  await page.getByTestId("case-file").click();
  await inCase(page, "filed");
  return new URL(page.url()).pathname;
}
async function caseAct(page, act, note, granted) {
  await page.getByTestId(`act-${act}`).click();
  const dialog = page.locator("dialog[open]");
  if (granted) await dialog.getByTestId("outcome-granted").check();
  if (note) await dialog.getByTestId("act-note").fill(note);
  await dialog.getByTestId("act-confirm").click();
  await dialog.waitFor({ state: "detached" });
}
/** The first officer brings the only case of his inbox as far as he may, the second ends it. */
async function decide(first, second, path, { two }) {
  await first.goto("/inbox");
  await first.getByTestId("inbox-row").getByRole("link").first().click();
  assert.equal(await first.waitForURL(`**${path}`).then(() => new URL(first.url()).pathname), path);
  await caseAct(first, "accept");
  await caseAct(first, "forward", "材料齐全，拟同意");
  if (two) {
    await caseAct(first, "propose", "符合条件", true);
    await inCase(first, "proposed");
  }
  await second.goto(path);
  await (two ? caseAct(second, "confirm", "同意") : caseAct(second, "decide", "符合登记条件", true));
  await inCase(second, "decided");
}
/** The same over REST, for one who needs no page of his own here. */
async function register(bidder, name, credit_code) {
  const form = { person: "legal", name, credit_code, contact: "李先生 0755-82000001", bank_account: "62220002" };
  const { id } = await bidder.ok("POST", "/api/cases", { item: "BIDDER-REGISTRATION", form });
  const sent = await fetch(`${bidder.origin}/api/cases/${id}/materials/identity?name=a.pdf`, { method: "PUT", headers: { authorization: `Bearer ${bidder.token}` }, body: PDF });
  assert.ok(sent.ok, await sent.text());
  const say = (who, act) => who.ok("POST", `/api/cases/${id}/acts`, act);
  await say(bidder, { act: "file" });
  await say(people["officer-1"], { act: "accept" });
  await say(people["officer-1"], { act: "forward", note: "" });
  await say(people["officer-1"], { act: "decide", outcome: "granted", note: "" });
}
async function bid(page, amount) {
  await page.getByTestId("bid-input").fill(amount);
  await page.getByTestId("bid-submit").click();
  await page.locator("dialog[open]").getByTestId("bid-confirm").click();
  await page.getByTestId("accepted").filter({ hasText: formatted(amount) }).waitFor();
  await page.locator("[data-testid=position][data-position=leading]").waitFor();
}
/** Applies on the lot's page and asks for the account to pay into. */
async function apply(page, login, lot, from) {
  await page.goto(`/lots/${lot}`);
  await page.locator("[data-testid=apply]:enabled").click();
  await page.locator(".apply").getByText("等待中心审核").waitFor();
  await page.locator(".dossier .ol-viewport").waitFor();
  await page.goto("/me");
  await page.locator("form.ask input").fill(from);
  await page.getByTestId("ask-account").click();
  await page.getByTestId("deposit").waitFor();
  const [mine] = await people[login].ok("GET", "/api/me/deposits");
  return mine;
}

test("a land lot lives from its filing to its registration", { timeout: 300_000 }, () => house.story("whole", async () => {
  const logins = ["clerk-a", "clerk-b", "officer-1", "officer-2", "东山实业公司", "北山投资公司", "supervisor"];
  const pages = [...(await Promise.all(logins.map((login) => house.member(login)))), await house.visitor()];
  const [a, b, first, second, east, north, watch, visitor] = pages;
  const heard = pages.map(complaints);

  // Clerk A writes the lot from a published profile, its phases cut to seconds.
  await a.goto("/desk/new?profile=guangdong_5min");
  for (const [testid, text] of [["number", NUMBER], ["location", "南山区科技园高新中一道"], ["title-zh", "南山区科技园商业用地使用权"], ["title-en", "Commercial land, Science Park, Nanshan"], ["grantor", "市规划和自然资源局"]]) await a.getByTestId(`draft-${testid}`).fill(text);
  await field(a, "kind", "select").selectOption("commercial_land");
  await field(a, "area_m2").fill("5000");
  await a.locator("fieldset.row").nth(1).getByRole("button", { name: "删除" }).click();
  const lasts = async (path, seconds) => {
    await field(a, path, "select").selectOption("seconds");
    await field(a, path).fill(String(seconds));
  };
  await lasts("terms.phases.0.length_ms", FREE_S);
  await lasts("terms.phases.1.period_ms", PERIOD_S);
  await lasts("terms.phases.1.extension.period_ms", PERIOD_S);
  await field(a, "terms.phases.1.entry", "select").selectOption("qualified");
  await field(a, "terms.reserve_mode", "select").selectOption("none");
  await shot(a, "01-draft");
  await a.getByTestId("draft-save").click();
  await inStage(a, "draft");
  const lot = new URL(a.url()).pathname.split("/").at(-1);
  assert.equal((await people["clerk-a"].ok("GET", `/api/desk/lots/${lot}`)).draft.terms.start_price, START);

  // Its deposit terms, its file with the boundary, and the plan.
  const terms = a.getByTestId("deposit-terms");
  await terms.locator("select").selectOption("test-bank");
  await terms.locator(".el-input__inner").fill(wall(Date.now() + HOUR_MS));
  await a.keyboard.press("Enter");
  await terms.locator("button[type=submit]:enabled").click();
  await terms.getByText("市交易中心").first().waitFor();
  // A lot without terms answers 404, and the browser logs it.
  assert.ok(heard[0].splice(0).every((said) => said.endsWith("/deposit")), "and nothing else");
  await a.getByTestId("file-write").click();
  await a.getByTestId("file-use").selectOption("commercial");
  await a.getByTestId("file-term").fill("40");
  await field(a.getByTestId("file-form"), "review", "select").selectOption("post");
  await field(a, "parcel_code").fill("440305001002GB00012");
  await field(a, "plot_ratio").fill("3.5");
  await a.getByTestId("boundary-import").click();
  await a.getByTestId("boundary-text").fill(CORNERS);
  await a.getByTestId("boundary-use").click();
  await a.getByTestId("file-save").click();
  await a.locator(".documents input[type=file]").setInputFiles(pdf("出让方案"));
  await a.locator(".documents button[type=submit]:enabled").click();
  await a.locator(".documents").getByRole("button", { name: "出让方案" }).waitFor();
  await shot(a, "02-file");

  // Clerk B checks; A asks for the filing and files the case; two officers grant it.
  await b.goto(`/desk/${lot}`);
  await deskAct(b, "check");
  await a.reload();
  await lifeAct(a, "ask_filing");
  await inState(a, "filing_asked");
  assert.ok(await a.getByTestId("life-file").isDisabled(), "nobody has decided yet");
  await a.getByTestId("life-case").click();
  const filing = await fileCase(a, { summary: "经集体决策，挂牌出让，起始价一亿元" }, "plan", "出让方案");
  await shot(a, "03-filing");
  await decide(first, second, filing, { two: true });
  await shot(second, "04-officer");
  await a.goto(`/desk/${lot}`);
  await lifeAct(a, "file");
  await notice(a, b, "grant", `${NUMBER}宗地使用权挂牌出让公告`, "根据《招标拍卖挂牌出让国有建设用地使用权规定》，现公开挂牌出让一宗商业用地使用权。\n竞买人须先登记，再提出竞买申请并缴纳保证金。");
  await a.reload();
  await lifeAct(a, "announce");
  await inState(a, "announced");
  await shot(a, "05-announced");

  // One bidder registers through the pages, the other is registered already.
  await east.goto("/cases/new?item=BIDDER-REGISTRATION");
  const registration = await fileCase(east, { person: "legal", name: "东山实业公司", credit_code: "91440300708461136T", contact: "王小姐 0755-82000000", bank_account: "62220001" }, "identity", "营业执照");
  await decide(first, second, registration, { two: false });
  await register(people["北山投资公司"], "北山投资公司", "9144030071526726XG");
  await visitor.goto(`/lots/${lot}`);
  await inStage(visitor, "announced");
  await shotBoth(visitor, "06-lot-announced");

  // They apply, are given accounts, and pay: one in two parts, one from a stranger's account first.
  const [easts, norths] = [await apply(east, "东山实业公司", lot, "62220001"), await apply(north, "北山投资公司", lot, "62220002")];
  assert.deepEqual(await bank.tell([bank.credit("R1", easts.account, "15000000.00", easts.payer_name, "62220001")]), ["counted"]);
  await a.locator("[data-testid=application-row]").nth(1).waitFor();
  const admit = (no) => a.getByTestId("application-row").filter({ has: a.locator(`td:first-child:text-is("${no}")`) }).locator("[data-testid=action-admit]:enabled");
  assert.deepEqual(await bank.tell([
    bank.credit("R2", norths.account, DEPOSIT, "西山贸易公司", "62229999"),
    bank.credit("R3", easts.account, "5000000.00", easts.payer_name, "62220001"),
    bank.credit("R4", norths.account, DEPOSIT, norths.payer_name, "62220002"),
  ]), ["wrong_payer", "counted", "counted"]);
  await east.reload();
  await east.getByTestId("deposit").getByText("15,000,000.00").first().waitFor();
  await north.reload();
  await north.getByTestId("deposit").getByText("错转款").first().waitFor();
  await Promise.all([shotBoth(east, "07-deposit"), shotBoth(north, "08-wrong-payer")]);
  const { no: winner } = await people["东山实业公司"].ok("GET", "/api/me/applications").then((all) => all.find((one) => one.lot === lot));
  for (const no of [1, 2]) {
    await admit(no).click();
    await a.locator("dialog[open]").getByTestId("action-confirm").click();
    await a.locator("dialog[open]").waitFor({ state: "detached" });
  }

  // The floor: both bid in rooms of their own, the supervisor's wall shows it, and the hammer falls.
  for (const page of [east, north]) {
    await page.goto(`/lots/${lot}`);
    await page.locator("[data-testid=position][data-position=seated]").waitFor();
  }
  await deskAct(a, "open");
  await watch.goto("/wall");
  await watch.locator(`[data-testid=wall-lot][data-lot="${lot}"]`).waitFor();
  await bid(east, FIRST);
  await bid(north, SECOND);
  await east.locator("[data-testid=position][data-position=outbid]").waitFor();
  const bidding = Promise.all([shot(watch, "09-wall"), shot(north, "10-room")]);
  await east.locator("[data-testid=stage][data-stage=bidding]").filter({ hasText: "限时竞价" }).waitFor();
  await bid(east, LAST);
  for (const amount of [FIRST, SECOND, LAST]) await watch.locator("[data-testid=trace-row][data-kind=bid]").filter({ hasText: formatted(amount) }).waitFor();
  await bidding;
  await north.setViewportSize(PHONE);
  await shot(north, "10-room-phone");
  await north.setViewportSize(DESKTOP);
  await inStage(east, "sold");
  await east.locator("[data-testid=position][data-position=won]").waitFor();
  await east.getByTestId("outcome").getByText(formatted(LAST)).first().waitFor();
  await watch.locator("[data-testid=trace-row][data-kind=closed]").waitFor();
  await shotBoth(east, "11-won");

  const { outcome } = (await people.supervisor.ok("GET", `/api/lots/${lot}`)).state;
  assert.equal(outcome.price, LAST);

  // The winner is reviewed by two officers, and confirmed by two clerks.
  await soon(async () => (await people["clerk-a"].ok("GET", `/api/desk/lots/${lot}/life`)).state === "hammered", "the hammer in the lot's life");
  await a.reload();
  await lifeAct(a, "ask_review");
  await inState(a, "post_review");
  await east.goto("/me");
  await east.getByTestId("review-case").click();
  await east.getByTestId("item-QUALIFICATION").click();
  // What may be chosen is asked of the server; until it answers nothing is chosen.
  await soon(async () => (await east.getByTestId("subject").inputValue()) === `${lot}/${winner}`, "the application in the review's case");
  const review = await fileCase(east, { statement: "符合出让公告规定的资格条件" }, "originals", "资格证明");
  await shotBoth(east, "12-review");
  await decide(first, second, review, { two: true });
  await a.reload();
  await lifeAct(a, "confirm", { number: "深土交确〔2026〕1号" });
  assert.equal((await people["clerk-a"].ok("GET", `/api/desk/lots/${lot}/life`)).state, "post_review", "one person's word");
  await b.goto(`/desk/${lot}`);
  await lifeAct(b, "confirm");
  await inState(b, "confirmed");

  // The result is published, the contract recorded, the price paid in two parts, the title registered.
  await a.reload();
  await notice(a, b, "result", `${NUMBER}宗地使用权成交公示`, `该宗地由${outcome.paddle}号竞买人以${formatted(LAST)}元竞得。`);
  await a.reload();
  await lifeAct(a, "publish_result");
  await inState(a, "publicity");
  await a.getByTestId("contract-case").click();
  await soon(async () => (await a.getByTestId("subject").inputValue()) === lot, "the lot in the contract's case");
  const contract = await fileCase(a, { contract_no: "深地合字〔2026〕0412号", signed_on: wall(Date.now()).slice(0, 10) }, "contract", "出让合同");
  await decide(first, second, contract, { two: false });
  await a.goto(`/desk/${lot}`);
  await lifeAct(a, "contract", { number: "深地合字〔2026〕0412号" });
  await inState(a, "contracted");
  const paid_on = wall(Date.now()).slice(0, 10);
  await bothClerks(a, b, "pay", { "paid-on": paid_on, receipt: "S-0001" });
  await b.getByText(`${paid_on} · S-0001`).waitFor();
  await a.reload();
  await shot(a, "13-contracted");
  await bothClerks(a, b, "pay", { "paid-on": paid_on, receipt: "S-0002" });
  await inState(b, "paid");
  await a.reload();
  await lifeAct(a, "register", { number: "粤（2026）深圳市不动产权第0000412号" });
  await a.locator("[data-testid=life-step][data-state=registered]:not(.later)").waitFor();
  await shot(a, "14-registered");

  // The loser's deposit goes back: made by one clerk, checked by another, fetched and paid by the bank.
  const refund = (page) => page.getByRole("row").filter({ hasText: "未竞得" });
  await a.goto("/desk/deposits?view=refunds");
  await refund(a).getByRole("button", { name: "经办" }).click();
  await refund(a).getByText("待复核").waitFor();
  assert.ok(await refund(a).getByRole("button", { name: "复核" }).isDisabled(), "not by her own word");
  await b.goto("/desk/deposits?view=refunds");
  await refund(b).getByRole("button", { name: "复核" }).click();
  await refund(b).getByText("待发送").waitFor();
  const orders = await bank.fetch();
  assert.deepEqual(orders.map(({ name, yuan }) => [name, yuan]), [[norths.payer_name, DEPOSIT]]);
  assert.deepEqual(await bank.tell(orders.map((order) => bank.debit(order))), ["paid"]);
  await b.reload();
  await refund(b).getByText("已退还").waitFor();
  await b.getByTestId("balances").getByText("借贷平衡").waitFor();
  const balances = await people["clerk-b"].ok("GET", "/api/desk/deposits/balances");
  assert.equal(balances.sum, "0.00");
  const of = Object.fromEntries(balances.items.map(({ ledger, amount }) => [ledger, amount]));
  assert.deepEqual([of.bank, of.held, of.earnest, of.payable], ["40000000.00", "0.00", `-${DEPOSIT}`, `-${DEPOSIT}`], "the winner's earnest, and the stranger's money still due back");
  await shot(b, "15-ledger");
  await east.goto("/me");
  await east.locator("[data-testid=deposit] [data-state=earnest]").waitFor();
  await shotBoth(east, "16-earnest");
  await north.goto("/me");
  await north.locator("[data-testid=deposit]").getByText("已退还").first().waitFor();
  await shotBoth(north, "17-refunded");

  // The public reads the result.
  await visitor.goto("/notices");
  await visitor.locator("[data-testid=notice-row][data-kind=result]").filter({ hasText: NUMBER }).waitFor();
  await shotBoth(visitor, "18-notices");
  await visitor.locator("[data-testid=notice-row][data-kind=result]").getByRole("link").first().click();
  await visitor.getByText(formatted(LAST)).waitFor();
  await shotBoth(visitor, "19-result");
  await visitor.goto(`/lots/${lot}`);
  await inStage(visitor, "sold");
  await shotBoth(visitor, "20-lot-sold");

  // The audit trail is whole: no row is missing, and every deed of the story is in it.
  const trail = [];
  for (let before_n; ; ) {
    const page = await people.supervisor.ok("GET", `/api/audit${before_n ? `?before_n=${before_n}` : ""}`);
    trail.push(...page.items);
    before_n = page.before_n;
    if (!before_n) break;
  }
  assert.deepEqual(trail.map((row) => row.n), trail.map((_, i) => trail.length - 1 - i), "no gap from the first row to the last");
  assert.equal(new Set(trail.map((row) => row.hash)).size, trail.length);
  const done = (action) => [...new Set(trail.filter((row) => row.action === action && row.status < 300).map((row) => row.login))].sort();
  assert.deepEqual(done("POST /api/desk/lots/{id}/check"), ["clerk-b"]);
  assert.deepEqual(done("POST /api/desk/lots/{id}/life/{act}"), ["clerk-a", "clerk-b"]);
  assert.deepEqual(done("POST /api/desk/notices/{id}/publish"), ["clerk-b"]);
  assert.deepEqual(done("POST /api/desk/refunds/{id}/make"), ["clerk-a"]);
  assert.deepEqual(done("POST /api/desk/refunds/{id}/check"), ["clerk-b"]);
  // Bidders' acts are on record; who they are is not told here.
  const bidders = trail.filter((row) => row.role === "bidder");
  assert.equal(bidders.filter((row) => row.action === "POST /api/lots/{id}/applications" && row.status < 300).length, 2);
  assert.ok(bidders.every((row) => row.login === undefined && row.account === undefined));
  assert.deepEqual(done("POST /api/cases/{id}/acts").filter(Boolean), ["clerk-a", "officer-1", "officer-2"]);
  assert.equal(trail.filter((row) => row.action === "POST /api/bank/notices" && row.status === 200).length, bank.sent);
  await watch.goto("/audit");
  await watch.locator("[data-testid=audit-row][data-action='POST /api/desk/refunds/{id}/check']").first().waitFor();
  await shot(watch, "21-audit");
  // OpenLayers warns once where a page is resized or left while its plan is being drawn; the plan is there afterwards.
  const isPlan = (line) => line.startsWith("warning: No map visible");
  assert.deepEqual(heard.flatMap((lines, i) => lines.filter((line) => !isPlan(line)).map((line) => `${logins[i] ?? "visitor"}: ${line}`)), []);
}));
