// Every word a page asks for by name is there, in both languages: a missing one would be shown as its key.
import { expect, it } from "vitest";
import en from "./en";
import zh from "./zh-CN";

const SOURCES = import.meta.glob<string>("../**/*.{vue,ts}", { eager: true, query: "?raw", import: "default" });
const asked = Object.entries(SOURCES).flatMap(([file, text]) => [...text.matchAll(/\bt\("([\w-]+(?:\.[\w-]+)+)"/g)].map((found) => [file, found[1]!] as const));
const word = (words: object, key: string) => key.split(".").reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined)?.[name], words);

it("finds the pages' questions", () => expect(asked.length).toBeGreaterThan(300));
it.each([["zh-CN", zh], ["en", en]])("has every word in %s", (_, words) => {
  expect(asked.filter(([, key]) => typeof word(words, key) !== "string")).toEqual([]);
});
it.each([["zh-CN", zh], ["en", en]])("counts for rules there are, in %s", (_, { watch }) => {
  expect(Object.keys(watch.counted).filter((rule) => !(rule in watch.rule))).toEqual([]);
});
