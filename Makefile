# `make demo` fills the example questionnaire; `make test` runs every check. Each makes the environment in .venv first,
# once: the stamp files in it are older than pyproject.toml only when something must be installed again.
# Another interpreter: make test PYTHON=/path/to/python3.12

.DEFAULT_GOAL := help
.PHONY: help demo test lint bench clean FORCE

PYTHONS := $(or $(PYTHON),python3 python3.13 python3.12 python3.11 python3.14 python)
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
EXAMPLE := examples/meridian-vendor-risk.xlsx

help:
	@echo "make demo    fill the example questionnaire and say where the results lie"
	@echo "make test    lint, types, layers and tests"
	@echo "make lint    the first three of these"
	@echo "make bench   measure speed, formats, start-up and matching, and write the figures into benchmarks/README.md"
	@echo "make clean   remove the environment, caches and results"

demo: .venv/installed
	@mkdir -p out
	@$(BIN)/avow fill $(EXAMPLE) --customer "Meridian Bank" --due 2027-01-15 \
	  --product "Harborlight Cloud" --region EU --out out/demo --force

test: lint
	@$(BIN)/python -m pytest -n auto

lint: .venv/tools
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@said=$$($(BIN)/lint-imports 2>&1) && echo "import layers kept" || { echo "$$said"; exit 1; }

# MODEL=FOLDER, made by benchmarks/export_minilm.py, also measures the semantic extra.
bench: .venv/bench
	@$(BIN)/python benchmarks/startup.py --write
	@$(BIN)/python benchmarks/fill.py --write
	@$(BIN)/python benchmarks/formats.py --write
	@$(BIN)/python benchmarks/scores.py --write $(if $(MODEL),--model "$(MODEL)")
	@$(BIN)/python benchmarks/fit_scoring.py --write
	@$(BIN)/python benchmarks/matching.py --write

clean:
	@rm -rf .venv out .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# An environment that was moved, or whose interpreter is gone, is made anew.
ifneq ($(shell test -x $(BIN)/python && cat .venv/made 2>/dev/null),$(CURDIR))
.venv/made: FORCE
endif

.venv/made:
	@found=; for python in $(PYTHONS); do \
	  "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
	  found=$$python; \
	  "$$python" -c 'import venv, ensurepip' 2>/dev/null || continue; \
	  echo "making .venv with $$("$$python" --version)"; \
	  "$$python" -m venv --clear .venv && printf '%s\n' "$(CURDIR)" > $@; exit; \
	done; \
	if [ -n "$$found" ]; then \
	  echo "$$found has no venv module: on Debian or Ubuntu, sudo apt install python3-venv, then make again" >&2; \
	else \
	  echo "no Python 3.11 or newer found ($(PYTHONS)): install one from your system's packages or python.org," >&2; \
	  echo "or name one: make demo PYTHON=/path/to/python3.12" >&2; \
	fi; exit 1

.venv/installed: .venv/made pyproject.toml
	@echo "installing Avow into .venv"
	@$(PIP) install --editable .
	@touch $@

# pip reads dependency groups from version 25.1 on; the interpreter reads them everywhere.
.venv/tools: .venv/installed
	@echo "installing what the checks need"
	@$(BIN)/python -c "import tomllib; groups = tomllib.load(open('pyproject.toml', 'rb'))['dependency-groups']; \
	  print(*groups['test'], *groups['lint'], sep='\n')" > .venv/groups.txt
	@$(PIP) install --requirement .venv/groups.txt
	@touch $@

.venv/bench: .venv/tools
	@echo "installing what the benchmarks need"
	@$(BIN)/python -c "import tomllib; groups = tomllib.load(open('pyproject.toml', 'rb'))['dependency-groups']; \
	  print(*groups['bench'], sep='\n')" > .venv/bench-group.txt
	@$(PIP) install --requirement .venv/bench-group.txt
	@touch $@
