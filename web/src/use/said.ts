// Picks the reader's language from what the server says in both.
import { computed } from "vue";
import { useI18n } from "vue-i18n";
import type { Said } from "@/api/types";

export function useSaid() {
  const { t, te, locale } = useI18n();
  const chinese = computed(() => locale.value === "zh-CN");
  const say = (said: Partial<Record<keyof Said, string | null>>) => (chinese.value ? said.zh : said.en) ?? said.zh ?? said.en ?? "";
  const title = (lot: { title_zh: string; title_en: string }) => (chinese.value ? lot.title_zh : lot.title_en || lot.title_zh);
  const name = (named: { name_zh: string; name_en: string }) => (chinese.value ? named.name_zh : named.name_en || named.name_zh);
  const label = (labelled: { label_zh: string; label_en: string }) => (chinese.value ? labelled.label_zh : labelled.label_en || labelled.label_zh);
  const list = computed(() => new Intl.ListFormat(locale.value, { style: "narrow" }));
  /** As the reader's language lists things: 甲、乙和丙. */
  const listed = (items: readonly (string | number)[]) => list.value.format(items.map(String));
  return { t, te, locale, chinese, say, title, name, label, listed };
}
