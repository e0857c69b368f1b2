// Server time from several pings: the shortest round trip tells the offset best.

export interface Sample {
  /** Server time minus local time. */
  offset_ms: number;
  rtt_ms: number;
  /** Local time of the answer. */
  at: number;
}

// Sixteen answers are plenty to meet one quiet moment of the network.
const SAMPLES_MAX = 16;
// Crystals drift about 50 ppm: six milliseconds in two minutes.
const SAMPLE_AGE_MS_MAX = 120_000;

/** The server read its clock somewhere in the round trip; the middle is off by half of it at most. */
export function sampled(sent_at: number, server_now: number, received_at: number): Sample {
  return {
    offset_ms: server_now - (sent_at + received_at) / 2,
    rtt_ms: received_at - sent_at,
    at: received_at,
  };
}

export function observed(samples: readonly Sample[], sample: Sample): Sample[] {
  // A negative round trip means the local clock jumped: what was learnt before is worthless too.
  if (sample.rtt_ms < 0) return [];
  return [...samples, sample].filter((s) => sample.at - s.at <= SAMPLE_AGE_MS_MAX).slice(-SAMPLES_MAX);
}

export function best(samples: readonly Sample[]): Sample | undefined {
  return samples.reduce<Sample | undefined>((a, b) => (a && a.rtt_ms <= b.rtt_ms ? a : b), undefined);
}

/** Time left as parts; `over` from the instant of the end on, which is exclusive. */
export interface Left {
  days: number;
  hours: number;
  minutes: number;
  seconds: number;
  tenths: number;
  over: boolean;
  total_ms: number;
}

export function left(ends_at: number, now: number): Left {
  const total_ms = Math.max(0, ends_at - now);
  return {
    days: Math.floor(total_ms / 86_400_000),
    hours: Math.floor(total_ms / 3_600_000) % 24,
    minutes: Math.floor(total_ms / 60_000) % 60,
    seconds: Math.floor(total_ms / 1000) % 60,
    tenths: Math.floor(total_ms / 100) % 10,
    over: total_ms === 0,
    total_ms,
  };
}
