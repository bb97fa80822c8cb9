# catalyst-hub: every target does its own set-up, in .venv, and only what it needs.
# uv is used where it is present, pip otherwise. ARGS are handed on to the command.

VENV   ?= .venv
BIN    := $(VENV)/bin
STAMPS := $(VENV)/.stamps
LOCALE := share/catalyst_hub/locale
BUILD  := $(BIN)/sphinx-build -W --keep-going -q -b html docs docs/_build/html
ARGS   ?=

export PIP_DISABLE_PIP_VERSION_CHECK = 1

.DEFAULT_GOAL := help
.PHONY: help demo test check format translations docs screenshots chaos benchmarks packages clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

demo: $(STAMPS)/demo ## a whole hub on this machine: make demo ARGS="--port 9000"
	@exec $(BIN)/catalyst-hub demo $(ARGS)

test: packages $(STAMPS)/test $(STAMPS)/identity ## the test suite: make test ARGS="-k ledger"
	@echo "==> tests"
	@$(BIN)/python -m pytest $(ARGS)

check: packages $(STAMPS)/check ## format, lint, types, import contracts, templates, translations, docs
	@echo "==> ruff format" && $(BIN)/ruff format --check .
	@echo "==> ruff check" && $(BIN)/ruff check .
	@echo "==> mypy" && $(BIN)/mypy
	@echo "==> import contracts" && $(BIN)/lint-imports --no-cache
	@echo "==> templates" && $(BIN)/djlint --quiet --lint share/catalyst_hub/templates
	@echo "==> dependencies" && $(BIN)/deptry .
	@echo "==> docs build" && $(BUILD)
	@echo "==> docs and translations are complete" && $(BIN)/python -m pytest -q tests/docs

format: $(STAMPS)/check ## format the code and repair what can be repaired
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

translations: $(STAMPS)/check ## collect the sentences and bring es, pt and fr up to date
	@$(BIN)/pybabel --quiet extract --mapping $(LOCALE)/babel.cfg --keyword N_ --no-location \
	    --sort-output --project catalyst-hub --output $(LOCALE)/catalyst_hub.pot .
	@for language in es pt fr; do \
	    $(BIN)/pybabel --quiet update --domain catalyst_hub --locale $$language --width 100 \
	        --input-file $(LOCALE)/catalyst_hub.pot --output-dir $(LOCALE) \
	        --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date; \
	done
	@echo "==> translations" && $(BIN)/python -m pytest -q tests/docs/test_translations.py

docs: $(STAMPS)/docs ## the documentation, into docs/_build/html
	@$(BUILD)

screenshots: packages $(STAMPS)/test ## pictures of every page, into artifacts/screenshots
	@CATALYST_SCREENSHOTS=$(CURDIR)/artifacts/screenshots $(BIN)/python -m pytest -q tests/e2e

chaos: packages $(STAMPS)/test ## races and kills, at random moments and at every step, all use cases on PostgreSQL: an hour and more
	@for database in sqlite postgresql; do \
	    $(BIN)/python -m tests.chaos --seconds $(or $(DURATION),1800) --database $$database || exit 1; \
	done
	@CATALYST_CHAOS_ROUNDS=$(or $(ROUNDS),20) $(BIN)/python -m pytest -s tests/concurrency tests/crash \
	    tests/culler/test_time_travel.py $(ARGS)
	@CATALYST_USECASES_ON=postgresql $(BIN)/python -m pytest tests/usecases $(ARGS)

benchmarks: packages $(STAMPS)/test ## what we promise of speed and size beside its baseline, about an hour
	@for benchmark in communities_file sign_in_rules hub_start storm sign_in_storm storm_300 workshop_storm page_weight \
	    culling first_load admission year budget_overrun; do \
	    echo "==> benchmarks.$$benchmark" && $(BIN)/python -m benchmarks.$$benchmark || exit 1; \
	done

clean: ## remove what the targets made, the environment included
	rm -rf $(VENV) .nox dist docs/_build tests/identity/node_modules

# --- set-up ------------------------------------------------------------------------------

# One environment, three sets of packages; each target waits only for its own.
$(STAMPS)/%: pyproject.toml | $(BIN)/python
	@echo "==> installing the $* set into $(VENV)"
	@mkdir -p $(STAMPS)
	@if command -v uv >/dev/null; then \
	    uv pip install --compile-bytecode --python $(BIN)/python --editable '.[$*]' && touch $@; \
	fi
	@test -e $@ -a ! $@ -ot pyproject.toml || $(BIN)/python -m pip install --editable '.[$*]'
	@touch $@

# An identity provider for the tests, in JavaScript.
$(STAMPS)/identity: tests/identity/package-lock.json | packages $(BIN)/python
	@echo "==> installing the tests' identity provider"
	@mkdir -p $(STAMPS)
	@npm --prefix tests/identity ci --ignore-scripts --silent
	@touch $@

$(BIN)/python:
	@for python in $(PYTHON) python3.14 python3.13 python3.12 python3.11 python3; do \
	    if $$python -c 'import sys, venv, ensurepip; assert sys.version_info >= (3, 11)' 2>/dev/null; then \
	        echo "==> creating $(VENV) with $$($$python --version)"; \
	        exec $$python -m venv $(VENV); \
	    fi; \
	done; \
	echo "No Python 3.11 or newer with venv found. On Debian: apt-get install python3-venv." >&2; exit 1

# A browser, a PostgreSQL server, Node.js and what checks rules for Prometheus, for the tests only,
# some of which `check` runs; nothing is started here.
packages:
	@missing=; \
	command -v chromium >/dev/null || missing="$$missing chromium fonts-dejavu-core"; \
	command -v postgres >/dev/null || ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 \
	    || missing="$$missing postgresql"; \
	command -v npm >/dev/null || missing="$$missing nodejs npm"; \
	command -v promtool >/dev/null || missing="$$missing prometheus"; \
	if [ -z "$$missing" ]; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ]; then as_root=; else as_root="sudo -n"; fi; \
	if ! command -v apt-get >/dev/null || ! $$as_root true 2>/dev/null; then \
	    echo "The tests need these packages (Debian's names):$$missing. Please install them." >&2; \
	    exit 1; \
	fi; \
	echo "==> installing Debian packages:$$missing"; \
	$$as_root apt-get update -qq && \
	$$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $$missing
