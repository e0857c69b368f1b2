#!/usr/bin/env bash
# Open data against the standard's own validator: more than a hundred lots of every selling method through
# whole lives, then libcoveocds over every package they made. The standard and its extensions lie in OCDS_DIR
# (standard-1__1__5.zip and the folders lots, bids, techniques, auction); they are served on loopback in
# place of their public addresses. Without OCDS_DIR, only what needs no network is checked.
set -euo pipefail
cd "$(dirname "$0")/.."
out="$PWD/target/ocds"
rm -rf "$out/packages"
mkdir -p "$out/packages"

OCDS_OUT="$out/packages" OCDS_COPIES="${OCDS_COPIES:-4}" cargo test -q --workspace --test it -- open_methods:: open_life::
echo "ocds: $(ls "$out/packages" | wc -l) packages made; parties, awards and bids refer to what is there"

if [ -z "${OCDS_DIR:-}" ]; then
  echo "ocds: SKIPPED: validation by libcoveocds, which fetches the standard's schema and extensions;" \
    "set OCDS_DIR to a folder that holds them"
  exit 0
fi

[ -x "$out/venv/bin/libcoveocds" ] || { python3 -m venv "$out/venv" && "$out/venv/bin/pip" -q install 'libcoveocds==0.17.*'; }

port=$((20000 + RANDOM % 20000))
python3 -m http.server "$port" --bind 127.0.0.1 --directory "$OCDS_DIR" >/dev/null 2>&1 &
server=$!
trap 'kill "$server"' EXIT
site="http://127.0.0.1:$port"
for try in 1 2 3 4 5 6 7 8 9 10; do
  (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && break
  sleep 0.3
done

python3 - "$out/packages" "$site" <<'LOCAL'
import pathlib, re, sys
folder, site = pathlib.Path(sys.argv[1]), sys.argv[2]
names = {"lots": "lots", "bid": "bids", "techniques": "techniques", "auction": "auction"}
for path in folder.glob("*.json"):
    text = path.read_text()
    for word, here in names.items():
        text = re.sub(r'https://raw\.githubusercontent\.com/[^"]*/ocds_%s_extension/[^"]*' % word, f"{site}/{here}/extension.json", text)
    path.write_text(text)
LOCAL

"$out/venv/bin/python" tests/ocds.py "$out/packages" "$OCDS_DIR/standard-1__1__5.zip" "$out/venv/bin/libcoveocds"
