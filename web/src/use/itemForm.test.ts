import { describe, expect, test } from "vitest";
import { blank, draftFrom, found, fresh, itemFrom, limits, up } from "./itemForm";
import type { ListedItem } from "@/api/types";

const listed = (more: Partial<ListedItem> = {}): ListedItem => ({
  ...itemFrom({ ...blank("11440300123456788X", "2026-01-01"), code: "X-1", name_zh: "事项", name_en: "An item", legal_basis: ["某法 第一条"] }),
  version: 3, status: "in_force", mine: false, ...more,
});

test("the limits of all steps stand beside the promised one", () => {
  const steps = [2, 3].map((limit_wd) => ({ ...fresh.step(), limit_wd }));
  expect(limits({ steps, promised_wd: 5, legal_wd: 20 })).toEqual({ steps: 5, promised: 5, legal: 20, steps_fit: true, promised_fits: true });
  expect(limits({ steps, promised_wd: 4, legal_wd: 3 })).toMatchObject({ steps_fit: false, promised_fits: false });
});

describe("an item to be changed", () => {
  test("comes back as it was, without what the list said of it", () => {
    const { version: _v, status: _s, mine: _m, ...item } = listed({ special: [], fees: [] });
    expect(itemFrom(draftFrom(listed()))).toEqual(item);
  });

  test("shares nothing with the listed one", () => {
    const original = listed();
    draftFrom(original).legal_basis.push("x");
    expect(original.legal_basis).toEqual(["某法 第一条"]);
  });

  test("sends choices of a choice only, and no empty words", () => {
    const draft = { ...draftFrom(listed()), sub_item: " ", form: [{ ...fresh.field(), name: "a", choices: [fresh.choice()] }, { ...fresh.field(), name: "b", kind: "choice" as const, choices: [fresh.choice()] }] };
    const item = itemFrom(draft);
    expect("sub_item" in item).toBe(false);
    expect(item.form.map((field) => field.choices?.length)).toEqual([undefined, 1]);
  });
});

test("a row moves up, and the first stays", () => {
  const rows = ["a", "b", "c"];
  up(rows, 2);
  up(rows, 0);
  expect(rows).toEqual(["a", "c", "b"]);
});

test("items are found by name, code, law, agency and kind", () => {
  const items = [listed(), listed({ code: "Y-2", kind: "licence", agency: "other", legal_basis: ["另法"] })];
  const codes = (q: string, agency = "", kind = "") => found(items, { q, agency, kind }).map(({ code }) => code);
  expect(codes("")).toEqual(["X-1", "Y-2"]);
  expect(codes("x-1")).toEqual(["X-1"]);
  expect(codes("另法")).toEqual(["Y-2"]);
  expect(codes("", "other")).toEqual(["Y-2"]);
  expect(codes("", "", "licence")).toEqual(["Y-2"]);
});
