// verify.html as one file that needs nothing beside it: it must work from a disk, offline, in ten years.
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { build, type Plugin } from "vite";

/** Builds `page` with its one script inside, unminified so that it can be read, and a policy that lets nothing else run. */
export function oneFile(page: string, script: string): Plugin {
  let alias = {};
  return {
    name: "one-file",
    apply: "build",
    configResolved: (config) => void (alias = config.resolve.alias),
    async generateBundle() {
      const built = await build({
        configFile: false,
        logLevel: "warn",
        publicDir: false,
        resolve: { alias },
        build: { write: false, minify: false, target: "es2022", modulePreload: false, rolldownOptions: { input: script.slice(1) } },
      });
      if (!("output" in built) || built.output.length !== 1) throw new Error(`${script} is more than one file`);
      const code = `\n${built.output[0].code.replaceAll("</script", "<\\/script")}`;
      const html = await readFile(page, "utf8");
      const [, style = ""] = /<style>([^]*?)<\/style>/.exec(html) ?? [];
      const hash = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
      const policy = `default-src 'none'; script-src ${hash(code)}; style-src ${hash(style)}; base-uri 'none'; form-action 'none'`;
      const source = html
        .replace('<meta charset="utf-8" />', (charset) => `${charset}\n    <meta http-equiv="content-security-policy" content="${policy}" />`)
        .replace(`<script type="module" src="${script}"></script>`, () => `<script type="module">${code}</script>`);
      this.emitFile({ type: "asset", fileName: page, source });
    },
  };
}
