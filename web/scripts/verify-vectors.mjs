// The browser's verifier as a filter: a vector a line on stdin, its verdict a line on stdout.
// tests/it/vectors.rs asks it what it asks the verifiers in Rust.
import { createInterface } from "node:readline";
import { checkConsistency, checkReceipt, checkSigned, Fault, readCheckpoint, readHash } from "../src/proof/receipt.js";

const bytes = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));

async function judge({ kind, log, witnesses, text, older, newer, path }) {
  if (kind === "receipt") {
    const { index, cosignatures } = await checkReceipt(bytes(text), { log, witnesses });
    return { valid: true, index: String(index), cosigned: cosignatures.length };
  }
  const [before, after] = [older, newer].map((text) => readCheckpoint(bytes(text)));
  for (const checkpoint of [before, after]) await checkSigned(checkpoint, { log });
  await checkConsistency(before, after, path.map(readHash));
  return { valid: true };
}

for await (const line of createInterface({ input: process.stdin })) {
  const verdict = await judge(JSON.parse(line)).catch((thrown) => {
    // Anything but a named fault is a fault of the verifier itself, and must not pass for a refusal.
    if (!(thrown instanceof Fault)) throw thrown;
    return { valid: false, code: thrown.code };
  });
  process.stdout.write(`${JSON.stringify(verdict)}\n`);
}
