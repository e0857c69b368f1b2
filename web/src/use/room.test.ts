import { describe, expect, it } from "vitest";
import type { BidRow, LotState, ServerFrame } from "@/api/types";
import { ask, entered, isStale, position, step, type Room } from "./room";

const LOT = "lot-1";

function state(seq: number, more: Partial<LotState> = {}): LotState {
  return { seq, stage: "bidding", phase: "timed", step: "50000.00", bids: seq, extensions: 0, ...more };
}
function bid(seq: number, paddle: number): BidRow {
  return { seq, paddle, amount: `${1000000 + seq * 50000}.00`, at: 1000 + seq, by_proxy: false, phase: "timed" };
}
function event(seq: number, paddle: number, lot = LOT): ServerFrame {
  const row = bid(seq, paddle);
  return { type: "event", lot, seq, at: row.at, kind: "bid", state: state(seq, { price: row.amount, leader: paddle }), bid: row };
}
function snapshot(seq: number, more: Partial<Extract<ServerFrame, { type: "snapshot" }>> = {}): ServerFrame {
  return { type: "snapshot", lot: LOT, now: 0, state: state(seq), bids: [], ...more };
}
const you = { paddle: 7, entered: true };
const play = (room: Room, ...frames: ServerFrame[]) => frames.reduce((r, frame) => step(r, frame), room);

describe("a room", () => {
  it("takes a snapshot, then events in order, newest bid first", () => {
    const room = play(entered(LOT), snapshot(3, { bids: [bid(3, 2), bid(2, 1)] }), event(4, 5), event(5, 2));
    expect(room.state?.seq).toBe(5);
    expect(room.state?.leader).toBe(2);
    expect(room.bids.map((b) => b.seq)).toEqual([5, 4, 3, 2]);
    expect(room.gap).toBe(false);
  });

  it("ignores another lot's frames, and ticks", () => {
    const before = play(entered(LOT), snapshot(3));
    expect(play(before, event(4, 5, "lot-2"), { type: "tick", now: 1 }, { type: "pong", at: 1, now: 2 })).toBe(before);
  });

  it("ignores duplicates and late frames", () => {
    const before = play(entered(LOT), snapshot(3), event(4, 5));
    expect(play(before, event(4, 5), event(2, 9))).toBe(before);
  });

  it("notices a gap, shows the newest price all the same, and is whole again after a snapshot", () => {
    const gapped = play(entered(LOT), snapshot(3, { bids: [bid(3, 1)] }), event(6, 5));
    expect(gapped.gap).toBe(true);
    expect(gapped.state?.leader).toBe(5);
    const whole = play(gapped, snapshot(6, { bids: [bid(6, 5), bid(5, 2), bid(4, 1)] }));
    expect(whole.gap).toBe(false);
    expect(whole.bids.map((b) => b.seq)).toEqual([6, 5, 4, 3]);
  });

  it("counts an event before any snapshot as a gap", () => {
    expect(play(entered(LOT), event(4, 5)).gap).toBe(true);
  });

  it("does not go back for a snapshot that was overtaken by an event", () => {
    const room = play(entered(LOT), snapshot(3), event(4, 5), snapshot(3, { bids: [bid(2, 1)] }));
    expect(room.state?.seq).toBe(4);
    expect(room.bids.map((b) => b.seq)).toEqual([4, 2]);
  });

  it("resumes by sequence after a new connection", () => {
    const room = play(entered(LOT), snapshot(3), { type: "welcome", checkpoint: "", now: 0, session: "b" }, event(4, 5), event(5, 6));
    expect(room.gap).toBe(false);
    expect(room.state?.seq).toBe(5);
  });

  it("believes the server's snapshot after a new connection even if its number is lower", () => {
    const room = play(entered(LOT), snapshot(9, { bids: [bid(9, 1)] }), { type: "welcome", checkpoint: "", now: 0, session: "b" }, snapshot(2, { bids: [bid(2, 4)] }));
    expect(room.state?.seq).toBe(2);
    expect(room.bids.map((b) => b.seq)).toEqual([2]);
  });

  it("keeps a bounded history", () => {
    let room = play(entered(LOT), snapshot(0));
    for (let seq = 1; seq <= 2100; seq++) room = step(room, event(seq, 1));
    expect(room.bids).toHaveLength(2000);
  });
});

