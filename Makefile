# The few commands a person needs. `make` alone lists them.
PYTHON ?= python3
export UV_SYSTEM_CERTS ?= 1
export PYTHONPATH := .tools$(if $(PYTHONPATH),:$(PYTHONPATH))
VENV := .venv
PY := $(VENV)/bin/python
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help demo setup run test check lint audit bench clean

help:  ## this list
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 10

# uv comes by pip into a folder of the project: no permission, no venv module, no system package needed.
# Where uv cannot reach an index, pip does the same work from pyproject.toml.
$(VENV)/.ready: pyproject.toml uv.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Backchannel needs Python 3.11 or newer; $(PYTHON) is older."; exit 1; }
	@echo "Installing what it needs into .tools and .venv (once) ..."
	@test -d .tools/uv || $(PYTHON) -m pip install --quiet --disable-pip-version-check --root-user-action ignore --target .tools uv
	@$(PYTHON) -m uv sync --quiet --frozen --python $(PYTHON) || { \
	  echo "uv could not install; trying pip."; \
	  $(PYTHON) -m venv $(VENV) && $(PY) -m pip install --quiet --upgrade pip && $(PY) -m pip install --quiet --editable . --group dev; }
	@touch $@

demo: $(VENV)/.ready  ## a Discord and a blog on this machine, and the bot between them (ARGS=--once ends by itself)
	@$(PY) -m sandbox demo $(ARGS)

setup: $(VENV)/.ready  ## asks for the bot's token, tries it, keeps it in .env, prints the invitation
	@$(PY) -m bot setup

run: $(VENV)/.ready  ## the bot, with the settings of .env
	@exec $(PY) -m bot run $(ARGS)

test: $(VENV)/.ready  ## all tests that this machine can run; says which it cannot
	@$(PY) -m pytest $(ARGS)

lint: $(VENV)/.ready  ## format, lint, types, import contracts
	@$(PY) -m ruff format --check . && $(PY) -m ruff check . && $(PY) -m mypy && $(VENV)/bin/lint-imports

check: lint test  ## what CI runs: format, lint, types, import contracts, tests

# Asks PyPI's advisories about each locked version, so it needs the network, and is no part of `check`.
audit: $(VENV)/.ready  ## looks the locked packages up among known vulnerabilities; needs the network
	@mkdir -p .tools/audit && $(PYTHON) -m uv export --quiet --frozen --no-dev --no-emit-project --output-file .tools/audit/locked.txt
	@$(PYTHON) -m uv tool run --quiet pip-audit --requirement .tools/audit/locked.txt --require-hashes --disable-pip --strict --progress-spinner off $(ARGS) \
	  || { echo "Not audited, or something was found: see above. Without an answer from an index nothing is known."; exit 1; }

bench: $(VENV)/.ready  ## measures polls, memory and ticks beside other software; takes a while (docs/performance.md)
	@$(PYTHON) -m uv sync --quiet --frozen --group bench || $(PY) -m pip install --quiet --group bench
	@$(PY) -m benchmarks $(ARGS)

clean:  ## everything that can be made again
	@rm -rf $(VENV) .tools .mypy_cache .pytest_cache .ruff_cache
