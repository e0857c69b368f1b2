# `make run` and `make test` are all one needs; the rest are their parts.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
export CARGO_TERM_COLOR ?= always
CHROMIUM ?= $(shell command -v chromium || command -v chromium-browser || echo /usr/bin/chromium)
ROUNDS ?= 50

.PHONY: run test bench web tools chromium sqlite3 rust-check rust-test web-check release e2e crash ocds schema clean fonts

run: tools web
	cargo run --release -- serve $(ARGS)

test: tools rust-check web web-check rust-test ocds release e2e crash
	@echo "all checks passed"

bench:
	cargo bench --workspace

## What must be on the machine, by name.
tools:
	@command -v cargo >/dev/null || { echo "missing: Rust (https://rustup.rs), 1.95 or newer"; exit 1; }
	@command -v node >/dev/null || { echo "missing: Node 20.19 or newer (Debian: apt-get install nodejs npm)"; exit 1; }
	@node -e 'const [a,b]=process.versions.node.split(".").map(Number); process.exit(a>20||a===20&&b>=19?0:1)' || { echo "too old: Node $$(node --version), 20.19 or newer is needed"; exit 1; }
	@command -v cc >/dev/null || { echo "missing: a C compiler (Debian: apt-get install build-essential)"; exit 1; }

web: web/dist/index.html

web/node_modules/.package-lock.json: web/package-lock.json web/package.json
	cd web && npm ci --no-audit --no-fund
	touch $@

web/dist/index.html: web/node_modules/.package-lock.json web/index.html web/verify.html web/vite.config.ts web/one-file.ts $(shell find web/src web/public -type f 2>/dev/null)
	cd web && npm run build
	touch $@

web-check: web/node_modules/.package-lock.json
	cd web && npm run typecheck && npm test

rust-check:
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings

## All of the workspace at once, here and in ocds: a package named alone is built again with everything over tokio,
## whose features differ. No documentation holds code to run (tidy.rs). What ocds runs with more lots is left to it.
rust-test: fonts
	cargo test --workspace --lib --bins --tests -- --skip open_methods:: --skip open_life::

release: web
	cargo build --release -p sunbid -p loadtest

## Chinese type for printed documents.
fonts:
	@test -n "$$(find /usr/share/fonts /usr/local/share/fonts -name NotoSerifCJK-Regular.ttc 2>/dev/null || true)" || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    apt-get update -q && apt-get install -y -q fonts-noto-cjk; \
	  else echo "missing: Chinese type (Debian: sudo apt-get install fonts-noto-cjk)"; exit 1; fi; }

## Debian's own browser: nothing is downloaded from elsewhere.
chromium:
	@test -x "$(CHROMIUM)" || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    apt-get update -q && apt-get install -y -q chromium; \
	  else echo "missing: chromium (Debian: sudo apt-get install chromium)"; exit 1; fi; }

## One story breaks a table from outside.
sqlite3:
	@command -v sqlite3 >/dev/null || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    apt-get update -q && apt-get install -y -q sqlite3; \
	  else echo "missing: sqlite3 (Debian: sudo apt-get install sqlite3)"; exit 1; fi; }

e2e: chromium sqlite3 fonts release
	cd web && CHROMIUM="$(CHROMIUM)" SUNBID="$(CURDIR)/target/release/sunbid" npm run e2e

## kill -9 under load, restart, and nothing told may be lost or done twice.
crash: release
	dir=$$(mktemp -d); target/release/loadtest crash --server target/release/sunbid --dir $$dir/crash --rounds $(ROUNDS) --bidders 8; rm -rf $$dir

## Open data of every selling method; with OCDS_DIR, by the standard's own validator.
ocds:
	tests/ocds.sh

## The browser's types, from the server's document.
schema:
	cargo run -q -- openapi > web/openapi.json
	cd web && npm run schema

clean:
	rm -rf target web/dist web/node_modules
