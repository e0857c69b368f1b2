// 申请表: an application form built from its item's fields, and what may be said of it before the server has.
import type { CaseForm, Field, Member } from "@/api/types";

/** The server takes no larger file; saying so first spares the upload. */
export const FILE_BYTES_MAX = 20 * 1024 * 1024;
/** What may be chosen for upload; the server judges by the content. */
export const FILE_KINDS = ".pdf,.jpg,.jpeg,.png,.doc,.docx,.xlsx,.zip";
const CODE_CHARS = 18;

export type Hint = "number" | "date" | "code" | "choice" | "members_few" | "members_member" | "members_twice" | "members_sum";

/** Every field with a value to type into, be it empty. */
export function formOf(fields: Field[], kept: CaseForm): CaseForm {
  return Object.fromEntries(
    fields.map(({ name, kind }) => [name, kind === "members" ? (Array.isArray(kept[name]) ? kept[name].map((member) => ({ ...member })) : []) : (kept[name] ?? "")]),
  );
}

export const isEmpty = (value: CaseForm[string] | undefined) => value === undefined || value.length === 0 || (typeof value === "string" && value.trim() === "");

const isCode = (text: string) => text.length === CODE_CHARS && /^[0-9A-Z]+$/.test(text);

function isDay(text: string): boolean {
  const at = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : NaN;
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
}

/** A share in hundredths of a percent; none when it does not read as one. */
function hundredths(share: string): number | undefined {
  const [, whole, part = ""] = /^(\d{1,3})(?:\.(\d{1,2}))?$/.exec(share.trim()) ?? [];
  return whole === undefined ? undefined : Number(whole) * 100 + Number(part.padEnd(2, "0"));
}

export interface Shares {
  /** Of all members together, e.g. "99.99". */
  sum: string;
  /** What is missing to 100, negative when there is too much. */
  rest: string;
  whole: boolean;
}

/** The members' shares together; one that does not read as a share counts nothing. */
export function shares(members: Member[]): Shares {
  const sum = members.reduce((so_far, { share }) => so_far + (hundredths(share) ?? 0), 0);
  const text = (amount: number) => (amount / 100).toFixed(2).replace(/\.?0+$/, "");
  return { sum: text(sum), rest: text(10_000 - sum), whole: sum === 10_000 };
}

function membersHint(members: Member[]): Hint | undefined {
  if (members.length < 2) return "members_few";
  if (members.some(({ name, code, share }) => name.trim() === "" || !isCode(code) || !hundredths(share))) return "members_member";
  if (new Set(members.map(({ code }) => code)).size < members.length) return "members_twice";
  return shares(members).whole ? undefined : "members_sum";
}

/** Why the server would not keep this value yet. Empty is kept: a draft may be unfinished. */
export function hint(field: Field, value: CaseForm[string] | undefined): Hint | undefined {
  if (value === undefined || isEmpty(value)) return undefined;
  if (typeof value !== "string") return membersHint(value);
  switch (field.kind) {
    case "number":
      return /^[+-]?\d+(\.\d+)?$/.test(value.trim()) ? undefined : "number";
    case "date":
      return isDay(value) ? undefined : "date";
    case "choice":
      return field.choices?.some((choice) => choice.value === value) ? undefined : "choice";
    case "credit_code":
    case "id_number":
      return isCode(value) ? undefined : "code";
    default:
      return undefined;
  }
}

/** Everything that was filled in, well or not: what the server is to judge. */
export function filled(fields: Field[], form: CaseForm): CaseForm {
  return Object.fromEntries(fields.filter(({ name }) => !isEmpty(form[name])).map(({ name }) => [name, form[name]!]));
}

/** What goes to the server while it is written, and the fields held back because they are still being typed. */
export function sendable(fields: Field[], form: CaseForm): { form: CaseForm; held: string[] } {
  const held = fields.filter((field) => hint(field, form[field.name])).map(({ name }) => name);
  return { form: filled(fields.filter(({ name }) => !held.includes(name)), form), held };
}

/** Required fields that are still empty, in their order. */
export const lacking = (fields: Field[], form: CaseForm) => fields.filter(({ name, required }) => required && isEmpty(form[name])).map(({ name }) => name);

/** A hash short enough to compare by eye; the whole one stands in a title. */
export const shortHash = (hash: string) => `${hash.slice(0, 8)}…${hash.slice(-4)}`;

/** 1.5 MB, 320 KB, 12 B */
export function sizeText(bytes: number): string {
  if (bytes >= 1024 * 1024) return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
  return bytes >= 1024 ? `${Math.round(bytes / 1024)} KB` : `${bytes} B`;
}
