// The server's last objection to the form, handed down to the fields.
import type { InjectionKey, Ref } from "vue";
import type { Refused } from "@/api/client";

export const objection: InjectionKey<Ref<Refused | undefined>> = Symbol("objection");
