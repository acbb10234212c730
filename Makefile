# Two commands are all most people need: `make serve` and `make test`. `make help` lists the rest.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
JS := $(VENV)/js/node_modules/.bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

# The full MNIST files, for figures: from here, from a folder beside the project, or from the user's own cache.
DIGITS_DATA_DIR ?= $(abspath $(wildcard ../shared/data/mnist))
ifneq ($(DIGITS_DATA_DIR),)
export DIGITS_DATA_DIR
endif

# Pictures that people made, to measure the weights by: a folder beside the project, if there is one.
PICTURES := $(addprefix --images ,$(abspath $(wildcard ../shared/data/wild)))

.DEFAULT_GOAL := help
.PHONY: help serve test programs fuzz soak check format lock weights card image-check clean

help: ## list the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

serve: $(VENV)/.runtime ## start the service with its lab on http://127.0.0.1:8000 (HOST=..., PORT=...)
	@exec $(BIN)/digits serve --lab

test: $(VENV)/.dev $(VENV)/.wheelhouse $(VENV)/.wheels programs ## run every test, a real browser included
	@$(BIN)/python -m pytest tests/bench
	@OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest --numprocesses 4 --dist loadgroup --no-loadscope-reorder --ignore tests/bench

programs: $(VENV)/.dev ## install what the tests run beside Python: browsers, Redis, nginx, Java
	@scripts/ensure_browser.sh $(BIN)/python $(VENV)/chromium
	@scripts/ensure_programs.sh

fuzz: $(VENV)/.dev ## send tens of thousands of made-up requests to the real service (DIGITS_FUZZ_CASES for each address)
	@DIGITS_FUZZ_CASES=$${DIGITS_FUZZ_CASES:-2000} $(BIN)/python -m pytest tests/app/routes/test_schema.py tests/app/routes/test_damaged_bodies.py --timeout 3600

soak: $(VENV)/.dev ## the service at full load for ten minutes, with faults thrown in (SECONDS_OF_LOAD=...)
	@$(BIN)/python -m bench.soak --seconds $${SECONDS_OF_LOAD:-600}

check: $(VENV)/.dev $(VENV)/.js ## lint, types, import arrows, advisories for what is pinned
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(JS)/biome ci --log-level=warn
	@$(JS)/tsc
	@$(BIN)/python -m scripts.audit

format: $(VENV)/.dev $(VENV)/.js ## format the code and mend what can be mended
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .
	@$(JS)/biome check --write

lock: ## resolve the dependencies anew (UPGRADE=--upgrade for the newest)
	@scripts/lock.sh $(UPGRADE)

weights: $(VENV)/.runtime ## train the committed weights again, ten and twenty minutes (from `digits data fetch` with and without --drawings)
	@$(BIN)/digits train --recipe release --out runs/release
	@cp runs/release/weights.npz model/weights/digits.npz
	@$(BIN)/digits train --recipe mlp --out runs/mlp
	@cp runs/mlp/weights.npz model/weights/mlp.npz

card: $(VENV)/.dev ## measure the committed weights: docs/model-card.md, the pages /model, and runs/evaluation.html
	@mkdir -p runs
	@$(BIN)/digits evaluate --mnist --strokes digits-dev.jsonl.gz --strokes not-digits-dev.jsonl.gz $(PICTURES) \
	  --report runs/evaluation.html --card docs/model-card.md --page model/weights/digits.card.json
	@$(BIN)/digits evaluate --weights mlp --mnist --strokes digits-dev.jsonl.gz --strokes not-digits-dev.jsonl.gz $(PICTURES) \
	  --page model/weights/mlp.card.json
	@$(BIN)/python -m pytest tests/figures.py $(if $(wildcard ../shared/data/raw),tests/originals.py)

image-check: ## build the container image, run it, and ask it to read a drawing
	@scripts/image_check.sh

clean: ## remove what the commands above made
	@rm -rf $(VENV) .lock-venv .mypy_cache .pytest_cache .ruff_cache .hypothesis

# Each stamp stands for one finished step, so that a second run starts at once and needs no network.

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit("digits needs Python 3.11 or newer, this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	@echo "Making the virtual environment in $(VENV) ..."
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

$(VENV)/.runtime: $(VENV)/bin/python requirements/train.txt requirements/build.txt pyproject.toml
	@echo "Installing the pinned dependencies ..."
	@$(PIP) install --require-hashes -r requirements/train.txt
	@$(PIP) install --require-hashes -r requirements/build.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime requirements/dev.txt
	@echo "Installing the development tools ..."
	@$(PIP) install --require-hashes -r requirements/dev.txt
	@touch $@

# What checks the page's modules. They themselves need no step and no package.
$(VENV)/.js: $(VENV)/bin/python requirements/js/package-lock.json
	@scripts/ensure_programs.sh npm
	@mkdir -p $(VENV)/js
	@cp requirements/js/package.json requirements/js/package-lock.json $(VENV)/js
	@npm ci --prefix $(VENV)/js --ignore-scripts --no-fund --no-audit --silent
	@touch $@

# The test that installs the package into an empty environment takes the dependencies from here, offline.
$(VENV)/.wheelhouse: $(VENV)/.runtime
	@rm -rf $(VENV)/wheelhouse
	@$(PIP) download --require-hashes -r requirements/runtime.txt -r requirements/build.txt -d $(VENV)/wheelhouse
	@touch $@

# Nobody here has all the platforms: that the service can be installed on them is seen when the pins change.
$(VENV)/.wheels: $(VENV)/.runtime requirements/runtime.txt
	@scripts/check_wheels.sh $(BIN)/python
	@touch $@
