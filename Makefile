# make run    builds and runs the quickstart recipe
# make test   builds and runs every test
# make check  formatting, warnings, floors, tests, recipes: what continuous integration runs
# make check-peers  what is exported, read by TRL and datasets; installs gigabytes, so not in make check
# make ablations        every ablation of the paper; writes docs/results.md (resumable)
# make ablations-smoke  the same, small
# make tour   a session on a real terminal; writes docs/tour.md
# make torture  the attack suite for longer: kill -9, faults, damage, hostile texts, cut files
# make lab    a notebook in JupyterLab in headless Chromium; leaves screenshots
# make install [PREFIX=DIR] [KERNEL=1]  the program, its manual page and completions; with KERNEL=1 Jupyter's kernel
# make uninstall [PREFIX=DIR]            removes these again
# make bench  the engine and its peers in turn; writes Tests/Benchmarks/RESULTS.md
# Each does all the set-up that a fresh Debian or Ubuntu machine needs.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.PHONY: run test check check-peers install uninstall torture ablations ablations-smoke tour lab bench setup plotting browser venv build format reference pages clean

PACKAGES := libarchive-dev libedit-dev libopenblas-dev libsqlite3-dev libzmq3-dev pkg-config
BUILD := swift build -c release --explicit-target-dependency-import-check error
SWIRL := .build/release/swirl
RECIPES := $(sort $(wildcard recipes/*.swirl recipes/*/*.swirl))

run: build
	$(SWIRL) run recipes/quickstart.swirl

test: setup plotting browser
	@.ci/test

# Jupyter's own tests of kernels live in an environment of their own, made on first use.
JUPYTER_ENVIRONMENT := .build/jupyter/environment
# So does what drives the terminal.
TOUR_ENVIRONMENT := .build/tour/environment
check: setup plotting browser venv $(JUPYTER_ENVIRONMENT)/ready $(TOUR_ENVIRONMENT)/ready
	@.ci/check

check-peers: build venv
	@.ci/peers

# What attacks the store and the readers, with more rounds; the figures are in Tests/README.md.
TORTURE := AttackTests|CrashTests|StepTableTests|ArtifactStoreTests|HostileTextTests|HostileDataTests|FuzzTests
torture: setup plotting
	swift build -c release --build-tests --explicit-target-dependency-import-check error
	SWIRL_TORTURE=$(or $(ROUNDS),20) swift test -c release --skip-build --disable-testable-imports --filter '$(TORTURE)'

ablations: build plotting
	@.ci/ablations

ablations-smoke: build plotting
	@.ci/ablations smoke

tour: build plotting venv $(TOUR_ENVIRONMENT)/ready
	$(TOUR_ENVIRONMENT)/bin/python Tests/Tour/tour.py

LAB_ENVIRONMENT := .build/lab/environment
lab: build plotting browser venv $(LAB_ENVIRONMENT)/ready
	$(LAB_ENVIRONMENT)/bin/python Tests/JupyterLab/lab.py

# The peers live in an environment of their own, made on first use.
BENCH_ENVIRONMENT := .build/bench/environment
bench: setup venv $(BENCH_ENVIRONMENT)/ready
	$(BUILD) --product benchmarks
	$(BENCH_ENVIRONMENT)/bin/python Tests/Benchmarks/bench.py

$(BENCH_ENVIRONMENT)/ready: Tests/Benchmarks/requirements.txt
$(TOUR_ENVIRONMENT)/ready: Tests/Tour/requirements.txt
$(JUPYTER_ENVIRONMENT)/ready: Tests/Jupyter/requirements.txt
$(LAB_ENVIRONMENT)/ready: Tests/JupyterLab/requirements.txt
%/environment/ready:
	python3 -m venv $(@D)
	$(@D)/bin/pip install --quiet -r $<
	touch $@

build: setup
	$(BUILD) --product swirl

