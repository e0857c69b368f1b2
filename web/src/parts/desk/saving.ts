// A form that is sent: the server's objection is put beside the input it means, and that input shown.
import { nextTick, provide, ref, shallowRef, type Ref } from "vue";
import { asRefused, type Refused } from "@/api/client";
import { objection, type Objection } from "./objection";

/** `meant` tells the inputs a server's field means. */
export function useSaving(form: Readonly<Ref<HTMLElement | null>>, meant: (field: string | undefined) => readonly string[], send: () => Promise<void>) {
  const busy = ref(false);
  const saved = ref(false);
  const refused = shallowRef<Refused>();
  const said = shallowRef<Objection>();
  /** No input is meant, or none that is on the page. */
  const adrift = ref(false);
  provide(objection, said);

  /** Puts an objection where it belongs, without taking the reader there. */
  function object(objected: Refused | undefined) {
    refused.value = objected;
    said.value = objected && { refused: objected, places: meant(objected.field) };
  }

  async function submit() {
    busy.value = true;
    saved.value = false;
    object(undefined);
    try {
      await send();
      saved.value = true;
    } catch (thrown) {
      object(asRefused(thrown));
    }
    busy.value = false;
    if (refused.value) await show();
  }

  async function show() {
    const place = said.value?.places.map((path) => form.value?.querySelector(`[data-field="${path}"]`)).find((found) => found != null);
    adrift.value = !place;
    await nextTick();
    (place ?? form.value)?.scrollIntoView({ block: place ? "center" : "start" });
    place?.querySelector<HTMLElement>("input, select, textarea")?.focus({ preventScroll: true });
  }

  return { busy, saved, refused, adrift, submit, object };
}
