// One lot as it moves: the socket's state where it spoke, the list's card until then.
import { computed, onScopeDispose, shallowRef } from "vue";
import type { LotCard } from "@/api/types";
import { live } from "./live";
import { entered, step } from "./room";

export function useLiveLot(card: () => LotCard) {
  const lot = card().id;
  const room = shallowRef(entered(lot));
  const release = [
    live.listen((frame) => {
      room.value = step(room.value, frame);
      if (room.value.gap && frame.type === "event") live.send({ type: "watch", lot });
    }),
    live.watch(lot, () => room.value.state?.seq),
  ];
  onScopeDispose(() => release.forEach((end) => end()));

  const state = computed(() => room.value.state);
  // What a price stands at where nobody has bid it: the clock's, or the last trade's.
  const shown = computed(() => {
    const method = state.value?.room;
    return method?.method === "dutch" ? method.shown : method?.method === "exchange" ? method.last : undefined;
  });
  return {
    room,
    state,
    price: computed(() => state.value?.price ?? card().price ?? shown.value),
    leader: computed(() => state.value?.leader ?? card().leader),
    stage: computed(() => state.value?.stage ?? card().stage),
    phase: computed(() => state.value?.phase ?? card().phase),
    bids: computed(() => state.value?.bids ?? card().bids),
    ends_at: computed(() => state.value?.ends_at ?? card().ends_at),
    premium: computed(() => state.value?.premium_percent ?? card().premium_percent),
  };
}
