// From a complaint to a case, a decision by the published standard, and a live bid refused with its reason; a case
// that another agency takes over.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { announceLot, complaints, draft, openHouse, soon, today } from "./house.mjs";

const CODE = "91440300708461136T";
const PDF = "%PDF-1.7\n1 0 obj\n%%EOF";

let house, agency, lot, ids;
before(async () => {
  house = await openHouse();
  const admin = await house.signIn("admin");
  const [registry] = await admin.ok("GET", "/api/agencies");
  agency = await admin.ok("POST", "/api/agencies", { credit_code: "11440300MB2C12345R", name_zh: "执法支队", name_en: "Brigade", region: "440300" });
  const [writes, checks] = [await house.person("clerk-1", "clerk"), await house.person("clerk-2", "clerk")];
  const bidder = await house.person("bidder-1", "bidder");
  const officer = await house.person("officer-1", "officer", { agency_id: registry.id, duties: ["receive", "review", "decide"] });
  await house.person("enforcer-1", "officer", { agency_id: agency.id, duties: ["investigate"] });
  await house.person("enforcer-2", "officer", { agency_id: agency.id, duties: ["investigate"] });
  const head = await house.person("head", "officer", { agency_id: agency.id, duties: ["decide"] });
  const deputy = await house.person("deputy", "officer", { agency_id: agency.id, duties: ["review", "decide"] });
  const district = await admin.ok("POST", "/api/agencies", { credit_code: "11440305MB2C12345A", name_zh: "区执法大队", name_en: "District brigade", region: "440305" });
  await house.person("neighbour", "officer", { agency_id: district.id, duties: ["investigate", "decide"] });
  await house.person("supervisor", "supervisor");
  ids = Object.fromEntries((await head.ok("GET", "/api/enforcement/officers")).map((one) => [one.name, one.id]));
  const row = (grade, min, max, from, to) => ({ grade, condition_zh: "情形", condition_en: "condition", penalty: "fine", unit: "yuan", min, max, bar_months_min: from, bar_months_max: to, evidence: ["竞价记录"] });
  const standard = { code: "COLLUSION", act_zh: "恶意串通", act_en: "collusion", law: "拍卖法", article: "第六十五条", effective_from: today(), grades: [row("light", "1000", "5000", 0, 6), row("normal", "5000.01", "20000", 6, 12), row("heavy", "20000.01", "50000", 12, 36)] };
  const { written_at } = await deputy.ok("POST", "/api/enforcement/discretion", standard);
  await head.ok("POST", "/api/enforcement/discretion/COLLUSION/publish", { written_at });
  // The bidder is registered under a code, and seated on a lot that runs.
  const form = { person: "legal", name: "安企业", credit_code: CODE, contact: "张三 13800000000", bank_account: "6222000011112222" };
  const registration = await bidder.ok("POST", "/api/cases", { item: "BIDDER-REGISTRATION", form });
  const sent = await fetch(`${house.origin}/api/cases/${registration.id}/materials/identity?name=a.pdf`, { method: "PUT", body: PDF, headers: { authorization: `Bearer ${bidder.token}`, "content-type": "application/octet-stream" } });
  assert.equal(sent.status, 200);
  await bidder.ok("POST", `/api/cases/${registration.id}/acts`, { act: "file" });
  for (const act of [{ act: "accept" }, { act: "forward", note: "" }, { act: "decide", outcome: "granted", note: "" }]) await officer.ok("POST", `/api/cases/${registration.id}/acts`, act);
  lot = await announceLot(writes, checks, [bidder], draft("ZF-1", [{ kind: "open", length_ms: 3_600_000, extension: { kind: "none" } }]));
  await writes.ok("POST", `/api/desk/lots/${lot}/open`, {});
});
after(() => house?.close());

