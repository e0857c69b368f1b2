// 回执文件: what is handed to the bidder to keep — the receipt, and above it the log's key with its warning.
import en from "@/words/areas/proof.en";
import zh from "@/words/areas/proof.zh";

const BEGINS = "c2sp.org/tlog-proof@v1\n";
const KEY = "key ";

export function written(receipt: string, key: string): string {
  return [`${zh.file.title} · ${en.file.title}`, "", KEY + key, zh.file.warning, en.file.warning, "", receipt].join("\n");
}

export interface Taken {
  receipt: string;
  /** As the file says; to be compared, not believed. */
  key?: string;
}

/** Takes a kept file apart again. A bare receipt is one too; lines that came through Windows or a form are mended. */
export function taken(file: string): Taken {
  const text = `${file.replace(/^\ufeff/, "").replace(/\r\n?/g, "\n").replace(/\n*$/, "")}\n`;
  const begins = text.startsWith(BEGINS) ? 0 : text.indexOf(`\n${BEGINS}`) + 1;
  const key = text.slice(0, begins).split("\n").find((line) => line.startsWith(KEY));
  return { receipt: text.slice(begins), key: key?.slice(KEY.length).trim() };
}
