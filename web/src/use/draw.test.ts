import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { checked, drawLines, remainder } from "./draw";

const hash = (text: string) => createHash("sha256").update(text).digest("hex");
const drawn = {
  // In the order they were revealed, which must not matter.
  seeds: [{ office: "supervisor" as const, text: "bright" }, { office: "center" as const, text: "阳光" }],
  texts: [{ paddle: 12, text: "twelve's own" }],
  among: [3, 12, 40],
};

describe("a draw done again", () => {
  it("writes the center's line first and an empty text for the silent", () => {
    expect(drawLines(drawn)).toBe("sunbid draw 1\ncenter 阳光\nsupervisor bright\n3 \n12 twelve's own\n40 \n");
  });

  it("takes the first sixteen bytes as one number", () => {
    expect(remainder(`${"0".repeat(31)}7${"f".repeat(32)}`, 3)).toEqual({ head: 7n, nth: 1 });
    expect(remainder("not a digest", 3)).toBeUndefined();
    expect(remainder("0".repeat(64), 0)).toBeUndefined();
  });

  it("finds digest, remainder and paddle, and whether each seed is the one that was bound", async () => {
    const commitments = [{ office: "center" as const, text: hash("阳光") }, { office: "supervisor" as const, text: hash("another") }];
    const check = await checked(drawn, commitments);
    const digest = hash(drawLines(drawn));
    const nth = Number(BigInt(`0x${digest.slice(0, 32)}`) % 3n);
    expect(check).toMatchObject({ digest, nth, drawn: drawn.among[nth] });
    expect(check?.bound.map(({ office, same }) => [office, same])).toEqual([["supervisor", false], ["center", true]]);
  });
});
