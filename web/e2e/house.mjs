// A server of one's own, the people of a test, and their browsers.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const SUNBID = process.env.SUNBID ?? fileURLToPath(new URL("../../target/release/sunbid", import.meta.url));
const CHROMIUM = process.env.CHROMIUM || "/usr/bin/chromium";
const OUT = fileURLToPath(new URL("./out/", import.meta.url));
const PASSWORD = "a-password-for-tests";
/** What somebody else chose; its owner changes it first of all. A rehearsal's people need not. */
const GIVEN = "given-by-somebody-else";
const DEMO_PASSWORD = "sunbid-demo";
/** Nothing here takes longer; a test that waits so long has failed. */
export const PATIENCE_MS = 30_000;
export const DESKTOP = { width: 1440, height: 900 };
export const PHONE = { width: 390, height: 844 };
export const SMALL_PHONE = { width: 360, height: 740 };

/** Looks until there is something to see. */
export async function soon(look, what = "it") {
  const since = performance.now();
  for (;;) {
    const seen = await look();
    if (seen) return seen;
    assert.ok(performance.now() - since < PATIENCE_MS, `${what} never came`);
    await new Promise((again) => setTimeout(again, 20));
  }
}

/** Collects what a visitor's page complains of. */
export function complaints(page) {
  const heard = [];
  page.on("pageerror", (error) => heard.push(`error: ${error}`));
  page.on("console", (said) => ["error", "warning"].includes(said.type()) && heard.push(`${said.type()}: ${said.text()} ${said.location().url}`));
  page.on("response", (answer) => answer.status() >= 400 && heard.push(`${answer.status()} ${answer.request().method()} ${answer.url()}`));
  page.on("requestfailed", (request) => {
    // What a page leaves behind when it is left is not its failure.
    if (request.failure()?.errorText !== "net::ERR_ABORTED") heard.push(`failed: ${request.url()} ${request.failure()?.errorText}`);
  });
  return heard;
}

/** Starts a server and a browser. `close` ends both. In a rehearsal legal minimum periods only warn; a demonstration has its own people. */
export async function openHouse({ rehearsal = false, demo = false } = {}) {
  const dir = await mkdtemp(join(tmpdir(), "sunbid-e2e-"));
  const [data, port_file] = [join(dir, "data"), join(dir, "port")];
  const given = demo ? DEMO_PASSWORD : GIVEN;
  let server, gone, stopped;
  /** Begins the server on its folder; where it listens. */
  async function begin() {
    await rm(port_file, { force: true });
    const child = spawn(SUNBID, ["serve", ...(demo ? [] : ["--no-demo"]), "--listen", "127.0.0.1:0", "--data", data, "--port-file", port_file, ...(rehearsal ? ["--rehearsal"] : [])], {
      env: { ...process.env, SUNBID_ADMIN: `admin:${given}`, SUNBID_SECOND_ADMIN: `admin2:${given}`, RUST_LOG: "warn" },
      stdio: ["ignore", "ignore", "inherit"],
    });
    [server, stopped] = [child, undefined];
    gone = new Promise((resolve) => child.once("error", resolve).once("close", (code, signal) => resolve(signal ?? `code ${code}`)));
    void gone.then((why) => server === child && (stopped = why));
    return soon(async () => {
      assert.equal(stopped, undefined, `the server ${SUNBID} stopped before it was ready`);
      return (await readFile(port_file, "utf8").catch(() => "")).trim();
    }, "the server");
  }
  let browser;
  const doors = [];

  /** Ends the server as a power cut does and begins it on the same folder, at another address. */
  async function again() {
    server.kill("SIGKILL");
    await gone;
    house.stands(await begin());
  }

  let house;
  async function close() {
    await browser?.close();
    for (const door of doors) door.close();
    server?.kill("SIGKILL");
    await gone;
    await rm(dir, { recursive: true, force: true });
  }

  try {
    const host = await begin();
    browser = await chromium.launch({
      executablePath: CHROMIUM,
      headless: true,
      args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
    });
    house = new House(host, browser, doors, { close, again, stopped: () => stopped, data }, demo ? DEMO_PASSWORD : PASSWORD);
    if (!demo) for (const login of ["admin", "admin2"]) await house.newcomer(login);
    return house;
  } catch (failed) {
    await close();
    throw failed;
  }
}

class House {
  constructor(host, browser, doors, server, password) {
    this.stands(host);
    this.browser = browser;
    this.doors = doors;
    Object.assign(this, server);
    this.password = password;
  }

  stands(host) {
    this.host = host;
    this.origin = `http://${host}`;
  }

  async signIn(login) {
    const { token } = await new Person(this.origin).ok("POST", "/api/session", { login, password: this.password });
    return new Person(this.origin, token);
  }

  /** Somebody whose account was just made, with a password of his own. */
  async newcomer(login) {
    const { token } = await new Person(this.origin).ok("POST", "/api/session", { login, password: GIVEN });
    const own = await new Person(this.origin, token).ok("POST", "/api/me/password", { old: GIVEN, password: this.password });
    return new Person(this.origin, own.token);
  }

  /** A new person of a role, signed in over REST. */
  async person(login, role, { agency_id, duties } = {}) {
    await this.made(login, role, { agency_id, duties });
    return this.newcomer(login);
  }

  /** An account of a role whose password somebody else knows. */
  async made(login, role, { agency_id, duties } = {}) {
    const admin = await this.signIn("admin");
    const [center] = await admin.ok("GET", "/api/centers");
    const center_id = role === "clerk" ? center.id : null;
    const step = await admin.ok("POST", "/api/accounts", { login, password: GIVEN, name: login, role, center_id, agency_id, duties });
    // Staff come to be by a second administrator's word.
    if (step.proposal) await (await this.signIn("admin2")).ok("POST", `/api/staff-proposals/${step.proposal}/grant`, {});
    return GIVEN;
  }

