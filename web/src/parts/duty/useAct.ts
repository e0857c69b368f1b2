// An office's act: sent once, busy meanwhile, and refused in the server's words.
import { ref, shallowRef } from "vue";
import { asRefused, type Refused } from "@/api/client";

export function useAct(done: () => void) {
  const busy = ref(false);
  const refused = shallowRef<Refused>();

  async function act(work: () => Promise<unknown>): Promise<boolean> {
    busy.value = true;
    refused.value = undefined;
    try {
      await work();
    } catch (thrown) {
      refused.value = asRefused(thrown);
    }
    busy.value = false;
    done();
    return refused.value === undefined;
  }
  return { busy, refused, act };
}
