import { describe, expect, it } from "vitest";
import type { LotState } from "@/api/types";
import { whyNoApplication, whyNoBid, type Situation } from "./reasons";

const bidder = { id: "a", login: "b", name: "c", role: "bidder" as const };
const open: LotState = { seq: 1, stage: "bidding", phase: "timed", step: "1", bids: 0, extensions: 0, minimum: "5" };
const seated: Situation = { stale: false, account: bidder, you: { paddle: 1, entered: true }, state: open, now: 1000 };

describe("a bid", () => {
  it.each<[string, Partial<Situation>, string | undefined]>([
    ["may be made when the server names a minimum", {}, undefined],
    ["rests on a dead line", { stale: true }, "stale"],
    ["rests for a visitor", { account: undefined }, "sign_in"],
    ["rests for a clerk", { account: { ...bidder, role: "clerk" } }, "not_bidder"],
    ["rests without a seat", { you: undefined }, "no_seat"],
    ["rests in a suspension", { state: { ...open, stage: "suspended" } }, "suspended"],
    ["rests in a pause until its end", { state: { ...open, paused_until: 1001 } }, "paused"],
    ["may be made at the pause's end", { state: { ...open, paused_until: 1000 } }, undefined],
    ["rests from the freeze on", { state: { ...open, freeze_at: 1000 } }, "frozen"],
    ["rests in an inquiry", { state: { ...open, phase: "inquiry", minimum: undefined } }, "inquiry"],
    ["rests before the opening", { state: { ...open, stage: "announced", phase: undefined, minimum: undefined } }, "announced"],
    ["is over once the lot is sold, even on a dead line", { stale: true, state: { ...open, stage: "sold" } }, "closed"],
  ])("%s", (_, change, reason) => {
    expect(whyNoBid({ ...seated, ...change })).toBe(reason);
  });
});

describe("an application", () => {
  it("needs a signed-in bidder and an open lot", () => {
    expect(whyNoApplication({ ...seated, you: undefined })).toBeUndefined();
    expect(whyNoApplication({ ...seated, account: undefined })).toBe("sign_in");
    expect(whyNoApplication({ ...seated, state: { ...open, stage: "unsold" } })).toBe("closed");
  });
});
