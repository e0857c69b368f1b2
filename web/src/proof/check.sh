#!/bin/bash
# Checks a receipt with openssl, sha256sum, base64 and the shell's usual tools. Nothing in the receipt is
# believed, or reckoned with, before its form is known.
# usage: check.sh RECEIPT KEY     KEY is the log's public key: name+id+base64
set -eu
export LC_ALL=C.UTF-8
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT
hex() { od -An -v -tx1 | tr -d ' \n'; }
bytes() { printf "$(sed 's/../\\x&/g' <<<"$1")"; }
sha256() { sha256sum | cut -c1-64; }
fail() { echo "REFUSED: $1"; exit 1; }
# Base64 has one spelling; what has two can be altered unseen.
is_base64() { [[ $1 =~ ^[A-Za-z0-9+/]+={0,2}$ ]] && [ "$(base64 -d <<<"$1" 2>/dev/null | base64 -w0)" = "$1" ]; }
is_hash() { [[ $1 =~ ^[A-Za-z0-9+/]{43}=$ ]] && is_base64 "$1"; }
# At most 2^63 - 1, the shell's own bound.
is_number() {
  [[ $1 =~ ^(0|[1-9][0-9]{0,18})$ ]] && { [ ${#1} -lt 19 ] || [[ ! $1 > 9223372036854775807 ]]; }
}

# The receipt proper begins at its first line; what stands above it is for the reader.
LC_ALL=C sed -n '/^c2sp.org\/tlog-proof@v1$/,$p' "$1" >"$dir/receipt"
iconv -f UTF-8 -t UTF-8 "$dir/receipt" >/dev/null 2>&1 || fail "no text"
LC_ALL=C tr -d '\000-\011\013-\037' <"$dir/receipt" | cmp -s - "$dir/receipt" || fail "no text"
[ -s "$dir/receipt" ] && [ "$(tail -c 1 "$dir/receipt" | hex)" = 0a ] || fail "no receipt"
sed '/^$/,$d' "$dir/receipt" | sed 1d >"$dir/proof"
sed '1,/^$/d' "$dir/receipt" >"$dir/checkpoint"
sed '/^$/,$d' "$dir/checkpoint" >"$dir/text"
sed '1,/^$/d' "$dir/checkpoint" >"$dir/signatures"
[ "$(grep -c '^$' "$dir/checkpoint" || true)" = 1 ] || fail "one empty line stands in a checkpoint"

# What it says, and that it is of the documented form.
mapfile -t proof <"$dir/proof"; mapfile -t text <"$dir/text"; mapfile -t signatures <"$dir/signatures"
(( ${#proof[@]} >= 2 && ${#proof[@]} <= 66 && ${#text[@]} >= 3 )) || fail "lines are missing"
(( ${#signatures[@]} >= 1 && ${#signatures[@]} <= 100 )) || fail "1 to 100 signatures"
[[ ${proof[0]} == "extra "* ]] || fail "no entry"; entry=${proof[0]#extra }
[[ ${proof[1]} == "index "* ]] || fail "no index"; at=${proof[1]#index }
origin=${text[0]} size=${text[1]} root=${text[2]}
is_base64 "$entry" || fail "the entry is no base64"
is_number "$at" && is_number "$size" || fail "no number"
is_hash "$root" || fail "the root is no hash"
path=("${proof[@]:2}")
for beside in "${path[@]}"; do is_hash "$beside" || fail "the path is not of hashes"; done

# 1. The log signed this size and this root.
[[ $2 =~ ^[^+]+\+[0-9a-f]{8}\+[A-Za-z0-9+/]+=*$ ]] || fail "the key is name+id+base64"
name=${2%%+*}; key=${2#*+}; id=${key%%+*}; key=${key#*+}
[ "$origin" = "$name" ] || fail "the checkpoint is of $origin, the key of $name"
{ printf '%s\n' "$name"; base64 -d <<<"$key"; } | sha256 | grep -q "^$id" || fail "the key's parts do not belong together"
{ bytes 302a300506032b6570032100; base64 -d <<<"$key" | tail -c 32; } | openssl pkey -pubin -inform DER -out "$dir/key.pem"
found=
for line in "${signatures[@]}"; do
  [[ $line =~ ^—\ ([^ +]+)\ ([A-Za-z0-9+/=]+)$ ]] || fail "a signature line is “— name base64”"
  who=${BASH_REMATCH[1]} signature=${BASH_REMATCH[2]}
  ! grep -qP '[\p{Z}\x{85}]' <<<"$who" || fail "a name has no space"
  is_base64 "$signature" || fail "a signature is no base64"
  own=$(base64 -d <<<"$signature" | hex)
  (( ${#own} >= 10 )) || fail "a signature without bytes"
  [ -z "$found" ] && [ "$who" = "$name" ] && [ "${own:0:8}" = "$id" ] || continue
  found=yes; bytes "${own:8}" >"$dir/signature"
done
[ -n "$found" ] || fail "the log did not sign it"
openssl pkeyutl -verify -pubin -inkey "$dir/key.pem" -rawin -in "$dir/text" -sigfile "$dir/signature" >"$dir/said" 2>&1 || fail "signature"

# 2. The entry leads along the path to that root (RFC 6962).
base64 -d <<<"$entry" >"$dir/entry"
(( at < size )) || fail "the index is outside the tree"
last=$((size - 1))
hash=$({ bytes 00; cat "$dir/entry"; } | sha256)
node() { bytes "01$1$2" | sha256; }
for beside in "${path[@]}"; do
  (( last > 0 )) || fail "the path is too long"
  beside=$(base64 -d <<<"$beside" | hex)
  if ((at & 1)) || ((at == last)); then
    hash=$(node "$beside" "$hash")
    while ((at && !(at & 1))); do at=$((at >> 1)) last=$((last >> 1)); done
  else
    hash=$(node "$hash" "$beside")
  fi
  at=$((at >> 1)) last=$((last >> 1))
done
((last == 0)) || fail "the path is too short"
[ "$hash" = "$(base64 -d <<<"$root" | hex)" ] || fail "the entry does not lead to the signed root"

echo "VERIFIED:"; cat "$dir/entry"; echo