# Where a program is installed: for everybody by root, otherwise for the user.
PREFIX ?= $(if $(filter 0,$(shell id -u)),/usr/local,$(HOME)/.local)
TARGET := $(DESTDIR)$(PREFIX)
INSTALLED := bin/swirl share/man/man1/swirl.1 share/bash-completion/completions/swirl \
    share/zsh/site-functions/_swirl share/fish/vendor_completions.d/swirl.fish
MANUAL := .build/plugins/GenerateManual/outputs/swirl/swirl.1

# The program finds Swift's libraries where the toolchain has them.
install: build
	@swift package generate-manual --configuration release >/dev/null
	@install -d $(addprefix "$(TARGET)"/,$(dir $(INSTALLED)))
	@install -m 755 $(SWIRL) "$(TARGET)/bin/swirl"
	@install -m 644 $(MANUAL) "$(TARGET)/share/man/man1/swirl.1"
	@$(SWIRL) --generate-completion-script bash > "$(TARGET)/share/bash-completion/completions/swirl"
	@$(SWIRL) --generate-completion-script zsh > "$(TARGET)/share/zsh/site-functions/_swirl"
	@$(SWIRL) --generate-completion-script fish > "$(TARGET)/share/fish/vendor_completions.d/swirl.fish"
	@$(if $(KERNEL),"$(TARGET)/bin/swirl" kernel install --prefix "$(TARGET)")
	@printf 'installed: %s\n' $(addprefix "$(TARGET)"/,$(INSTALLED))
	@case ":$$PATH:" in *":$(PREFIX)/bin:"*) ;; *) echo "$(PREFIX)/bin is not on the PATH" ;; esac

uninstall:
	rm -f $(addprefix "$(TARGET)"/,$(INSTALLED))
	rm -rf "$(TARGET)/share/jupyter/kernels/swirl"

# Missing system packages come through apt; where that is impossible the message names them.
# $(call install,PACKAGES,CONDITION UNDER WHICH THEY ARE THERE)
define install
	@if [ "$$(uname)" != Darwin ] && ! { $(2); }; then \
	    echo "installing: $(1)"; \
	    if [ "$$(id -u)" = 0 ]; then run=""; \
	    elif command -v sudo >/dev/null; then run=sudo; \
	    else echo "please install, as root: apt-get install $(1)" >&2; exit 1; fi; \
	    { $$run apt-get update -qq && $$run env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $(1) >/dev/null; } \
	        || { echo "that failed; please install: $(1)" >&2; exit 1; }; \
	fi
endef

setup:
	@command -v swift >/dev/null || { echo "swift is not on the PATH: install Swift 6.2 or later from https://www.swift.org/install" >&2; exit 1; }
	@if [ "$$(uname)" = Darwin ]; then \
	    pkg-config --exists libedit 2>/dev/null || echo "if the build misses a library: brew install libarchive libedit pkg-config"; \
	    command -v gnuplot >/dev/null || echo "for charts: brew install gnuplot"; \
	fi
	$(call install,$(PACKAGES),pkg-config --exists libarchive libedit openblas sqlite3 libzmq 2>/dev/null)

# Charts are drawn by gnuplot, and a test opens reports in a browser. Both are welcome, neither is needed:
# without them charts come as tables and those tests say that they were skipped.
plotting:
	-$(call install,gnuplot-nox,command -v gnuplot >/dev/null)

browser:
	-$(call install,chromium,command -v chromium chromium-browser google-chrome >/dev/null)

# Where Python's environments of their own are a package apart.
venv:
	$(call install,python3-venv,python3 -c 'import ensurepip' 2>/dev/null)

format:
	swift format --in-place --recursive Sources Tests Plugins Package.swift
	$(SWIRL) fmt $(RECIPES)

reference: build
	$(SWIRL) help --reference > docs/reference.md

# Writes what the examples of README and docs print into the pages.
pages: setup
	swift build -c release --build-tests --explicit-target-dependency-import-check error
	SWIRL_PAGES=write swift test -c release --skip-build --disable-testable-imports --filter PageTests

clean:
	rm -rf .build