/** Does one act of a case through its form. */
async function act(page, name, fill = async () => undefined) {
  await page.getByTestId(`do-${name}`).click();
  await fill();
  await page.getByTestId("act-note").fill("依法办理");
  await page.getByTestId("act-send").click();
  await page.locator(`[data-testid=enforcement-events] [data-act=${name}]`).first().waitFor();
}

test("a complaint becomes a case, a decision keeps to the standard, and a live bid is refused with its reason", { timeout: 240_000 }, () => house.story("enforcement", async () => {
  const anyone = await house.visitor();
  const [bidder, first, second, head] = await Promise.all(["bidder-1", "enforcer-1", "enforcer-2", "head"].map((login) => house.member(login)));
  const heard = [anyone, first, second, head].map(complaints);

  // Anybody complains, and follows it without signing in.
  await anyone.goto(`/lots/${lot}`);
  await anyone.getByTestId("complain").click();
  for (const [field, text] of [["name", "李四"], ["contact", "13800000000"], ["request", "请查处串通竞买"], ["facts", "两个号牌轮流报价"]]) await anyone.getByTestId(`complaint-${field}`).fill(text);
  await anyone.getByTestId("complaint-send").click();
  await anyone.getByTestId("complaint-status").waitFor();

  // The bidder is about to bid: the sum is written, the last question is open.
  const sent = [];
  bidder.on("websocket", (socket) => socket.on("framesent", ({ payload }) => sent.push(JSON.parse(payload).type)));
  await bidder.goto(`/lots/${lot}`);
  await bidder.locator("[data-testid=bid-submit]:enabled").click();
  await bidder.locator("[data-testid=bid-confirm]:enabled").waitFor();
  const api = await house.signIn("bidder-1");
  assert.equal((await api.ok("GET", `/api/lots/${lot}/you`)).barred, undefined);

  // The officer finds the complaint by its limit, accepts it and files a case.
  await first.goto("/enforcement");
  await first.getByTestId("clock-row").first().waitFor();
  await first.getByTestId("view-complaints").click();
  const row = first.getByTestId("complaint-row");
  // What each step leads to: the next one, and the case itself, after which an investigator has nothing left to do here.
  for (const [step, leads] of [["accept", row.filter({ hasText: "已受理" })], ["open_case", row.locator("a[href^='/enforcement/cases/']")]]) {
    await first.getByTestId("complaint-open").click();
    await first.getByLabel("事由或说明").fill("属于本机关职责");
    await first.getByTestId(`complaint-${step}`).click();
    await leads.waitFor();
  }
  await first.goto("/enforcement?view=cases");
  const link = first.getByTestId("case-row").first().getByRole("link");
  const path = await link.getAttribute("href");

  // The head names two officers; they investigate and tell the party.
  await head.goto(path);
  await act(head, "assign", async () => {
    for (const name of ["enforcer-1", "enforcer-2"]) await head.getByTestId(`officer-${name}`).check();
  });
  await first.goto(path);
  await act(first, "identify", async () => {
    await first.getByTestId("party-code").fill(CODE);
    await first.getByTestId("party-name").fill("安企业");
  });
  await act(first, "date_act", () => first.getByTestId("act-on").fill(today()));
  await act(first, "inspect");
  await second.goto(path);
  await act(second, "report", () => second.getByTestId("grade-normal").check());
  await first.reload();
  await act(first, "notify");
  await act(first, "waive");

  // The picker shows the range and asks why where it is left.
  await head.reload();
  await act(head, "decide", async () => {
    assert.match(await head.getByTestId("range").innerText(), /5000\.01.*20000/);
    await head.getByTestId("amount").fill("30000");
    await head.getByTestId("deviates").waitFor();
    assert.ok(await head.getByTestId("act-send").isDisabled(), "a deviation says why");
    await head.getByTestId("amount").fill("20000");
    await head.getByTestId("bar-months").fill("12");
    await head.getByTestId("deviates").waitFor({ state: "detached" });
    await head.getByTestId("reason").fill("影响成交结果");
  });
  assert.match(await head.getByTestId("case-status").innerText(), /已决定/);
  await first.reload();
  await act(first, "serve");

  // At once: his page says so with the record's reason, and neither a click nor Enter sends his bid.
  await bidder.getByTestId("barred").getByText("BARRED_BY_RECORD").waitFor();
  await bidder.locator("[data-testid=bid-confirm]:disabled").waitFor();
  await bidder.keyboard.press("Enter");
  await bidder.keyboard.press("Escape");
  await bidder.locator("[data-testid=bid-submit]:disabled").waitFor();
  assert.ok(sent.includes("hello") && !sent.includes("bid"), `sent: ${sent}`);

  // The floor refuses him with its code, should his program ask all the same.
  await soon(async () => (await api.ok("GET", `/api/lots/${lot}/you`)).barred, "the bar");
  const refusal = await bidder.evaluate(async ({ lot, token }) => new Promise((told) => {
    const socket = new WebSocket(`ws://${location.host}/api/socket`);
    socket.onopen = () => socket.send(JSON.stringify({ type: "hello", token }));
    socket.onmessage = ({ data }) => {
      const frame = JSON.parse(data);
      if (frame.type === "welcome") socket.send(JSON.stringify({ type: "bid", lot, key: crypto.randomUUID(), amount: "1000.00" }));
      if (frame.type === "reply") told(frame);
    };
  }), { lot, token: api.token });
  assert.equal(refusal.code, "BARRED", JSON.stringify(refusal));
  assert.match(refusal.zh, /信用记录/);
  assert.deepEqual(heard.flat(), []);
}));

