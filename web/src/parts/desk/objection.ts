// The server's last objection to the form and the inputs it means, handed down to the fields.
import type { InjectionKey, Ref } from "vue";
import type { Refused } from "@/api/client";

export interface Objection {
  refused: Refused;
  places: readonly string[];
}

export const objection: InjectionKey<Ref<Objection | undefined>> = Symbol("objection");
