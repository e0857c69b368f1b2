// @ts-check
// The verifier of a receipt: one file, nothing imported, WebCrypto only. The live room, verify.html
// and Node run this very text, and tests/it/vectors.rs holds it against two verifiers in Rust.
//
// Formats: c2sp.org/signed-note, tlog-checkpoint, tlog-cosignature, tlog-proof; hashes: RFC 6962.

/**
 * @typedef {Uint8Array<ArrayBuffer>} Bytes
 * @typedef {{ name: string, id: number, kind: number, point: Bytes }} Key a public key that is trusted
 * @typedef {{ name: string, id: number, bytes: Bytes }} Signature
 * @typedef {{ text: string, signatures: Signature[] }} Note
 * @typedef {{ origin: string, size: bigint, root: Bytes, note: Note }} Checkpoint
 * @typedef {{ extra: Bytes | undefined, index: bigint, path: Bytes[], checkpoint: Checkpoint }} Receipt
 * @typedef {{ name: string, at: number }} Cosignature who saw the checkpoint, and when in seconds since 1970 UTC
 * @typedef {{ entry: Bytes, index: bigint, checkpoint: Checkpoint, cosignatures: Cosignature[] }} Checked
 */

/** A receipt is a line of the record, at most 64 hashes and a few signatures. */
export const TEXT_CHARS_MAX = 64 * 1024;
/** A tree of 2^64 entries is 64 hashes high. */
export const PATH_HASHES_MAX = 64;
/** The format asks for 16 at least; a checkpoint has one signature for each witness. */
export const SIGNATURES_MAX = 100;

const HEADER = "c2sp.org/tlog-proof@v1";
const HASH_BYTES = 32;
const KIND_SIGNATURE = 1;
const KIND_COSIGNATURE = 4;
const U64_MAX = 2n ** 64n - 1n;

/** What is wrong, by a code that has its sentence in both languages (words/areas/proof). */
export class Fault extends Error {
  /** @param {string} code */
  constructor(code) {
    super(code);
    this.code = code;
  }
}

/**
 * Checks one receipt: the entry it carries is in the tree the log signed.
 * @param {string | Bytes} receipt
 * @param {{ log: string, witnesses?: readonly string[] }} trusted keys that came by another way than the receipt
 * @returns {Promise<Checked>}
 */
export async function checkReceipt(receipt, trusted) {
  const { extra, index, path, checkpoint } = readReceipt(receipt);
  if (!extra) throw new Fault("no_entry");
  const cosignatures = await checkSigned(checkpoint, trusted);
  await checkInclusion(index, checkpoint.size, await leafHash(extra), path, checkpoint.root);
  return { entry: extra, index, checkpoint, cosignatures };
}

/**
 * Checks that the log, and no known witness wrongly, signed a checkpoint.
 * @param {Checkpoint} checkpoint
 * @param {{ log: string, witnesses?: readonly string[] }} trusted
 * @returns {Promise<Cosignature[]>} one for each known witness who signed
 */
export async function checkSigned({ origin, note }, trusted) {
  const log = await readKey(trusted.log, KIND_SIGNATURE);
  if (log.name !== origin) throw new Fault("other_log");
  const signature = find(note, log);
  if (!signature) throw new Fault("not_signed");
  if (!(await signed(log, signature.bytes, encode(note.text)))) throw new Fault("wrong_signature");

  const cosignatures = [];
  for (const text of trusted.witnesses ?? []) {
    const witness = await readKey(text, KIND_COSIGNATURE);
    const cosignature = find(note, witness);
    if (!cosignature) continue;
    if (cosignature.bytes.length !== 8 + 64) throw new Fault("wrong_cosignature");
    const at = firstEight(cosignature.bytes);
    const said = encode(`cosignature/v1\ntime ${at}\n${note.text}`);
    if (!(await signed(witness, cosignature.bytes.slice(8), said))) throw new Fault("wrong_cosignature");
    cosignatures.push({ name: witness.name, at: Number(at) });
  }
  return cosignatures;
}

/**
 * Checks a promise: the log bound itself to a line that had to stay secret.
 * @param {{ note: string, salt: string, line: string }} promise
 * @param {{ log: string }} trusted
 * @returns {Promise<{ lot: string, commitment: string, entry: Bytes }>}
 */
export async function checkPromise({ note, salt, line }, trusted) {
  const log = await readKey(trusted.log, KIND_SIGNATURE);
  const said = readNote(readText(note));
  const signature = find(said, log);
  if (!signature) throw new Fault("not_signed");
  if (!(await signed(log, signature.bytes, encode(said.text)))) throw new Fault("wrong_signature");
  const [title, lot, commitment, ...more] = said.text.slice(0, -1).split("\n");
  if (title !== `${log.name}/promise` || !lot || !commitment || more.length > 0) throw new Fault("bad_promise");
  const entry = encode(line);
  if (!same(await sha256(readHash(salt), entry), readHash(commitment))) throw new Fault("wrong_commitment");
  return { lot, commitment, entry };
}