test("a case is filed on its page, decided on the spot, and a standard written there is published as it was read", { timeout: 180_000 }, () => house.story("filing", async () => {
  const [first, second, head, deputy] = await Promise.all(["enforcer-1", "enforcer-2", "head", "deputy"].map((login) => house.member(login)));
  // What is wrong is said beside its field, and what was typed stays.
  await first.goto("/enforcement");
  await first.getByTestId("case-file").click();
  for (const [field, text] of [["title", "踏勘未登记"], ["facts", "现场检查发现"], ["code", `${CODE.slice(0, -1)}X`], ["name", "安企业"]]) await first.getByTestId(`filing-${field}`).fill(text);
  await first.getByTestId("act-on").fill(today());
  await first.getByTestId("filing-send").click();
  await first.locator("[data-field='party.code'] [role=alert]").waitFor();
  await first.getByTestId("filing-code").fill(CODE);
  await first.getByTestId("filing-send").click();
  await first.getByTestId("case-status").waitFor();

  // Too much for the spot is refused in the server's words; within the cap it is served at once.
  await first.getByTestId("do-on_the_spot").click();
  await first.getByTestId("grade-light").check();
  await first.getByTestId("amount").fill("3001");
  await first.getByTestId("reason").fill("当场改正");
  await first.getByTestId("act-note").fill("当场交付决定书");
  await first.getByTestId("act-send").click();
  await first.getByText("ON_THE_SPOT_CAP").waitFor();
  await first.getByTestId("amount").fill("1000");
  await first.getByTestId("act-send").click();
  await first.locator("[data-act=on_the_spot]").waitFor();
  assert.match(await first.getByTestId("case-status").innerText(), /已送达/);
  // Who was there says so before the agency takes it on its file.
  await second.goto(new URL(first.url()).pathname);
  await act(second, "confirm");
  await head.goto(new URL(first.url()).pathname);
  await act(head, "put_on_file");

  // One writes the standard, another reads all of it and publishes.
  await deputy.goto("/discretion");
  await deputy.getByTestId("standard-write").click();
  for (const [field, text] of [["code", "SITE-VISIT"], ["act-zh", "未按规定登记踏勘"], ["act-en", "site visit not registered"], ["law", "拍卖法"], ["article", "第六十条"]]) await deputy.getByTestId(`standard-${field}`).fill(text);
  for (const grade of ["none", "below", "light", "normal", "heavy"]) {
    await deputy.getByTestId(`condition-zh-${grade}`).fill("情形");
    await deputy.getByTestId(`condition-en-${grade}`).fill("condition");
    await deputy.getByTestId(`evidence-${grade}`).fill("现场记录");
  }
  await deputy.getByTestId("min-normal").fill("500");
  await deputy.getByTestId("standard-save").click();
  await deputy.locator("[data-field='grades.3.max'] [role=alert]").waitFor();
  await deputy.getByTestId("max-normal").fill("1000");
  await deputy.getByTestId("standard-save").click();
  await deputy.getByTestId("standard-draft").waitFor();
  await head.goto("/discretion");
  const draft = head.getByTestId("standard-draft");
  assert.match(await draft.innerText(), /未按规定登记踏勘[^]*500 至 1000/);
  await draft.getByRole("button", { name: "发布" }).click();
  await head.getByTestId("standard").filter({ hasText: "SITE-VISIT" }).waitFor();
}));