describe("my position", () => {
  it("follows the leader: seated, leading, outbid", () => {
    const seated = play(entered(LOT), snapshot(3, { you }));
    expect(position(seated)).toBe("seated");
    const leading = play(seated, event(4, 7));
    expect(position(leading)).toBe("leading");
    expect(leading.you?.last).toBe(bid(4, 7).amount);
    expect(position(play(leading, event(5, 2)))).toBe("outbid");
    expect(position(entered(LOT))).toBe("watching");
  });
});

describe("replies", () => {
  const asked = ask(play(entered(LOT), snapshot(3, { you })), { key: "k1", what: "bid", amount: "1200000.00" });
  const refused: ServerFrame = { type: "reply", lot: LOT, key: "k1", accepted: false, code: "BELOW_STEP", zh: "低于最低报价", en: "below the minimum", again: false, at: 5 };

  it("joins a refusal to what was asked", () => {
    const room = step(asked, refused);
    expect(room.asked).toEqual([]);
    expect(room.answers[0]).toMatchObject({ accepted: false, code: "BELOW_STEP", asked: { amount: "1200000.00" } });
  });

  it("lists the same reply once", () => {
    expect(play(asked, refused, refused).answers).toHaveLength(1);
  });

  it("keeps the record number of an accepted bid and the maximum of a proxy", () => {
    const room = step(asked, { type: "reply", lot: LOT, key: "k1", accepted: true, seq: 4, at: 5, again: false, proxy_max: "2000000.00" });
    expect(room.answers[0]).toMatchObject({ accepted: true, seq: 4 });
    expect(room.you?.proxy_max).toBe("2000000.00");
  });

  it("shows an error with its key as a refusal, and leaves others alone", () => {
    const error: ServerFrame = { type: "error", code: "BUSY", zh: "系统繁忙", en: "busy", key: "k1" };
    expect(step(asked, error).answers[0]).toMatchObject({ accepted: false, code: "BUSY" });
    expect(step(asked, { ...error, key: "other" })).toBe(asked);
  });
});

describe("a selling method", () => {
  const dutch = (seq: number, shown: string): ServerFrame => ({
    type: "event", lot: LOT, seq, at: 1000 + seq, kind: "told", state: state(seq, { phase: "dutch", room: { method: "dutch", shown, step: seq, steps: 60 } }),
  });

  it("shows the newest of what the server told, though nobody bid", () => {
    const room = play(entered(LOT), snapshot(3), dutch(4, "99000.00"), dutch(5, "98000.00"));
    expect(room.state?.room).toMatchObject({ shown: "98000.00" });
    expect(room.bids).toEqual([]);
    expect(room.gap).toBe(false);
  });

  it("keeps my own hidden offers through public events, and takes the snapshot's word for them", () => {
    const mine = { ...you, own: { amount: "120.00", changes: 1 } };
    const room = play(entered(LOT), snapshot(3, { you: mine }), dutch(4, "99000.00"));
    expect(room.you?.own).toEqual({ amount: "120.00", changes: 1 });
    expect(play(room, snapshot(5, { you })).you?.own).toBeUndefined();
  });

  it("joins the reply to the order it answers; a hidden order has no number of its own", () => {
    const offer = { kind: "order", side: "buy", price: "12.90", quantity: 2000 } as const;
    const room = ask(play(entered(LOT), snapshot(3, { you })), { key: "k2", what: "offer", offer });
    const answered = step(room, { type: "reply", lot: LOT, key: "k2", accepted: true, seq: 3, at: 5, again: false });
    expect(answered.asked).toEqual([]);
    expect(answered.answers[0]).toMatchObject({ accepted: true, asked: { what: "offer", offer } });
    expect(answered.state?.seq).toBe(3);
  });
});

describe("staleness", () => {
  it("begins five seconds after the last frame", () => {
    expect(isStale(1000, 5999)).toBe(false);
    expect(isStale(1000, 6000)).toBe(true);
  });
});
