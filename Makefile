# The first of these that is Python 3.11 or later and can make virtual environments is used; PYTHON=... names another.
PYTHON ?= python3.13 python3.12 python3.11 python3
# Further arguments for the program behind a target: make test ARGS="-k landing", make demo ARGS="8 4".
ARGS ?=

# Where tests keep their repositories: in memory if programs can be run from there, since every run waits for its
# disk at each step (fsync) and a slow one makes minutes of it. PYTEST_DEBUG_TEMPROOT=/tmp puts them elsewhere.
SHM_PROBE := /dev/shm/stomper-probe-$(shell echo $$PPID)
ifndef PYTEST_DEBUG_TEMPROOT
PYTEST_DEBUG_TEMPROOT := $(shell cp "$$(command -v env)" $(SHM_PROBE) 2>/dev/null && $(SHM_PROBE) >/dev/null 2>&1 && echo /dev/shm || echo "$${TMPDIR:-/tmp}"; rm -f $(SHM_PROBE))
endif
export PYTEST_DEBUG_TEMPROOT

SHELL := /bin/sh
BIN := .venv/bin
READY := .venv/ready
WORK := build/work
BINARY := dist/stomper
FOLDER := dist/stomper-folder/stomper
NODE := $(WORK)/node
AGENTS := $(WORK)/agents
CLIENTS := claude-code,codex,qwen-code,opencode,aider,gemini-cli,copilot-cli
NPM := npm install --no-package-lock --no-audit --no-fund --ignore-scripts --loglevel error --fetch-retries 0 \
    --fetch-timeout 30000

# A virtual environment holds absolute paths, so one that was copied or moved here would run the other tree.
ifneq ($(shell cat $(READY) 2>/dev/null),$(CURDIR))
$(READY): FORCE
endif

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup demo quick test again thorough check format wheel binary binary-dir smoke bench agents clean FORCE

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

setup: $(READY) $(NODE)/ready ## make .venv with everything that is needed here

demo: $(READY) ## show Stomper at work on a throwaway repository
	$(BIN)/stomper demo $(ARGS)

# One process more than there are CPUs: many tests wait for something now and then.
PYTEST := $(BIN)/python -m pytest -n $$(($$(getconf _NPROCESSORS_ONLN) + 1))

# All single modules, and of each stage and of the commands what says soonest that something is broken.
QUICK := tests/house tests/unit \
    $(patsubst %,tests/stage/test_%.py,chain checkers_ruff fix_file git_trees report run_folder select_files worktree) \
    $(patsubst %,tests/e2e/test_%.py,bad_input check fix_landing undo)

quick: $(READY) ## run the tests that say most in two minutes, without the binary, npm and clients
	$(PYTEST) -m 'not binary and not folder and not slow' $(QUICK) $(ARGS)

# What is installed and built before does not wait for each other: the two binaries, packages of Python and of npm.
test: ## run the tests, those of the built binary and of real clients included
	@$(MAKE) --no-print-directory --jobs=2 $(READY) $(NODE)/ready $(AGENTS)/ready $(WORK)/bubblewrap binary binary-dir
	$(BIN)/python -m tests.kit.prepare
	$(PYTEST) $(ARGS)

again: ## run the tests that failed once more, one by one; list as flaky those that pass now
	@$(MAKE) test ARGS="-p no:randomly -p tests.kit.second_run --last-failed --last-failed-no-failures none -n 1 $(ARGS)"

thorough: ## the same, with every case of the long matrices
	@$(MAKE) test ARGS="--whole $(ARGS)"

check: $(READY) ## format check, lint, types, then all tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	@$(MAKE) test

format: $(READY) ## format the code and apply ruff's safe fixes
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

wheel: $(READY) ## build dist/stomper_fix-VERSION-py3-none-any.whl
	$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation --wheel-dir dist .

binary: $(BINARY) ## build dist/stomper, if a source has changed

binary-dir: $(FOLDER) ## build dist/stomper-folder/, a folder that starts faster than the one file

smoke: $(BINARY) $(FOLDER) ## run the binary, and that of the folder, with nothing but git on PATH
	@bin=$$(mktemp -d) && trap 'rm -rf "$$bin"' EXIT && ln -s "$$(command -v git)" "$$bin/git" && \
	for built in $(BINARY) $(FOLDER); do \
	    $$built --version && echo "PATH=<git only> $$built demo 4 2" && env PATH="$$bin" $$built demo 4 2 || exit 1; \
	done

bench: $(READY) ## measure how the time falls with -j
	$(BIN)/python scripts/bench_parallel.py $(ARGS)

agents: $(READY) $(AGENTS)/more/ready ## install the pinned clients of agents, fill in the table of docs/agents.md
	STOMPER_REQUIRE_CLIENTS=$(CLIENTS) $(BIN)/python -m pytest -n $$(getconf _NPROCESSORS_ONLN) \
	    --whole --junitxml $(AGENTS)/table.xml tests/clients/test_agents_conformance.py $(ARGS)
	$(BIN)/python scripts/agents_table.py $(AGENTS)/table.xml docs/agents.md

clean: ## remove all that make has made, .venv too
	rm -rf .venv dist $(WORK) .pytest_cache .mypy_cache .ruff_cache
	find stomper tests scripts build -name __pycache__ -type d -prune -exec rm -rf {} +

