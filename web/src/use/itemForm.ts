// An item as its editor holds it, and the sums that are shown while it is written.
import type { Field, Item, ItemKind, ListedItem, Material } from "@/api/types";

export const ITEM_KINDS: ItemKind[] = ["licence", "benefit", "confirmation", "reward", "ruling", "levy", "coercion", "penalty", "inspection", "other"];
export const LEVELS: Item["level"][] = ["nation", "province", "city", "district", "street"];
export const OBJECTS: Item["objects"] = ["natural", "legal"];
export const STEP_DUTIES: Item["steps"][number]["duty"][] = ["receive", "review", "decide"];
export const FIELD_KINDS: Field["kind"][] = ["text", "number", "date", "choice", "credit_code", "id_number", "members"];

/** The editor's item: the lists are always there to be added to. */
export type ItemDraft = Item & Required<Pick<Item, "special" | "fees" | "sub_item" | "quantity_limit">> & { form: (Field & { choices: NonNullable<Field["choices"]> })[] };

export const fresh = {
  step: (): Item["steps"][number] => ({ name_zh: "", name_en: "", duty: "review", limit_wd: 1, two_persons: false }),
  material: (): Material => ({ name: "", label_zh: "", label_en: "", required: true }),
  field: (): ItemDraft["form"][number] => ({ name: "", label_zh: "", label_en: "", kind: "text", required: true, choices: [] }),
  choice: () => ({ value: "", label_zh: "", label_en: "" }),
  special: () => ({ name: "", label_zh: "", label_en: "", limit_wd: 10 }),
  fee: () => ({ name: "", amount: "", basis: "" }),
};

/** An item with nothing in it yet but its last step, which every item has. */
export function blank(agency: string, effective_from: string): ItemDraft {
  return {
    code: "", name_zh: "", name_en: "", sub_item: "", kind: "other", legal_basis: [""], agency, level: "city", conditions_zh: "", conditions_en: "", quantity_limit: "",
    materials: [], form: [], steps: [{ ...fresh.step(), duty: "decide" }], special: [], legal_wd: 20, promised_wd: 5, extension_wd: 0, fees: [], result_zh: "", result_en: "",
    annual_check: false, objects: ["legal"], filed_by: "bidder", subject: "applicant", online_depth: 4, complaint_phone: "", effective_from,
  };
}

/** A copy of a listed version to be changed: without what only the list says of it. */
export function draftFrom(listed: ListedItem): ItemDraft {
  const { version: _v, status: _s, mine: _m, published_at: _p, ...item } = structuredClone(listed);
  return { ...item, sub_item: item.sub_item ?? "", quantity_limit: item.quantity_limit ?? "", special: item.special ?? [], fees: item.fees ?? [], form: item.form.map((field) => ({ ...field, choices: field.choices ?? [] })) };
}

/** What is sent: empty words left out where the server would rather hear nothing. */
export function itemFrom(draft: ItemDraft): Item {
  const { sub_item, quantity_limit, validity_months, ...rest } = draft;
  return {
    ...rest,
    ...(sub_item.trim() && { sub_item: sub_item.trim() }),
    ...(quantity_limit.trim() && { quantity_limit: quantity_limit.trim() }),
    ...(validity_months ? { validity_months } : {}),
    legal_basis: draft.legal_basis.filter((law) => law.trim() !== ""),
    form: draft.form.map(({ choices, ...field }) => (field.kind === "choice" ? { ...field, choices } : field)),
  };
}

export interface Limits {
  /** Working days of all steps together. */
  steps: number;
  promised: number;
  legal: number;
  steps_fit: boolean;
  promised_fits: boolean;
}

export function limits({ steps, promised_wd, legal_wd }: Pick<Item, "steps" | "promised_wd" | "legal_wd">): Limits {
  const together = steps.reduce((sum, { limit_wd }) => sum + (Number(limit_wd) || 0), 0);
  const [promised, legal] = [Number(promised_wd) || 0, Number(legal_wd) || 0];
  return { steps: together, promised, legal, steps_fit: together <= promised, promised_fits: promised <= legal };
}

/** Moves a row one place up; the first stays. */
export function up<T>(rows: T[], i: number): void {
  const [row] = i > 0 ? rows.splice(i, 1) : [];
  if (row !== undefined) rows.splice(i - 1, 0, row);
}

export interface ItemFilter {
  q: string;
  agency: string;
  kind: string;
}

/** Items that fit what a visitor looks for: part of a name, code or legal basis. */
export function found<T extends Item>(items: T[], { q, agency, kind }: ItemFilter): T[] {
  const wanted = q.trim().toLowerCase();
  const says = (item: Item) => [item.code, item.name_zh, item.name_en, ...item.legal_basis].some((text) => text.toLowerCase().includes(wanted));
  return items.filter((item) => (!agency || item.agency === agency) && (!kind || item.kind === kind) && says(item));
}
