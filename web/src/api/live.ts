// One socket for the whole page: connects again by itself, resumes by sequence, measures the clock.
import { computed, ref, shallowRef } from "vue";
import { best, observed, sampled, type Sample } from "@/use/clock";
import { isStale } from "@/use/room";
import type { ClientFrame, Said, ServerFrame } from "./types";

const BACKOFF_MS_MIN = 500;
const BACKOFF_MS_MAX = 5000;
const PING_BURST = 5;
const PING_BURST_MS = 200;
const PING_MS = 10_000;
const BEAT_MS = 100;
// The server resumes no more rooms than this at once; the rest begin anew.
const RESUME_MAX = 32;
// A sleeping computer stops the local clock; a jump this long makes every sample worthless.
const SLEPT_MS = 1000;

/** Wait before attempt `n`: doubling, bounded, and jittered so that a crowd does not come back as one. */
export function backoff(attempt: number, chance: number): number {
  const most = Math.min(BACKOFF_MS_MAX, BACKOFF_MS_MIN * 2 ** attempt);
  return Math.max(BACKOFF_MS_MIN, most * (0.5 + chance / 2));
}

/** Local time that never jumps while the page runs. */
export const localNow = () => performance.timeOrigin + performance.now();

export interface LiveOptions {
  url: string;
  device: string;
  token: () => string | undefined;
  /** The server did not take our token: get another before the next attempt. */
  unwelcome: () => void;
}

export function createLive(options: LiveOptions) {
  let socket: WebSocket | undefined;
  let attempt = 0;
  let retry_at: number | undefined = 0;
  let welcomed = false;
  let tried_at = 0;
  let pinged_at = 0;
  let pings = 0;
  let resumed = new Set<string>();
  let wall_at = Date.now();
  let beat_at = localNow();
  const listeners = new Set<(frame: ServerFrame) => void>();
  const watched = new Map<string, { seq: () => number | undefined; count: number }>();
  const standing = new Set<ClientFrame>();

  const now = ref(localNow());
  const heard_at = ref(localNow());
  const samples = shallowRef<Sample[]>([]);
  const hinted_offset_ms = ref(0);
  const open = ref(false);
  const bye = shallowRef<Said>();
  const clock = computed(() => best(samples.value));
  const offset_ms = computed(() => clock.value?.offset_ms ?? hinted_offset_ms.value);
  // Silent: nothing heard for too long, said loudly. Stale: what is shown may be wrong, so nothing is offered.
  const silent = computed(() => isStale(heard_at.value, now.value));
  const stale = computed(() => silent.value || !open.value);
  const server_now = computed(() => now.value + offset_ms.value);

  function send(frame: ClientFrame): boolean {
    if (!welcomed || socket?.readyState !== WebSocket.OPEN) return false;
    socket.send(JSON.stringify(frame));
    return true;
  }

  function resumable() {
    const known = [...watched].map(([lot, { seq }]) => ({ lot, seq: seq() }));
    return known.filter((point): point is { lot: string; seq: number } => point.seq !== undefined).slice(0, RESUME_MAX);
  }

  function hello() {
    const resume = welcomed ? [] : resumable();
    resumed = new Set(resume.map(({ lot }) => lot));
    const frame: ClientFrame = { type: "hello", token: options.token(), device: options.device, resume };
    socket?.send(JSON.stringify(frame));
  }

  function onWelcome() {
    attempt = 0;
    if (welcomed) return;
    welcomed = true;
    open.value = true;
    bye.value = undefined;
    pings = 0;
    for (const lot of watched.keys()) if (!resumed.has(lot)) send({ type: "watch", lot });
    for (const frame of standing) send(frame);
  }

  function hear(frame: ServerFrame) {
    const at = localNow();
    now.value = at;
    heard_at.value = at;
    if ("now" in frame && frame.type !== "pong") hinted_offset_ms.value = frame.now - at;
    if (frame.type === "pong") samples.value = observed(samples.value, sampled(frame.at, frame.now, at));
    if (frame.type === "bye") bye.value = { zh: frame.zh, en: frame.en };
    if (frame.type === "error" && !welcomed) {
      options.unwelcome();
      socket?.close();
    }
    // Listeners hear the first welcome before anything is sent, so they can mark themselves rejoined.
    const first = frame.type === "welcome" && !welcomed;
    if (frame.type !== "welcome" || first) for (const listener of listeners) listener(frame);
    if (frame.type === "welcome") onWelcome();
  }

  function connect() {
    retry_at = undefined;
    tried_at = localNow();
    const mine = new WebSocket(options.url);
    socket = mine;
    mine.onopen = hello;
    mine.onmessage = (message) => hear(JSON.parse(String(message.data)) as ServerFrame);
    mine.onclose = () => mine === socket && lost();
  }

  function lost() {
    open.value = false;
    welcomed = false;
    socket = undefined;
    retry_at = localNow() + backoff(attempt++, Math.random());
  }

  /** Drops the connection and makes a new one: a dead line never says so by itself. */
  function restart() {
    const old = socket;
    lost();
    attempt = 0;
    retry_at = localNow();
    old?.close();
  }

  function beat() {
    const at = localNow();
    const slept = Math.abs(Date.now() - wall_at - (at - beat_at)) > SLEPT_MS;
    wall_at = Date.now();
    beat_at = at;
    now.value = at;
    if (slept) samples.value = [];
    // An attempt begun over a dead line may never fail; it is given up like a line gone silent.
    if (slept || (retry_at === undefined && isStale(Math.max(heard_at.value, tried_at), at))) restart();
    if (retry_at !== undefined && at >= retry_at) connect();
    if (welcomed && at - pinged_at >= (pings < PING_BURST ? PING_BURST_MS : PING_MS)) {
      pinged_at = at;
      pings++;
      send({ type: "ping", at: Math.round(at) });
    }
  }

  /** Watches one lot until the returned function is called. `seq` tells the last number known. */
  function watch(lot: string, seq: () => number | undefined): () => void {
    const held = watched.get(lot);
    if (held) held.count++;
    else watched.set(lot, { seq, count: 1 });
    send({ type: "watch", lot });
    return () => {
      const entry = watched.get(lot);
      if (!entry || --entry.count > 0) return;
      watched.delete(lot);
      send({ type: "unwatch", lot });
    };
  }

  /** Sends a frame now and after every new connection, until the returned function is called. */
  function keep(frame: ClientFrame): () => void {
    standing.add(frame);
    send(frame);
    return () => void standing.delete(frame);
  }

  function listen(listener: (frame: ServerFrame) => void): () => void {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }

  function start() {
    setInterval(beat, BEAT_MS);
    document.addEventListener("visibilitychange", beat);
    window.addEventListener("online", restart);
    beat();
  }

  return { start, send, watch, keep, listen, restart, renew: () => welcomed && hello(), now, server_now, offset_ms, clock, open, silent, stale, bye };
}

export type Live = ReturnType<typeof createLive>;
