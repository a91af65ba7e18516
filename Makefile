# `make test` passes every test on a fresh machine with rustup, Python 3 and Node 20; it installs what it needs into CACHE.
# `make quick` is what you run while you work on the compiler.

CACHE ?= $(if $(HOME),$(HOME)/.cache,/tmp)/stacktape-rust
VENV := $(CACHE)/venv
PYTHON := $(VENV)/bin/python
# Tests that start emulators find them here.
export PATH := $(VENV)/bin:$(CACHE)/bin:$(PATH)

WASM_BINDGEN_VERSION = $(shell sed -n '/^name = "wasm-bindgen"$$/{n;s/version = "\(.*\)"/\1/p}' Cargo.lock)

.PHONY: test quick format clippy unit regen wasm parity lint bench conformance bless demo setup clean

test: setup format clippy unit regen parity lint
	@echo "all tests passed"

# The compiler and its suites: seconds.
quick:
	cargo test -p stacktape-compiler -p stacktape-compiler-macros -p stacktape-tests

format:
	cargo fmt --all -- --check

clippy:
	cargo clippy --workspace --all-targets -- -D warnings

unit:
	cargo test --workspace

# Schema, types and reference pages are made from the compiler's own descriptions; the stored ones must be current.
regen:
	cargo run -q -p stacktape-tests --bin regen -- --check

# The browser and npm build of the compiler.
wasm: setup
	cargo build -p stacktape-wasm --profile wasm --target wasm32-unknown-unknown
	wasm-bindgen --target nodejs --out-dir target/wasm/node $${CARGO_TARGET_DIR:-target}/wasm32-unknown-unknown/wasm/stacktape_wasm.wasm
	wasm-bindgen --target web --out-dir target/wasm/web $${CARGO_TARGET_DIR:-target}/wasm32-unknown-unknown/wasm/stacktape_wasm.wasm

# Every case natively and in Node gives the same bytes.
parity: wasm
	cargo build -q -p stacktape-tests --bins
	node tests/parity/run.mjs

# Every stored template passes cfn-lint.
lint: setup
	$(PYTHON) tests/lint/templates.py

bench:
	cargo bench -p stacktape-compiler
	cargo build --release -p stacktape
	$(PYTHON) tests/bench/process.py

# Scores against the identities that deployed stacks hold, where that collection is beside the project.
CONFORMANCE ?= ../shared/conformance
conformance: setup
	cargo build -q -p stacktape
	$(PYTHON) $(CONFORMANCE)/check.py --lint -- $${CARGO_TARGET_DIR:-target}/debug/stacktape synth --configPath {config} --projectName demo --stage dev --region eu-west-1 --awsAccountId 123456789012 --facts {facts} --outFile {out} | tail -n 1
	$(PYTHON) $(CONFORMANCE)/mistakes.py -- $${CARGO_TARGET_DIR:-target}/debug/stacktape validate --configPath {config} --projectName demo --stage dev --region eu-west-1 --awsAccountId 123456789012 --facts {facts} --outputFormat jsonl | tail -n 1

# Accepts the outputs that the cases give now. Read the difference before you commit it.
bless:
	BLESS=1 cargo test -q -p stacktape-tests --test cases
	$(PYTHON) tests/ledger/create-only.py
	BLESS_LEDGER=1 cargo test -q -p stacktape-tests --test ledger
	cargo run -q -p stacktape-tests --bin regen

# The example app from nothing to a running (simulated) stack, one changed function, and back to nothing.
demo:
	./examples/shop/demo.sh

setup: $(VENV)/installed $(CACHE)/bin/wasm-bindgen-$(WASM_BINDGEN_VERSION)
	@rustup target add wasm32-unknown-unknown >/dev/null 2>&1 || rustup target list --installed | grep -q wasm32-unknown-unknown

$(VENV)/installed: tests/requirements.txt
	python3 -m venv $(VENV)
	$(VENV)/bin/pip install --quiet --disable-pip-version-check -r tests/requirements.txt
	touch $@

# The command must have the version of the library in Cargo.lock.
$(CACHE)/bin/wasm-bindgen-$(WASM_BINDGEN_VERSION):
	cargo install --quiet --locked --root $(CACHE) --version $(WASM_BINDGEN_VERSION) wasm-bindgen-cli
	touch $@

clean:
	cargo clean
	rm -rf target/wasm