# Each candidate is run, not only looked up: a pyenv shim is on PATH even where its Python is not installed.
# The build back end comes first, from the same pins, because pip takes no constraints into an isolated build.
# pytest-drill-sergeant asks for Python 3.12 and runs on 3.11 as well, which is all that the tests need of it.
$(READY): pyproject.toml constraints.txt
	@python=; old=; bare=; \
	for candidate in $(PYTHON); do \
	    "$$candidate" -c '' 2>/dev/null || continue; \
	    if ! "$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then old="$$old $$candidate"; \
	    elif ! "$$candidate" -c 'import ensurepip, venv' 2>/dev/null; then bare="$$bare $$candidate"; \
	    else python=$$candidate; break; fi; \
	done; \
	if [ -z "$$python" ]; then \
	    echo "make: found no usable Python 3.11 or later (tried: $(PYTHON))" >&2; \
	    if [ -n "$$old" ]; then echo "  too old:$$old" >&2; fi; \
	    if [ -n "$$bare" ]; then echo "  without venv or ensurepip:$$bare (Debian, Ubuntu: apt install python3-venv)" >&2; fi; \
	    echo "  Name another one with: make setup PYTHON=/path/to/python3" >&2; \
	    exit 1; \
	fi; \
	echo "make: .venv with $$("$$python" --version)"; \
	"$$python" -m venv --clear .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt hatchling editables
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt --no-build-isolation -e '.[dev]'
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt --no-deps --ignore-requires-python pytest-drill-sergeant
	@printf '%s\n' '$(CURDIR)' > $@

# eslint, two type checkers and two language servers, for tests that are skipped where there is none. Tried once: a machine
# without npm or without a network is no error, and is not asked again before `make clean`.
$(NODE)/ready: build/node/package.json
	@rm -rf $(NODE) && mkdir -p $(NODE) && cp build/node/package.json $(NODE)
	@if ! command -v npm >/dev/null 2>&1; then echo "make: no npm, so no eslint, pyright and others: their tests are skipped"; \
	elif ! (cd $(NODE) && npm install --no-package-lock --no-audit --no-fund --ignore-scripts --loglevel error \
	    --fetch-retries 0 --fetch-timeout 30000 >install.log 2>&1); then \
	    echo "make: npm could not install eslint, pyright and others ($(NODE)/install.log): their tests are skipped"; rm -rf $(NODE)/node_modules; \
	else echo "make: eslint $$(cd $(NODE) && node_modules/.bin/eslint --version)"; fi
	@touch $@

# bubblewrap for the tests of the sandbox, which are skipped where it is not. Tried once, where it costs no question.
$(WORK)/bubblewrap:
	@mkdir -p $(WORK)
	@if ! command -v bwrap >/dev/null 2>&1 && [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
	    { apt-get install -y bubblewrap || { apt-get update && apt-get install -y bubblewrap; }; } >$@.log 2>&1 </dev/null || \
	    echo "make: bubblewrap could not be installed ($@.log): its tests are skipped"; \
	fi
	@touch $@

# Two real clients of agents for the tests, 760 MB; without them these tests are skipped.
$(AGENTS)/ready: build/agents/package.json
	@mkdir -p $(AGENTS) && cp build/agents/package.json $(AGENTS)
	@if ! command -v npm >/dev/null 2>&1; then echo "make: no npm, so no clients of agents: their tests are skipped"; \
	elif ! (cd $(AGENTS) && $(NPM) >install.log 2>&1); then \
	    echo "make: npm could not install clients of agents ($(AGENTS)/install.log): their tests are skipped"; \
	    rm -rf $(AGENTS)/node_modules; \
	fi
	@touch $@

# All of them, where they are asked for: what cannot be installed is an error here.
$(AGENTS)/more/ready: $(AGENTS)/ready build/agents/more/package.json build/agents/more/requirements.txt
	@mkdir -p $(AGENTS)/more && cp build/agents/more/* $(AGENTS)/more
	cd $(AGENTS)/more && $(NPM)
	$(BIN)/python -m venv $(AGENTS)/more/aider
	$(AGENTS)/more/aider/bin/python -m pip install --quiet --disable-pip-version-check -r $(AGENTS)/more/requirements.txt
	@touch $@

# Contents, not times: a switch of branches there and back builds nothing, and a removed file counts.
$(WORK)/sources: FORCE
	@mkdir -p $(WORK)
	@find stomper build/hooks build/tools build/version_stamp.py stomper.spec pyproject.toml constraints.txt \
	    -name __pycache__ -prune -o -type f -exec cksum {} + | LC_ALL=C sort > $@.new
	@if cmp -s $@.new $@; then rm $@.new; else mv $@.new $@; fi

PYINSTALLER := PATH="$$PATH:$(CURDIR)/build/tools" $(BIN)/python -m PyInstaller --noconfirm --log-level WARN --distpath dist

$(BINARY): $(READY) $(WORK)/sources
	$(PYINSTALLER) --workpath $(WORK) stomper.spec

$(FOLDER): $(READY) $(WORK)/sources
	$(PYINSTALLER) --workpath $(WORK)/folder stomper.spec -- --folder
