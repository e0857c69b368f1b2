// A form that is sent: the server's objection is put beside the input it means, and that input shown.
import { nextTick, provide, ref, shallowRef, type Ref } from "vue";
import { asRefused, type Refused } from "@/api/client";
import { places } from "@/use/draft";
import { objection, type Objection } from "./objection";
import type { TermsDraft } from "@/api/types";

export function useSaving(form: Readonly<Ref<HTMLElement | null>>, draft: () => { terms: TermsDraft }, send: () => Promise<void>) {
  const busy = ref(false);
  const saved = ref(false);
  const refused = shallowRef<Refused>();
  const said = shallowRef<Objection>();
  /** No input is meant, or none that is on the page. */
  const adrift = ref(false);
  provide(objection, said);

  async function submit() {
    busy.value = true;
    saved.value = false;
    refused.value = said.value = undefined;
    try {
      await send();
      saved.value = true;
    } catch (thrown) {
      refused.value = asRefused(thrown);
      said.value = { refused: refused.value, places: places(refused.value.field, draft()) };
    }
    busy.value = false;
    if (refused.value) await show();
  }

  async function show() {
    const meant = said.value?.places.map((path) => form.value?.querySelector(`[data-field="${path}"]`)).find((found) => found != null);
    adrift.value = !meant;
    await nextTick();
    (meant ?? form.value)?.scrollIntoView({ block: meant ? "center" : "start" });
    meant?.querySelector<HTMLElement>("input, select, textarea")?.focus({ preventScroll: true });
  }

  return { busy, saved, refused, adrift, submit };
}
