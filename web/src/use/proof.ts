// The page's one memory of the log: keeps receipts, checks them, asks on return whether the log only grew.
import { shallowRef } from "vue";
import * as calls from "@/api/calls";
import type { ServerFrame } from "@/api/types";
import { createKeeper } from "@/proof/keeper";
import { NOTHING, remembered, type Memory } from "@/proof/memory";
import { live } from "./live";

const STORE_KEY = "sunbid.log";
const memory = shallowRef(remembered(localStorage.getItem(STORE_KEY)));

function become(next: Memory) {
  memory.value = next;
  localStorage.setItem(STORE_KEY, JSON.stringify(next));
}
// Another tab of this browser bids too: what it learned counts here.
addEventListener("storage", ({ key, newValue }) => key === STORE_KEY && (memory.value = remembered(newValue)));

const keeper = createKeeper({
  memory: () => memory.value,
  become,
  key: async () => (await calls.log.key()).key,
  consistency: calls.log.consistency,
  kept: calls.log.kept,
  opened: calls.lots.opening,
  now: () => Math.round(live.server_now.value),
  later: (step, ms) => setTimeout(step, ms),
});

live.listen((frame: ServerFrame) => {
  if (frame.type === "welcome") void keeper.welcome(frame.checkpoint);
  if (frame.type === "event" && frame.kind === "closed") keeper.closed(frame.lot);
});

export const proof = {
  memory,
  take: keeper.take,
  promise: keeper.promise,
  /** The person starts anew, the evidence saved or not wanted. */
  forget: () => become(NOTHING),
};