test("a case is handed to another agency, sent back, and handed on until it is acknowledged", { timeout: 240_000 }, () => house.story("handover", async () => {
  const { id } = await (await house.signIn("enforcer-1")).ok("POST", "/api/enforcement/cases", { title: "涉嫌串通", facts: "两个号牌轮流报价", party: { kind: "entity", code: CODE, name: "安企业" } });
  const [investigator, head, neighbour] = await Promise.all(["enforcer-1", "head", "neighbour"].map((login) => house.member(login)));
  const heard = [investigator, head, neighbour].map(complaints);
  const path = `/enforcement/cases/${id}`;
  const handOver = async () => {
    await head.goto(path);
    await head.getByTestId("hand-to").selectOption({ label: "区执法大队" });
    await head.getByTestId("transfer-note").fill("违法行为发生地在该区");
    await head.getByTestId("hand-over").click();
    await head.locator("[data-testid=handover][data-status=sent]").waitFor();
  };
  const answer = async (word) => {
    await neighbour.goto("/enforcement?view=handovers");
    await neighbour.getByTestId("handover-note").fill("收悉");
    await neighbour.getByTestId(`handover-${word}`).click();
    await neighbour.getByTestId("handover-row").waitFor({ state: "detached" });
  };

  // An investigator is told who hands cases on.
  await investigator.goto(path);
  await investigator.getByTestId("transfer-note").fill("违法行为发生地在该区");
  assert.ok(await investigator.getByTestId("hand-over").isDisabled());

  await handOver();
  await answer("return");
  await head.reload();
  await head.locator("[data-testid=handover][data-status=returned]").waitFor();
  await handOver();
  await answer("acknowledge");

  // Now it is theirs, with a team of theirs to be named.
  await neighbour.goto(path);
  await neighbour.locator("[data-testid=enforcement-events] [data-act=acknowledged]").waitFor();
  await neighbour.getByTestId("do-assign").waitFor();
  await neighbour.goto("/enforcement?view=cases");
  await neighbour.getByTestId("case-row").first().waitFor();
  // What is not the brigade's any more, it does not read.
  await assert.rejects((await house.signIn("head")).ok("GET", `/api/enforcement/cases/${id}`), /404/);
  assert.deepEqual(heard.flat(), []);
  for (const page of [investigator, head, neighbour]) await page.context().close();
}));

test("enforcement pages stand at every width in both languages", { timeout: 180_000 }, async () => {
  await house.openAll("", [["/discretion"], [`/lots/${lot}/complain`]]);
  await house.openAll("enforcer-1", [["/enforcement"], ["/enforcement?view=cases"], ["/enforcement?view=tasks"], ["/enforcement?view=complaints"], ["/enforcement?view=handovers"], ["/enforcement/new"]]);
  await house.openAll("deputy", [["/discretion/write"]]);
  await house.openAll("supervisor", [["/precision"], ["/enforcement"]]);
});
