import { expect, test } from "vitest";
import contract from "../../openapi.json?raw";
import { actionKey } from "./audit";
import en from "@/words/areas/security.en";
import zh from "@/words/areas/security.zh";

test.each([
  ["POST /api/cases/{id}/acts", "post_api_cases_id_acts"],
  ["PUT /api/cases/{id}", "put_api_cases_id"],
  ["POST /api/staff-proposals/{id}/grant", "post_api_staff_proposals_id_grant"],
  ["propose staff: new", "propose_staff_new"],
  ["read case", "read_case"],
])("%s has its word under %s, in both languages", (action, key) => {
  expect(actionKey(action)).toBe(key);
  expect(Object.keys(zh.action)).toContain(key);
  expect(Object.keys(en.action)).toContain(key);
});

test("every door that changes something has its word, in both languages", () => {
  const paths = Object.entries((JSON.parse(contract) as { paths: Record<string, object> }).paths);
  const changes = paths.flatMap(([path, doors]) => Object.keys(doors).filter((method) => method !== "get").map((method) => actionKey(`${method} ${path}`)));
  expect(changes.length).toBeGreaterThan(90);
  for (const words of [zh, en]) expect(changes.filter((key) => !(key in words.action))).toEqual([]);
});
