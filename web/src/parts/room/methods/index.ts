// The room of each selling method. One line each.
import { defineAsyncComponent, type Component } from "vue";
import type { MethodName } from "@/api/types";

export const methods: Record<MethodName, Component> = {
  sealed: defineAsyncComponent(() => import("./SealedRoom.vue")),
  dutch: defineAsyncComponent(() => import("./DutchRoom.vue")),
  rounds: defineAsyncComponent(() => import("./RoundsRoom.vue")),
  lottery: defineAsyncComponent(() => import("./LotteryRoom.vue")),
  area: defineAsyncComponent(() => import("./AreaRoom.vue")),
  weighted: defineAsyncComponent(() => import("./WeightedRoom.vue")),
  scored: defineAsyncComponent(() => import("./ScoredRoom.vue")),
  call: defineAsyncComponent(() => import("./CallRoom.vue")),
  rising: defineAsyncComponent(() => import("./RisingRoom.vue")),
  exchange: defineAsyncComponent(() => import("./ExchangeRoom.vue")),
};
