// Where a bidder stands under a selling method, as a tone and the key of its word.
import type { LotState, You } from "@/api/types";
import type { Tone } from "@/parts/room/StandBoard.vue";

export interface Stand {
  tone: Tone;
  word: string;
}

/** `present`: what the method says of him while it runs. */
export function whoSays({ state, you, stale }: { state: LotState; you?: You; stale: boolean }, present: "none" | "offered" | "leading" | "outbid" | "turn" | "waits"): Stand {
  if (!you) return { tone: "watching", word: "lead.watching" };
  const outcome = state.outcome;
  if (outcome) {
    const won = (outcome.kind === "sold" && outcome.paddle === you.paddle) || (outcome.kind === "allotted" && outcome.awards.some((award) => award.paddle === you.paddle));
    if (won) return { tone: "won", word: outcome.kind === "sold" ? "lead.won" : "method.allotted" };
    return { tone: "over", word: "lead.over" };
  }
  if (state.phase == null && state.stage !== "suspended") return { tone: "over", word: "lead.over" };
  if (stale) return { tone: "unknown", word: "lead.unknown" };
  switch (present) {
    case "leading":
      return { tone: "leading", word: "lead.leading" };
    case "outbid":
      return { tone: "outbid", word: "lead.outbid" };
    case "turn":
      return { tone: "leading", word: "method.your_turn" };
    case "waits":
      return { tone: "seated", word: "method.wait_turn" };
    case "offered":
      return { tone: "seated", word: "method.offered" };
    case "none":
      return { tone: "seated", word: "lead.seated" };
  }
}
