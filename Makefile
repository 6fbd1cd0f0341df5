# make run    builds and runs the quickstart recipe
# make test   builds and runs every test
# make check  formatting, warnings, floors, tests, recipes: what continuous integration runs
# make bench  the engine and its peers in turn; writes Tests/Benchmarks/RESULTS.md
# Each does all the set-up that a fresh Debian or Ubuntu machine needs.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.PHONY: run test check bench setup build format reference clean

PACKAGES := libedit-dev libopenblas-dev libsqlite3-dev pkg-config
BUILD := swift build -c release --explicit-target-dependency-import-check error
SWIRL := .build/release/swirl
RECIPES := $(sort $(wildcard recipes/*.swirl))

run: build
	$(SWIRL) run recipes/quickstart.swirl

test: setup
	@.ci/test

check: setup
	@.ci/check

# The peers live in an environment of their own, made on first use.
BENCH_ENVIRONMENT := .build/bench/environment
bench: setup $(BENCH_ENVIRONMENT)/ready
	$(BUILD) --product benchmarks
	$(BENCH_ENVIRONMENT)/bin/python Tests/Benchmarks/bench.py

$(BENCH_ENVIRONMENT)/ready: Tests/Benchmarks/requirements.txt
	@python3 -c 'import ensurepip' 2>/dev/null || { echo "the peers need Python with venv: apt-get install python3-venv" >&2; exit 1; }
	python3 -m venv $(BENCH_ENVIRONMENT)
	$(BENCH_ENVIRONMENT)/bin/pip install --quiet -r Tests/Benchmarks/requirements.txt
	touch $@

build: setup
	$(BUILD) --product swirl

# Missing system libraries come through apt; where that is impossible the message names them.
setup:
	@command -v swift >/dev/null || { echo "swift is not on the PATH: install Swift 6.2 or later from https://www.swift.org/install" >&2; exit 1; }
	@if [ "$$(uname)" = Darwin ]; then \
	    pkg-config --exists libedit 2>/dev/null || echo "if the build misses a library: brew install libedit pkg-config"; \
	elif ! pkg-config --exists libedit openblas sqlite3 2>/dev/null; then \
	    echo "installing: $(PACKAGES)"; \
	    if [ "$$(id -u)" = 0 ]; then run=""; \
	    elif command -v sudo >/dev/null; then run=sudo; \
	    else echo "please install, as root: apt-get install $(PACKAGES)" >&2; exit 1; fi; \
	    { $$run apt-get update -qq && $$run env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $(PACKAGES) >/dev/null; } \
	        || { echo "that failed; please install: $(PACKAGES)" >&2; exit 1; }; \
	fi

format:
	swift format --in-place --recursive Sources Tests Package.swift
	$(SWIRL) fmt $(RECIPES)

reference: build
	$(SWIRL) help --reference > REFERENCE.md

clean:
	rm -rf .build