/**
 * Who says to have seen a checkpoint, where their keys are not at hand: to be shown as unchecked.
 * @param {Checkpoint} checkpoint
 * @returns {Cosignature[]}
 */
export function unchecked({ origin, note }) {
  const others = note.signatures.filter(({ name, bytes }) => name !== origin && bytes.length === 8 + 64);
  return others.map(({ name, bytes }) => ({ name, at: Number(firstEight(bytes)) }));
}

/**
 * RFC 9162, 2.1.3.2: the leaf is at `index` of the tree with `root`.
 * @param {bigint} index @param {bigint} size @param {Bytes} leaf @param {Bytes[]} path @param {Bytes} root
 */
export async function checkInclusion(index, size, leaf, path, root) {
  if (index >= size) throw new Fault("index_outside");
  let [at, last, hash] = [index, size - 1n, leaf];
  for (const beside of path) {
    if (last === 0n) throw new Fault("path_too_long");
    if (odd(at) || at === last) {
      hash = await nodeHash(beside, hash);
      for (; !odd(at) && at !== 0n; at >>= 1n) last >>= 1n;
    } else {
      hash = await nodeHash(hash, beside);
    }
    at >>= 1n;
    last >>= 1n;
  }
  if (last !== 0n) throw new Fault("path_too_short");
  if (!same(hash, root)) throw new Fault("wrong_root");
}

/**
 * RFC 9162, 2.1.4.2: all that was in the older tree stands unchanged in the newer one.
 * @param {Pick<Checkpoint, "size" | "root">} older
 * @param {Pick<Checkpoint, "size" | "root">} newer
 * @param {Bytes[]} path
 */
export async function checkConsistency(older, newer, path) {
  if (older.size === 0n) throw new Fault("empty_tree");
  if (older.size > newer.size) throw new Fault("log_shrank");
  if (older.size === newer.size) {
    if (!same(older.root, newer.root)) throw new Fault("log_split");
    if (path.length > 0) throw new Fault("path_too_long");
    return;
  }
  let [at, last] = [older.size - 1n, newer.size - 1n];
  for (; odd(at); at >>= 1n) last >>= 1n;
  // A whole older tree is itself the first hash of the path, and is left out of it.
  const [first, ...rest] = at === 0n ? [older.root, ...path] : path;
  if (!first) throw new Fault("path_too_short");
  let [old, now] = [first, first];
  for (const beside of rest) {
    if (last === 0n) throw new Fault("path_too_long");
    if (odd(at) || at === last) {
      old = await nodeHash(beside, old);
      now = await nodeHash(beside, now);
      for (; !odd(at) && at !== 0n; at >>= 1n) last >>= 1n;
    } else {
      now = await nodeHash(now, beside);
    }
    at >>= 1n;
    last >>= 1n;
  }
  if (last !== 0n) throw new Fault("path_too_short");
  if (!same(old, older.root) || !same(now, newer.root)) throw new Fault("log_split");
}

/**
 * Takes a receipt apart; nothing of it is to be believed before it is checked.
 * @param {string | Bytes} receipt
 * @returns {Receipt}
 */
export function readReceipt(receipt) {
  const text = readText(receipt);
  const end = text.indexOf("\n\n");
  if (end < 0) throw new Fault("no_checkpoint");
  const lines = text.slice(0, end).split("\n");
  if (lines.shift() !== HEADER) throw new Fault("not_a_receipt");
  const extra = lines[0]?.startsWith("extra ") ? readBase64(lines.shift()?.slice(6)) : undefined;
  const index = lines.shift();
  if (!index?.startsWith("index ")) throw new Fault("no_index");
  if (lines.length > PATH_HASHES_MAX) throw new Fault("path_too_long");
  return { extra, index: readNumber(index.slice(6)), path: lines.map(readHash), checkpoint: readCheckpoint(text.slice(end + 2)) };
}

/**
 * @param {string | Bytes} checkpoint
 * @returns {Checkpoint}
 */
export function readCheckpoint(checkpoint) {
  const note = readNote(readText(checkpoint));
  const [origin, size, root, ...more] = note.text.slice(0, -1).split("\n");
  if (!origin || size === undefined || root === undefined || more.includes("")) throw new Fault("bad_checkpoint");
  return { origin, size: readNumber(size), root: readHash(root), note };
}

/**
 * @param {string} text
 * @returns {Note}
 */
function readNote(text) {
  const end = text.lastIndexOf("\n\n");
  if (end < 0 || !text.endsWith("\n") || end + 2 >= text.length) throw new Fault("bad_note");
  const lines = text.slice(end + 2, -1).split("\n");
  if (lines.length > SIGNATURES_MAX) throw new Fault("too_many_signatures");
  return { text: text.slice(0, end + 1), signatures: lines.map(readSignature) };
}