  /** A page in a browser context of its own, in the words of `language`. */
  async visitor({ origin = this.origin, viewport = DESKTOP, language = "zh-CN", ...more } = {}) {
    const context = await this.browser.newContext({ baseURL: origin, viewport, reducedMotion: "reduce", ...more });
    context.setDefaultTimeout(PATIENCE_MS);
    await context.addInitScript((chosen) => localStorage.setItem("sunbid.language", chosen), language);
    return context.newPage();
  }

  /** The same, signed in through the login page. */
  async member(login, options) {
    const page = await this.visitor(options);
    await page.goto("/login");
    await page.getByTestId("login-name").fill(login);
    await page.getByTestId("login-password").fill(this.password);
    await page.getByTestId("login-submit").click();
    await page.getByTestId("sign-out").waitFor();
    return page;
  }

  /**
   * A line to the server that can go dead without a word: nothing passes, nothing closes.
   * What was begun in the dark stays dead after `mend`, as when a phone changes networks.
   */
  async line() {
    const [host, port] = this.host.split(":");
    const alive = new Set();
    let dark = false;
    const door = createServer((near) => {
      near.on("error", () => near.destroy());
      if (dark) return void near.pause();
      const far = connect(Number(port), host);
      const pair = [near, far];
      alive.add(pair);
      const end = () => {
        alive.delete(pair);
        near.destroy();
        far.destroy();
      };
      near.pipe(far);
      far.pipe(near);
      for (const side of pair) side.on("error", end).on("close", () => !pair.silent && end());
    });
    await new Promise((ready) => door.listen(0, "127.0.0.1", ready));
    this.doors.push(door);
    return {
      origin: `http://127.0.0.1:${door.address().port}`,
      cut() {
        dark = true;
        for (const pair of alive) {
          pair.silent = true;
          for (const side of pair) side.unpipe().pause();
        }
      },
      mend() {
        dark = false;
      },
    };
  }

  /** Opens every path at every size, in both languages. */
  async openAll(login, paths) {
    const wrong = await Promise.all(["zh-CN", "en"].map((language) => this.openIn(language, login, paths)));
    assert.deepEqual(wrong.flat(), []);
  }

  async openIn(language, login, paths) {
    const page = login ? await this.member(login, { language }) : await this.visitor({ language });
    const heard = complaints(page);
    const wrong = [];
    for (const [path, sizes = [DESKTOP, PHONE]] of paths) {
      for (const viewport of sizes) {
        await page.setViewportSize(viewport);
        await page.goto(path, { waitUntil: "networkidle" });
        await page.locator("main :is(h1, p)").first().waitFor();
        const { pathname, scroll, inner } = await page.evaluate(() => ({ pathname: location.pathname, scroll: document.documentElement.scrollWidth, inner: innerWidth }));
        if (pathname !== path.split("?")[0]) wrong.push(`${path} led to ${pathname}`);
        if (scroll > inner) wrong.push(`${path} is ${scroll} wide in ${inner} (${language})`);
        wrong.push(...heard.splice(0).map((text) => `${path} at ${inner} (${language}): ${text}`));
      }
    }
    await page.context().close();
    return wrong;
  }

  /** Runs a story; if it fails, every open page is kept as a picture. */
  async story(name, tell) {
    try {
      await tell();
    } catch (failed) {
      await mkdir(OUT, { recursive: true });
      const pages = this.browser.contexts().flatMap((context) => context.pages());
      await Promise.allSettled(pages.map((page, i) => page.screenshot({ path: join(OUT, `${name}-${i + 1}.png`), timeout: 5000 })));
      if (this.stopped()) throw new Error(`the server stopped: ${this.stopped()}`, { cause: failed });
      throw failed;
    }
  }
}

export class Person {
  constructor(origin, token) {
    this.origin = origin;
    this.token = token;
  }

  async ok(method, path, body) {
    const headers = { "content-type": "application/json", ...(this.token && { authorization: `Bearer ${this.token}` }) };
    const response = await fetch(this.origin + path, { method, headers, body: body && JSON.stringify(body) });
    const text = await response.text();
    assert.ok(response.ok, `${method} ${path}: ${response.status} ${text}`);
    return text ? JSON.parse(text) : undefined;
  }
}

/** Beijing's day. */
export const today = () => new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);

/** A draft of an ascending lot with a step of one hundred yuan. */
export function draft(number, phases, terms = {}) {
  return {
    number, kind: "equipment", title_zh: `测试标的 ${number}`, title_en: `Test lot ${number}`, location: "库房",
    description_zh: "", description_en: "", grantor: "委托方", facts: [],
    terms: {
      scale: 2, direction: "ascending", start_price: "1000.00",
      step: { rule: "at_least", bands: [{ from: "0.00", step: "100.00" }] },
      deposit: "200.00", proxy: "step", self_outbid: true, phases,
      resume: { quick_ms: 3_600_000, notice_ms: 86_400_000, restart: "timed" },
      ...terms,
    },
  };
}

/** Writes, checks and publishes a lot, the bidders seated; its id. */
export async function announceLot(writes, checks, bidders, sent) {
  const { card } = await writes.ok("POST", "/api/desk/lots", sent);
  await checks.ok("POST", `/api/desk/lots/${card.id}/check`, {});
  await writes.ok("POST", `/api/desk/lots/${card.id}/publish`, {});
  for (const bidder of bidders) {
    const { no } = await bidder.ok("POST", `/api/lots/${card.id}/applications`, {});
    await writes.ok("POST", `/api/desk/lots/${card.id}/applications/${no}/admit`, {});
  }
  return card.id;
}
