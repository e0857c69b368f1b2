#!/bin/bash
# Checks a receipt with openssl, sha256sum and base64 alone.
# usage: check.sh RECEIPT KEY     KEY is the log's public key: name+id+base64
set -eu
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT
hex() { od -An -v -tx1 | tr -d ' \n'; }
bytes() { printf "$(sed 's/../\\x&/g' <<<"$1")"; }
sha256() { sha256sum | cut -c1-64; }
fail() { echo "REFUSED: $1"; exit 1; }

# The receipt proper begins at its first line; what stands above it is for the reader.
sed -n '/^c2sp.org\/tlog-proof@v1$/,$p' "$1" >"$dir/receipt"
sed '1,/^$/d' "$dir/receipt" >"$dir/checkpoint"
sed '/^$/,$d' "$dir/checkpoint" >"$dir/text"
{ read -r origin; read -r size; read -r root; } <"$dir/text"

# 1. The log signed this size and this root.
name=${2%%+*}; key=${2#*+}; key=${key#*+}
[ "$origin" = "$name" ] || fail "the checkpoint is of $origin, the key of $name"
{ bytes 302a300506032b6570032100; base64 -d <<<"$key" | tail -c 32; } | openssl pkey -pubin -inform DER -out "$dir/key.pem"
sed '1,/^$/d' "$dir/checkpoint" | while read -r _ who line; do [ "$who" != "$name" ] || { echo "$line"; break; }; done | base64 -d | tail -c +5 >"$dir/signature"
openssl pkeyutl -verify -pubin -inkey "$dir/key.pem" -rawin -in "$dir/text" -sigfile "$dir/signature" || fail "signature"

# 2. The entry leads along the path to that root (RFC 6962).
sed -n 's/^extra //p' "$dir/receipt" | head -1 | base64 -d >"$dir/entry"
at=$(sed -n 's/^index //p' "$dir/receipt" | head -1); last=$((size - 1))
hash=$({ bytes 00; cat "$dir/entry"; } | sha256)
node() { bytes "01$1$2" | sha256; }
for beside in $(sed -n '/^index /,/^$/p' "$dir/receipt" | sed 1d); do
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
