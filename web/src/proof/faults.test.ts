// Whoever is refused is told why: every fault of the verifier has its sentence.
import { expect, it } from "vitest";
import zh from "@/words/areas/proof.zh";
import verifier from "./receipt.js?raw";

const named = [...verifier.matchAll(/Fault\("(\w+)"\)|"(bad_\w+)"/g)].map(([, fault, form]) => fault ?? form!);

it("finds the verifier's faults", () => expect(new Set(named).size).toBeGreaterThan(20));
it("has a sentence for each", () => {
  expect(named.filter((code) => !(code in zh.fault))).toEqual([]);
});
