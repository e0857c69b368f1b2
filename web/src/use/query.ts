// The URL is the state: a page's filters are its query, one name each.
import { computed } from "vue";
import { useRoute, useRouter } from "vue-router";

export function useQuery() {
  const route = useRoute();
  const router = useRouter();
  const read = (name: string) => {
    const value = route.query[name];
    return (Array.isArray(value) ? value[0] : value) ?? "";
  };
  /** A filter as a model; a new choice begins at the first page again. */
  const field = (name: string) =>
    computed<string>({
      get: () => read(name),
      set: (value) => void router.replace({ query: { ...route.query, [name]: value || undefined, page: undefined } }),
    });
  return { read, field, page: computed(() => Math.max(1, Number(read("page")) || 1)) };
}
