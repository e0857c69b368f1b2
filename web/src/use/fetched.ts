// One REST answer on a page: loading, there, or refused; the newest question wins.
import { ref, shallowRef, type Ref } from "vue";
import { asRefused, type Refused } from "@/api/client";

export interface Fetched<T> {
  value: Ref<T | undefined>;
  refused: Ref<Refused | undefined>;
  loading: Ref<boolean>;
  again: () => Promise<void>;
}

export function useFetched<T>(question: () => Promise<T>): Fetched<T> {
  const value = shallowRef<T>();
  const refused = shallowRef<Refused>();
  const loading = ref(false);
  let turn = 0;

  async function again() {
    const mine = ++turn;
    loading.value = true;
    try {
      const answer = await question();
      if (mine !== turn) return;
      value.value = answer;
      refused.value = undefined;
    } catch (thrown) {
      if (mine === turn) refused.value = asRefused(thrown);
    }
    if (mine === turn) loading.value = false;
  }

  return { value, refused, loading, again };
}
