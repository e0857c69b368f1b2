// The two languages. Chinese comes with the page; English is fetched when chosen.
import { nextTick } from "vue";
import { createI18n } from "vue-i18n";
import zh from "./zh-CN";

export type Language = "zh-CN" | "en";
const LANGUAGE_KEY = "sunbid.language";

const i18n = createI18n({ legacy: false, locale: "zh-CN" as Language, fallbackLocale: "zh-CN", messages: { "zh-CN": zh } as Record<string, typeof zh> });

async function speak(language: Language) {
  if (language === "en" && !i18n.global.availableLocales.includes("en")) i18n.global.setLocaleMessage("en", (await import("./en")).default);
  i18n.global.locale.value = language;
  localStorage.setItem(LANGUAGE_KEY, language);
  document.documentElement.lang = language;
  await nextTick();
}

export const words = {
  i18n,
  speak,
  ready: localStorage.getItem(LANGUAGE_KEY) === "en" ? speak("en") : Promise.resolve(),
};
