# The one front door. `make help` lists what there is.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
CONFIG ?= mkdocs.yml
# One more than there are cores: now and then each of the tests waits for a server or a browser.
WORKERS ?= $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)

export NO_MKDOCS_2_WARNING := 1

.DEFAULT_GOAL := help
.PHONY: help build serve collect status test lint style types suite bench accuracy clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

build: $(VENV)/.installed ## collect what is new and build site/ (CONFIG=path for another site)
	$(BIN)/mkdocs build --strict --config-file $(CONFIG)

serve: $(VENV)/.installed ## the same with live reload
	$(BIN)/mkdocs serve --config-file $(CONFIG)

collect: $(VENV)/.installed ## bring the archive up to date, without building
	$(BIN)/python -m digest collect --config-file $(CONFIG)

status: $(VENV)/.installed ## how each repository stands
	$(BIN)/python -m digest status --config-file $(CONFIG)

test: style ## lint, types and all tests
	@$(MAKE) --no-print-directory --jobs 2 types suite

lint: style types

style: $(VENV)/.tested
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.tested
	$(BIN)/mypy

# The tests start many processes: bytecode is kept, whatever the environment says of it.
suite: $(VENV)/.tested
	@scratch=$$(sh tests/scratch.sh) || exit 1; trap 'rm -rf "$$scratch"' EXIT INT TERM; \
	TMPDIR=$$scratch PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder

bench: $(VENV)/.compared ## benchmarks as ratios; REPOSITORY=path of a busy bare clone
	$(BIN)/python -m benchmarks $(if $(REPOSITORY),--repository $(REPOSITORY))

accuracy: $(VENV)/.tested ## facts and judgement against changelogs; REPOSITORIES="ruff=path.git black=path.git"
	$(BIN)/python -m benchmarks.accuracy $(foreach repository,$(REPOSITORIES),--repository $(repository)) $(ARGUMENTS)

clean: ## remove what can be made again; the archive stays
	rm -rf $(VENV) site .cache build *.egg-info .mypy_cache .pytest_cache .ruff_cache

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; set PYTHON=")'
	$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

$(VENV)/.installed: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.compared: $(VENV)/.tested
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test,bench]'
	@touch $@

$(VENV)/.tested: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test]'
	@touch $@ $(VENV)/.installed
