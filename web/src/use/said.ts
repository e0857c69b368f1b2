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
  /** 、 in Chinese, a comma elsewhere. */
  const listed = (items: readonly (string | number)[]) => items.join(chinese.value ? "、" : ", ");
  return { t, te, locale, chinese, say, title, name, label, listed };
}
