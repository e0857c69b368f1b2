// The first paint. The page's answer carries its own colours and frame, and one small script sets the heading
// in the reader's language: what is looked at first needs neither the program nor a second question.
import { runnerImport, type Plugin } from "vite";
import type zh from "./src/words/zh-CN";
import type * as Places from "./src/use/places";

const SCRIPT = "shell.js";

interface Words {
  product: string;
  line: string;
  page: Record<string, string>;
}

/** Runs in the browser before anything else; it may use nothing but what it is given. */
function paint(words: Record<string, Words>, headings: [string, string][]) {
  const language = localStorage.getItem("sunbid.language") === "en" ? "en" : "zh-CN";
  const said = words[language]!;
  const path = location.pathname.replace(/(.)\/$/, "$1");
  const page = headings.find(([start]) => path === start || (start.endsWith("/") && start !== "/" && path.startsWith(start)))?.[1];
  document.documentElement.lang = language;
  for (const place of document.querySelectorAll<HTMLElement>("[data-shell]")) {
    const name = place.dataset.shell!;
    place.textContent = name === "heading" ? (page ? said.page[page]! : said.product) : name === "product" ? said.product : name === "line" ? said.line : said.page[name]!;
  }
}

type Spoken = typeof zh;
const bare = (name: string) => name.replace("page.", "");

/** Both languages and the places, read from where the program itself has them. */
async function known() {
  const read = async <T>(file: string) => (await runnerImport<T>(file)).module;
  const [chinese, english, places] = await Promise.all([
    read<{ default: Spoken }>("./src/words/zh-CN.ts"), read<{ default: Spoken }>("./src/words/en.ts"), read<typeof Places>("./src/use/places.ts"),
  ]);
  const names = [...places.PUBLIC.map(({ name }) => bare(name)), ...places.HEADINGS.map(([, name]) => name)];
  const spoken = ({ product, page }: Spoken): Words => ({
    product: product.name, line: product.line, page: Object.fromEntries(names.map((name) => [name, page[name as keyof Spoken["page"]]])),
  });
  return { words: { "zh-CN": spoken(chinese.default), en: spoken(english.default) }, nav: places.PUBLIC, headings: places.HEADINGS };
}

export function shell(): Plugin {
  let ready: ReturnType<typeof known>;
  return {
    name: "shell",
    apply: "build",
    buildStart() {
      ready = known();
    },
    transformIndexHtml: {
      // After Vite has written its links, so that the sheet can be put in their place.
      order: "post",
      async handler(html, { bundle }) {
        const { words, nav } = await ready;
        const links = nav.map(({ path, name }) => `<a href="${path}" data-shell="${bare(name)}">${words["zh-CN"].page[bare(name)]}</a>`);
        return html
          .replace(/<link rel="stylesheet"[^>]*href="\/([^"]+)">/g, (link, file: string) => {
            const sheet = bundle?.[file];
            return sheet?.type === "asset" ? `<style>${String(sheet.source)}</style>` : link;
          })
          .replace("<!-- places -->", links.join(""))
          .replace("<!-- shell -->", `<script src="/${SCRIPT}"></script>`);
      },
    },
    async generateBundle() {
      const { words, headings } = await ready;
      this.emitFile({ type: "asset", fileName: SCRIPT, source: `(${paint.toString()})(${JSON.stringify(words)},${JSON.stringify(headings)})` });
    },
  };
}
