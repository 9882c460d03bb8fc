# Everything runs in .venv, made from python3 alone; a second run starts in a second.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
# What to hand on: `make demo ARGS=--keep`, `make test ARGS="-k dates"`, `make run ARGS="-c other.yaml"`.
ARGS ?=

.PHONY: help demo test tests test-long strict lint screenshots bench run clean

help:
	@echo "make demo       a whole network on this machine, played in two minutes (ARGS=--keep: stays up)"
	@echo "make test       ruff, mypy and the tests, under ten minutes"
	@echo "make test-long  the long runs in full"
	@echo "make strict     with a strict Matrix client (matrix-js-sdk; needs node and npm)"
	@echo "make lint       ruff and mypy only"
	@echo "make screenshots  the main messages as Chromium shows them, in build/screenshots (ARGS=another-folder)"
	@echo "make bench      beside other Matrix bots on one Synapse: a table and a picture (ARGS="--only latency,burst")"
	@echo "make run        the bot itself, with config.yaml"

demo: $(READY)
	@$(BIN)/animatrice demo $(ARGS)

# Side by side: what the linters say of a mistake is seen while the tests go on.
test: $(READY)
	@$(MAKE) --no-print-directory --jobs=2 lint tests

# Three at once on two cores: many a test waits for a server, or for a pause that somebody asked for.
# Compiled once, for the three and for the processes that they start.
tests: export PYTHONDONTWRITEBYTECODE =
tests: $(READY)
	@$(BIN)/python -m pytest -q --collect-only $(ARGS) >/dev/null || true
	$(BIN)/python -m pytest -q -n 3 --dist worksteal $(ARGS)

test-long: $(READY)
	$(BIN)/python -m pytest -m long $(ARGS)

# A member on matrix-js-sdk who leaves out unsigned devices; `make test` plays it too, once this has installed it.
strict: $(READY)
	npm ci --no-audit --no-fund --prefix tests/support/strict_client
	$(BIN)/python -m pytest tests/test_strict_client.py

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/mypy

screenshots: $(READY)
	$(BIN)/python -m pytest -q tests/test_screenshots.py --screenshots $(or $(ARGS),build/screenshots)

bench: $(READY)
	@$(BIN)/python -m benchmarks.bots $(ARGS)

run: $(READY)
	@$(BIN)/animatrice run $(ARGS)

clean:
	rm -rf .venv build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis

# On Debian, python3 may lack ensurepip (package python3-venv): pip from python3-pip then fills the venv from outside.
$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' || { \
	  echo "Animatrice needs Python 3.11 to 3.14; $(PYTHON) is not one. Name another: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@echo "Setting up .venv: a minute or two the first time, the network is needed…"
	@$(BIN)/python -m pip --version >/dev/null 2>&1 \
	  || $(PYTHON) -m venv --clear .venv >/dev/null 2>&1 \
	  || { $(PYTHON) -m venv --clear --without-pip .venv && $(PYTHON) -m pip --python $(BIN)/python install -qq pip; } >/dev/null 2>&1 \
	  || { rm -rf .venv; echo "$(PYTHON) cannot make a virtual environment. On Debian or Ubuntu: apt install python3-venv, then again." >&2; exit 1; }
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@
