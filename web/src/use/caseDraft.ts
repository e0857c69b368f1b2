// An application form that keeps itself: what is whole goes to the server, the rest waits in this tab.
import { useEventListener, watchDebounced } from "@vueuse/core";
import { computed, onBeforeUnmount, reactive, ref, shallowRef, watch } from "vue";
import * as calls from "@/api/calls";
import { asRefused, type Refused } from "@/api/client";
import { filled, formOf, lacking, sendable } from "./caseForm";
import { live } from "./live";
import type { CaseForm, CaseView } from "@/api/types";

/** Long enough not to send every letter, short enough to lose none. */
const SAVE_AFTER_MS = 1200;

function unsaved(key: string): CaseForm {
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? "{}") as CaseForm;
  } catch {
    return {};
  }
}

export function useCaseDraft(view: CaseView, objected: (refused: Refused | undefined) => void) {
  // Half a number is nothing the server would keep: until it is whole it lies in this tab, and survives a reload.
  const key = `sunbid.case.${view.id}`;
  const form = reactive<CaseForm>(formOf(view.fields, { ...view.form, ...unsaved(key) }));
  let sent = JSON.stringify(sendable(view.fields, formOf(view.fields, view.form)).form);
  const saved_at = ref<number>();
  const saving = ref(false);
  const refused = shallowRef<Refused>();
  let last: Promise<void> = Promise.resolve();

  const held = computed(() => sendable(view.fields, form).held);
  const missing = computed(() => lacking(view.fields, form));

  async function send(whole: boolean) {
    const now = whole ? filled(view.fields, form) : sendable(view.fields, form).form;
    const text = JSON.stringify(now);
    if (text === sent) return void (refused.value = undefined);
    saving.value = true;
    try {
      await calls.cases.write(view.id, now);
      sent = text;
      saved_at.value = live.server_now.value;
      refused.value = undefined;
      objected(undefined);
      // What was typed meanwhile is kept until it is saved as well.
      if (JSON.stringify(filled(view.fields, form)) === sent) sessionStorage.removeItem(key);
    } catch (thrown) {
      refused.value = asRefused(thrown);
      if (refused.value.field) objected(refused.value);
    }
    saving.value = false;
  }

  /** Saves what is not saved yet, after what is under way; before filing, all of it is put to the server. */
  const save = (whole = false) => (last = last.then(() => send(whole)));

  watch(form, () => sessionStorage.setItem(key, JSON.stringify(form)), { deep: true });
  watchDebounced(form, () => save(), { debounce: SAVE_AFTER_MS, deep: true });
  useEventListener(document, "visibilitychange", () => document.visibilityState === "hidden" && void save());
  onBeforeUnmount(() => save());

  return { form, held, missing, saving, saved_at, refused, save };
}
