// A page's view of one lot: REST for its facts, the socket for its life.
import { computed, onScopeDispose, shallowRef } from "vue";
import * as calls from "@/api/calls";
import { asRefused } from "@/api/client";
import type { ClientFrame, Offer, ServerFrame } from "@/api/types";
import { useFetched } from "./fetched";
import { live, newKey } from "./live";
import { proof } from "./proof";
import { ask, entered, merged, position, step, type Asked, type Room } from "./room";
import { session } from "./session";

// The room keeps as many rows; four pages of the record fill it.
const HISTORY_SEQ_MAX = 2000;
const HISTORY_PAGES_MAX = 4;

export function useLotRoom(lot: string) {
  const room = shallowRef(entered(lot));
  const detail = useFetched(() => calls.lots.one(lot));
  // Frames whose reply is outstanding: after a new connection the same key asks again, and gets one reply.
  const outstanding = new Map<string, ClientFrame>();
  let again_at = 0;
  // The first connection asks for a snapshot, which tells my seat; only later ones resume.
  let heard = false;

  function hear(frame: ServerFrame) {
    heard ||= (frame.type === "snapshot" || frame.type === "event") && frame.lot === lot;
    const next = step(room.value, frame, live.server_now.value);
    if (next === room.value) return;
    if (frame.type === "reply") keepReceipt(frame);
    room.value = next;
    for (const key of outstanding.keys()) if (!next.asked.some((a) => a.key === key)) outstanding.delete(key);
    // One snapshot answers any number of missing events; a second's grace keeps the asking bounded.
    if (next.gap && live.now.value - again_at > 1000) {
      again_at = live.now.value;
      live.send({ type: "watch", lot });
    }
    if (frame.type === "welcome") for (const waiting of outstanding.values()) queueMicrotask(() => live.send(waiting));
    if (concernsYou(frame, heard, room.value)) askYou();
  }

  /** Before the room forgets what was asked: the receipt must be of that. A repeated answer has the receipt of the first. */
  function keepReceipt({ key, receipt, promise, at }: Extract<ServerFrame, { type: "reply" }>) {
    if (!key) return;
    const asked = room.value.asked.find((one) => one.key === key);
    const claim = { lot, at, amount: asked?.what === "bid" ? asked.amount : undefined };
    if (receipt) proof.take(key, receipt, claim);
    if (promise) proof.promise(key, promise, claim);
  }

  // One question at a time: what happens while it is under way is asked once more after it.
  let asking = false;
  let doubt = false;
  function askYou() {
    doubt = true;
    if (!asking) void askWhileInDoubt();
  }
  async function askWhileInDoubt() {
    asking = true;
    while (doubt) {
      doubt = false;
      await refreshYou();
    }
    asking = false;
  }

  async function refreshYou() {
    if (session.role.value !== "bidder") return void (room.value = { ...room.value, you: undefined });
    try {
      const you = await calls.lots.you(lot);
      room.value = { ...room.value, you };
    } catch (thrown) {
      // Only the server's word takes a seat away; a lost line says nothing about it.
      const { status } = asRefused(thrown);
      if (status >= 400 && status < 500) room.value = { ...room.value, you: undefined };
    }
  }

  async function history() {
    let after = Math.max(0, (detail.value.value?.state?.seq ?? 0) - HISTORY_SEQ_MAX);
    for (let page = 0; page < HISTORY_PAGES_MAX; page++) {
      const { items, next_after } = await calls.lots.bids(lot, after);
      room.value = { ...room.value, bids: merged(room.value.bids, items) };
      if (next_after == null) return;
      after = next_after;
    }
  }

  async function begin() {
    await detail.again();
    const state = detail.value.value?.state;
    if (!state) return;
    // The socket's word, if it came first, is the newer one.
    if (!room.value.state) room.value = { ...room.value, state };
    await history().catch(() => undefined);
  }

  function command(asked: Omit<Asked, "key">, frame: (key: string) => ClientFrame) {
    const key = newKey();
    const sent = frame(key);
    room.value = ask(room.value, { key, ...asked });
    outstanding.set(key, sent);
    live.send(sent);
  }

  // What was offered from another device is not told here; coming back to the page asks.
  const looked = () => document.visibilityState === "visible" && heard && askYou();
  document.addEventListener("visibilitychange", looked);
  const release = [() => document.removeEventListener("visibilitychange", looked), live.listen(hear), live.watch(lot, () => (heard ? room.value.state?.seq : undefined))];
  onScopeDispose(() => release.forEach((end) => end()));
  void begin();

  return {
    room,
    detail,
    begin,
    position: computed(() => position(room.value)),
    situation: computed(() => ({
      stale: live.stale.value,
      account: session.account.value,
      you: room.value.you,
      state: room.value.state,
      now: live.server_now.value,
    })),
    /** `expect` ties the bid to the price the bidder saw; a late delivery cannot surprise him. */
    bid: (amount: string) => command({ what: "bid", amount }, (key) => ({ type: "bid", lot, key, amount, expect: room.value.state?.price })),
    offer: (offer: Offer) => command({ what: "offer", offer }, (key) => ({ type: "offer", lot, key, offer })),
    proxy: (max: string) => command({ what: "proxy", amount: max }, (key) => ({ type: "proxy", lot, key, max })),
    /** `asked_at` names the question, so that a late yes answers no later one. */
    answer: (yes: boolean) => command({ what: "answer", yes }, (key) => ({ type: "answer", lot, key, yes, asked_at: room.value.state?.began_at })),
  };
}

/** What changes my seat, or my own offers, but carries no `you` of its own. */
function concernsYou(frame: ServerFrame, resumed: boolean, room: Room): boolean {
  switch (frame.type) {
    case "reply":
      return frame.accepted;
    case "event":
      // A trade is mine only while an order of mine stands; a busy market must not ask for everybody.
      if (frame.kind === "traded") return (room.you?.own?.orders?.length ?? 0) > 0;
      return ["admitted", "barred", "readmitted", "began", "resumed", "told", "stood", "reserve_offered"].includes(frame.kind);
    case "welcome":
      return resumed;
    default:
      return false;
  }
}

export type LotRoom = ReturnType<typeof useLotRoom>;
