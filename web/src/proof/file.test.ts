import { expect, it } from "vitest";
import { taken, written } from "./file";

const receipt = "c2sp.org/tlog-proof@v1\nextra e30=\nindex 0\n\nlog\n1\nAAAA\n\n— log AAAA\n";

it("gives back what was kept, letter by letter", () => {
  expect(taken(written(receipt, "log+00000000+AAAA"))).toEqual({ receipt, key: "log+00000000+AAAA" });
});
it("takes a bare receipt, which has no key", () => {
  expect(taken(receipt)).toEqual({ receipt, key: undefined });
});
it("mends what an editor or a form did to the ends of lines", () => {
  expect(taken(`\ufeff${written(receipt, "k").replaceAll("\n", "\r\n")}\r\n`)).toEqual({ receipt, key: "k" });
  expect(taken(receipt.trimEnd()).receipt).toBe(receipt);
});
it("leaves what is no receipt to the verifier", () => {
  expect(taken("key k\nsomething else")).toEqual({ receipt: "key k\nsomething else\n", key: undefined });
});
