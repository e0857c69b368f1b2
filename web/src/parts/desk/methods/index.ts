// The form of each selling method. What else of the terms a method reads: use/needs.ts.
import type { Component } from "vue";
import type { MethodName } from "@/api/types";
import AreaForm from "./AreaForm.vue";
import CallForm from "./CallForm.vue";
import DutchForm from "./DutchForm.vue";
import ExchangeForm from "./ExchangeForm.vue";
import LotteryForm from "./LotteryForm.vue";
import RisingForm from "./RisingForm.vue";
import RoundsForm from "./RoundsForm.vue";
import ScoredForm from "./ScoredForm.vue";
import SealedForm from "./SealedForm.vue";
import WeightedForm from "./WeightedForm.vue";

/** Each takes `v-model`, the row's `path` and the lot's `scale`. */
export const FORMS: Record<MethodName, Component> = {
  sealed: SealedForm,
  dutch: DutchForm,
  rounds: RoundsForm,
  lottery: LotteryForm,
  area: AreaForm,
  weighted: WeightedForm,
  scored: ScoredForm,
  call: CallForm,
  rising: RisingForm,
  exchange: ExchangeForm,
};
