import { createApp } from "vue";
import App from "./App.vue";
import { router } from "./router";
import { live } from "./use/live";
import { session } from "./use/session";
import { words } from "./words";
import "./theme/tokens.css";
import "./theme/base.css";
import "./theme/frame.css";

async function begin() {
  await Promise.all([session.restore(), words.ready]);
  session.keepFresh(() => live.server_now.value);
  // A fresh token renews rights on the open line; another person needs another line.
  session.onChange((how) => (how === "renewed" ? live.renew() : live.restart()));
  live.start();
  const app = createApp(App).use(words.i18n).use(router);
  // What was painted first stays until the page is there to take its place.
  await router.isReady();
  app.mount("#app");
}

void begin();
