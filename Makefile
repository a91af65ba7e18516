# `make test` passes every test on a fresh machine with rustup, Python 3 and Node 20; it installs what it needs into CACHE.
# `make quick` is what you run while you work on the compiler.

CACHE ?= $(if $(HOME),$(HOME)/.cache,/tmp)/stacktape-rust
VENV := $(CACHE)/venv
PYTHON := $(VENV)/bin/python
# Tests that start emulators find them here.
export PATH := $(VENV)/bin:$(CACHE)/bin:$(PATH)

TARGET := $(or $(CARGO_TARGET_DIR),target)
WASM := $(abspath $(TARGET))/wasm-web
CASES := $(abspath $(TARGET))/cases.json
REPORTER := $(CURDIR)/tests/parity/reporter.mjs

.PHONY: test quick format clippy unit regen wasm parity cases package npm editor editor-build lint bench conformance bless demo setup targets clang clean

test: setup editor-build format clippy unit regen parity npm editor lint
	@echo "all tests passed"

# The compiler and its suites: seconds.
quick:
	cargo test -p stacktape-compiler -p stacktape-compiler-macros -p stacktape-tests

format:
	cargo fmt --all -- --check

clippy:
	cargo clippy --workspace --all-targets -- -D warnings

unit:
	cargo test --workspace --no-fail-fast

# Schema, types and reference pages are made from the compiler's own descriptions; the stored ones must be current.
regen:
	cargo run -q -p stacktape-tests --bin regen -- --check

# The browser and npm build of the compiler: an ES module, its .wasm and .d.ts; prints its size, which has a budget.
wasm: setup
	tools/wasm.sh $(WASM) $(CACHE)

# Every case natively and in Node gives the same bytes.
parity: wasm cases
	STACKTAPE_WASM=$(WASM) CASES_JSON=$(CASES) node --test --test-reporter=$(REPORTER) tests/parity/

# What every case gives natively, and its config in TypeScript.
cases:
	cargo run -q -p stacktape-tests --bin cases > $(CASES)

# The npm package as it is published, in npm/dist.
package: wasm npm/node_modules/installed
	cd npm && node build.mjs $(WASM)

# The package: its library, its types, the tarball in a fresh project, and every case converted to TypeScript, evaluated and compiled in Node.
npm: package cases
	cargo build -q -p stacktape
	cd npm && STACKTAPE_BINARY=$(abspath $(TARGET))/debug/stacktape STACKTAPE_PACKAGE=$(CURDIR)/npm/dist CASES_JSON=$(CASES) node --test --test-reporter=$(REPORTER) test/*.test.mjs
	cd npm && node_modules/.bin/tsc -p test/types

npm/node_modules/installed: npm/package-lock.json
	cd npm && npm ci --silent
	touch $@

# The config editor: built into web-editor/dist, packed into the command line, then driven in a real browser (Chromium; CHROMIUM names another one).
editor: editor-build cases
	cargo build -q -p stacktape
	cd web-editor && STACKTAPE_BIN=$(abspath $(TARGET))/debug/stacktape CASES_JSON=$(CASES) node_modules/.bin/vitest run

editor-build: wasm web-editor/node_modules/installed
	rm -rf web-editor/wasm && mkdir web-editor/wasm && cp $(WASM)/stacktape_wasm* web-editor/wasm/
	cd web-editor && npm run --silent build
	touch host-cli/editor/build.rs

# Not `npm ci`: it refuses a lock file without the bundler's binaries for other platforms, and npm writes none where the registry does not tell them.
web-editor/node_modules/installed: web-editor/package-lock.json
	cd web-editor && npm install --no-save --silent --no-audit --no-fund
	touch $@

# Every stored template passes cfn-lint.
lint: setup
	$(PYTHON) tests/lint/templates.py

# Speed of the compiler and of the whole process, as ratios that hold on any machine.
bench:
	cargo bench -q -p stacktape-tests
	cargo build -q --release -p stacktape
	python3 tests/bench/process.py $(TARGET)/release/stacktape

# Scores against the identities that deployed stacks hold, where that collection is beside the project.
CONFORMANCE ?= ../shared/conformance
conformance: setup package
	cargo build -q -p stacktape
	$(PYTHON) $(CONFORMANCE)/check.py --lint -- $(abspath $(TARGET))/debug/stacktape synth --configPath {config} --projectName demo --stage dev --region eu-west-1 --awsAccountId 123456789012 --facts {facts} --outFile {out} | tail -n 1
	$(PYTHON) $(CONFORMANCE)/mistakes.py -- $(abspath $(TARGET))/debug/stacktape validate --configPath {config} --projectName demo --stage dev --region eu-west-1 --awsAccountId 123456789012 --facts {facts} --outputFormat jsonl | tail -n 1
	cargo run -q -p stacktape-tests --bin cases $(abspath $(CONFORMANCE))/cases > $(abspath $(TARGET))/conformance.json
	cd npm && STACKTAPE_BINARY=$(abspath $(TARGET))/debug/stacktape STACKTAPE_PACKAGE=$(CURDIR)/npm/dist CASES_JSON=$(abspath $(TARGET))/conformance.json node --test --test-reporter=$(REPORTER) test/conversion.test.mjs

# Accepts the outputs that the cases give now. Read the difference before you commit it.
bless:
	BLESS=1 cargo test -q -p stacktape-tests --test cases
	$(PYTHON) tests/ledger/create-only.py
	BLESS_LEDGER=1 cargo test -q -p stacktape-tests --test ledger
	cargo run -q -p stacktape-tests --bin regen

# The example app from nothing to a running (simulated) stack, one changed function, and back to nothing.
demo: targets clang
	./examples/shop/demo.sh

setup: targets clang $(VENV)/installed

# The config sandbox is C that is compiled to WebAssembly; GCC cannot do that.
clang:
	@command -v clang-19 >/dev/null && command -v llvm-ar-19 >/dev/null || { \
	  command -v apt-get >/dev/null || { echo "install clang 19 and llvm 19 (commands clang-19 and llvm-ar-19)"; exit 1; }; \
	  $$([ "$$(id -u)" = 0 ] || echo sudo) sh -c 'apt-get update -qq && apt-get install -y -qq --no-install-recommends clang-19 llvm-19'; }

# What the compiler for browsers and the function of stacks are built for. rustup installs them with the toolchain, but not into one that is there.
targets:
	@for target in wasm32-unknown-unknown x86_64-unknown-linux-musl; do \
		rustup target list --installed 2>/dev/null | grep -qx $$target || rustup target add $$target; done

$(VENV)/installed: tests/requirements.txt
	python3 -m venv --clear $(VENV)
	$(VENV)/bin/pip install --quiet --disable-pip-version-check -r $<
	touch $@

clean:
	cargo clean
