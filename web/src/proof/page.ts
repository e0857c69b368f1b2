// verify.html: a receipt checked by a file of one's own, offline. Everything is said in both languages at once.
import { formatted } from "@/use/money";
import { dateTime, timeMs } from "@/use/time";
import en from "@/words/areas/proof.en";
import zh from "@/words/areas/proof.zh";
import { readEntry } from "./entry";
import { taken } from "./file";
import { checkReceipt, Fault, TEXT_CHARS_MAX } from "./receipt.js";

const element = <Kind extends HTMLElement>(id: string) => document.getElementById(id) as Kind;
const receipt = element<HTMLTextAreaElement>("receipt");
const key = element<HTMLInputElement>("key");
const witnesses = element<HTMLTextAreaElement>("witnesses");
const verdict = element<HTMLElement>("verdict");

type Words = { [name: string]: string | Words };
type Both = readonly [zh: string, en: string];

/** A word of the area `proof` in both languages. */
function both(name: string): Both {
  const find = (words: Words) => name.split(".").reduce<string | Words | undefined>((at, part) => (typeof at === "object" ? at[part] : undefined), words);
  return [String(find(zh) ?? name), String(find(en) ?? name)];
}

function make(tag: string, text = "", attributes: Record<string, string> = {}): HTMLElement {
  const made = document.createElement(tag);
  made.textContent = text;
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

/** The Chinese, and the English smaller after it. */
function said([chinese, english]: Both, tag = "p"): HTMLElement {
  const made = make(tag, chinese);
  made.append(" ", make("span", english, { lang: "en" }));
  return made;
}

for (const place of document.querySelectorAll<HTMLElement>("[data-say]")) place.replaceChildren(...said(both(place.dataset.say!)).childNodes);

function show(good: boolean, ...parts: HTMLElement[]) {
  const head = said(both(good ? "verified" : "refused"), "h2");
  head.prepend(good ? "✓ " : "✕ ");
  verdict.className = good ? "good" : "bad";
  verdict.dataset.verdict = good ? "verified" : "refused";
  verdict.replaceChildren(head, ...parts);
  verdict.hidden = false;
  verdict.focus();
}

async function check() {
  const kept = taken(receipt.value);
  const given = key.value.trim();
  const log = given || kept.key;
  if (!log) return refuse("verify.no_key");
  // The file's own key is shown where it can be compared, and marked for what it is.
  const warning = given ? [] : [make("code", log), said(both("verify.from_file"))];
  for (const part of warning) part.classList.add("warning");
  try {
    const known = witnesses.value.split("\n").map((line) => line.trim()).filter(Boolean);
    const checked = await checkReceipt(kept.receipt, { log, witnesses: known });
    show(true, said(both("verify.means")), ...warning, facts(checked));
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown;
    refuse(`fault.${thrown.code}`, thrown.code);
  }
}

function refuse(name: string, code?: string) {
  show(false, said(both(name)), ...(code ? [said([`${zh.verify.code} ${code}`, ""], "p")] : []));
  verdict.dataset.code = code ?? "";
}

function facts({ entry, index, checkpoint, cosignatures }: Awaited<ReturnType<typeof checkReceipt>>): HTMLElement {
  const { line, at, lot, seq, paddle, amount } = readEntry(entry);
  const seen = cosignatures.map(({ name, at }) => `${name}, ${dateTime(at * 1000)}`).join("; ");
  const rows: [string, string | undefined][] = [
    ["paddle", paddle?.toString()],
    ["amount", amount === undefined ? undefined : formatted(amount)],
    ["at", at === undefined ? undefined : `${dateTime(at).slice(0, 10)} ${timeMs(at)}`],
    ["lot", lot],
    ["seq", seq?.toString()],
    ["index", String(index)],
    ["size", String(checkpoint.size)],
    ["origin", checkpoint.origin],
    ["witnesses", seen || both("entry.no_witness").join(" ")],
    ["line", line],
  ];
  const list = make("dl");
  for (const [name, value] of rows) if (value !== undefined) list.append(said(both(`entry.${name}`), "dt"), make("dd", value, { "data-fact": name }));
  return list;
}

async function read(file: File | undefined) {
  if (!file) return;
  // More is no receipt; the verifier says so of the part that is read.
  receipt.value = await file.slice(0, TEXT_CHARS_MAX + 1).text();
  await check();
}

element("form").addEventListener("submit", (event) => {
  event.preventDefault();
  void check();
});
element<HTMLInputElement>("file").addEventListener("change", (event) => void read((event.target as HTMLInputElement).files?.[0]));
document.addEventListener("dragover", (event) => event.preventDefault());
document.addEventListener("drop", (event) => {
  event.preventDefault();
  void read(event.dataTransfer?.files[0]);
});
