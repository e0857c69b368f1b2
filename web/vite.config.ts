import { fileURLToPath } from "node:url";
import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vitest/config";
import { oneFile } from "./one-file.ts";
import { shell } from "./shell.ts";

export default defineConfig({
  plugins: [vue(), oneFile("verify.html", "/src/proof/page.ts"), shell()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  // The Host header stays the browser's own, so the server's origin check sees one origin.
  server: { proxy: { "/api": { target: "http://localhost:8080", ws: true }, "/checkpoint": "http://localhost:8080" } },
  // Nothing becomes a data: address, so the content policy can stay strict.
  build: { assetsInlineLimit: 0, chunkSizeWarningLimit: 600 },
  test: { include: ["src/**/*.test.ts"] },
});