/**
 * @param {string} line
 * @returns {Signature}
 */
function readSignature(line) {
  const [dash, name, base64, ...more] = line.split(" ");
  if (dash !== "—" || !isName(name) || more.length > 0) throw new Fault("bad_note");
  const bytes = readBase64(base64);
  if (bytes.length < 5) throw new Fault("bad_note");
  return { name, id: firstFour(bytes), bytes: bytes.slice(4) };
}

/**
 * A public key as text: name+id+base64, c2sp.org/signed-note "verifier keys".
 * @param {string} text
 * @param {number} kind what it is wanted for
 * @returns {Promise<Key>}
 */
export async function readKey(text, kind = KIND_SIGNATURE) {
  const [, name, id, base64] = /^([^+]+)\+([0-9a-fA-F]{8})\+(.+)$/u.exec(text.trim()) ?? [];
  if (!isName(name) || !id) throw new Fault("bad_key");
  const material = readBase64(base64, "bad_key");
  if (material[0] !== kind || material.length !== 1 + 32) throw new Fault("bad_key");
  const hash = await sha256(encode(`${name}\n`), material);
  if (firstFour(hash) !== parseInt(id, 16)) throw new Fault("bad_key");
  return { name, id: firstFour(hash), kind, point: material.slice(1) };
}

/** @param {Bytes} entry */
export const leafHash = (entry) => sha256(Uint8Array.of(0), entry);

/** @param {Bytes} left @param {Bytes} right */
const nodeHash = (left, right) => sha256(Uint8Array.of(1), left, right);

/**
 * @param {string | Bytes} text
 * @returns {string}
 */
function readText(text) {
  if (text.length > TEXT_CHARS_MAX) throw new Fault("too_long");
  if (typeof text !== "string") {
    try {
      text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(text);
    } catch {
      throw new Fault("not_text");
    }
  }
  if (/[\x00-\x09\x0b-\x1f]/.test(text)) throw new Fault("not_text");
  return text;
}

/** @param {string} text */
function readNumber(text) {
  if (!/^(0|[1-9][0-9]{0,19})$/.test(text)) throw new Fault("bad_number");
  const number = BigInt(text);
  if (number > U64_MAX) throw new Fault("bad_number");
  return number;
}

/** @param {string} text */
export function readHash(text) {
  const bytes = readBase64(text);
  if (bytes.length !== HASH_BYTES) throw new Fault("bad_hash");
  return bytes;
}

/**
 * RFC 4648, section 4, to the letter: what has two spellings can be altered unseen.
 * @param {string | undefined} text
 * @returns {Bytes}
 */
function readBase64(text, code = "bad_base64") {
  if (!text || text.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(text)) throw new Fault(code);
  const raw = atob(text);
  if (btoa(raw) !== text) throw new Fault(code);
  return Uint8Array.from(raw, (char) => char.charCodeAt(0));
}

/**
 * @param {string | undefined} name
 * @returns {name is string}
 */
function isName(name) {
  return !!name && !/[+\p{White_Space}]/u.test(name);
}

/** @param {Note} note @param {Key} key */
function find(note, key) {
  return note.signatures.find(({ name, id }) => name === key.name && id === key.id);
}

/** @param {Key} key @param {Bytes} signature @param {Bytes} message */
async function signed(key, signature, message) {
  if (signature.length !== 64) return false;
  try {
    const point = await subtle().importKey("raw", key.point, "Ed25519", false, ["verify"]);
    return await subtle().verify("Ed25519", point, signature, message);
  } catch (thrown) {
    if (thrown instanceof DOMException && thrown.name === "NotSupportedError") throw new Fault("no_ed25519");
    return false;
  }
}

/** @param {Bytes[]} parts */
async function sha256(...parts) {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let from = 0;
  for (const part of parts) {
    whole.set(part, from);
    from += part.length;
  }
  return new Uint8Array(await subtle().digest("SHA-256", whole));
}

/** Browsers keep WebCrypto from pages that came over plain HTTP. */
function subtle() {
  const { subtle } = globalThis.crypto ?? {};
  if (!subtle) throw new Fault("no_crypto");
  return subtle;
}

/**
 * @param {string} text
 * @returns {Bytes}
 */
function encode(text) {
  return new TextEncoder().encode(text);
}

/** @param {Bytes} bytes */
const firstFour = (bytes) => new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);

/** @param {Bytes} bytes */
const firstEight = (bytes) => new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0);

/** @param {bigint} number */
const odd = (number) => (number & 1n) === 1n;

/** @param {Bytes} a @param {Bytes} b */
const same = (a, b) => a.length === b.length && a.every((byte, i) => byte === b[i]);
