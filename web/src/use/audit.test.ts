import { expect, test } from "vitest";
import { actionKey } from "./audit";
import en from "@/words/areas/security.en";
import zh from "@/words/areas/security.zh";

test.each([
  ["POST /api/cases/{id}/acts", "post_api_cases_id_acts"],
  ["PUT /api/cases/{id}", "put_api_cases_id"],
  ["read case", "read_case"],
])("%s has its word under %s, in both languages", (action, key) => {
  expect(actionKey(action)).toBe(key);
  expect(Object.keys(zh.action)).toContain(key);
  expect(Object.keys(en.action)).toContain(key);
});
