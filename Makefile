# One word for each thing a person does here; `make help` lists them.
PYTHON ?= python3
VENV ?= .venv
PEERS := .venv-peers
AUDIT := .venv-audit
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install -q
SAMPLE := Scientists admit that vaccines cause autism in thousands of children
MODEL_OFFLINE := HF_HUB_OFFLINE=1

.DEFAULT_GOAL := help
.PHONY: help run test check bench peers soak lock sbom audit clean

help: ## what can be made
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

run: $(VENV)/.run ## install, load seeds/, build the index; start the bot, or a conversation without a token
	@$(BIN)/factcontext add --quiet seeds
	@$(BIN)/factcontext rebuild --quiet
	@if [ -n "$$TELEGRAM_BOT_TOKEN" ]; then exec $(BIN)/factcontext serve; \
	elif [ -t 0 ] && [ -t 1 ]; then exec $(BIN)/factcontext ask; \
	else exec $(BIN)/factcontext ask "$(SAMPLE)"; fi

test: $(VENV)/.test ## everything the tests need, then all tests (under ten minutes)
	@$(MODEL_OFFLINE) $(BIN)/python -m pytest -n auto --dist loadfile -m "not soak"

check: $(VENV)/.test ## ruff, mypy strict, import layering
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy
	@$(BIN)/python -m pytest -q tests/test_layering.py

soak: $(VENV)/.test ## the slow proofs: hundreds of kills, long loads
	@$(MODEL_OFFLINE) $(BIN)/python -m pytest -m soak --timeout 3000

bench: $(VENV)/.test $(PEERS)/.installed ## the figures in README and docs, as ratios in one run
	@$(MODEL_OFFLINE) $(BIN)/python -m benchmarks

peers: $(PEERS)/.installed ## the libraries that bench compares with, in an environment of their own

lock: $(VENV)/.test ## the exact versions again, from the ranges in pyproject.toml
	@$(PIP) uv && $(BIN)/python scripts/lock.py

sbom: $(VENV)/.run ## every locked package, as CycloneDX JSON in sbom.json
	@$(BIN)/python scripts/sbom.py sbom.json

audit: $(AUDIT)/.installed ## ask PyPI's advisories about every locked package; says so where it cannot
	@$(AUDIT)/bin/python scripts/audit.py

clean: ## remove the environment and caches; data/ stays
	rm -rf $(VENV) $(PEERS) $(AUDIT) build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "factcontext needs Python 3.11 or newer; name one: make PYTHON=python3.12 ...")'
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements.lock pyproject.toml scripts/install_torch.py | $(VENV)/bin/python
	@echo "Installing (about 1.9 GB, once) ..."
	@$(BIN)/python scripts/install_torch.py
	@$(PIP) --no-deps --require-hashes -r requirements.lock
	@$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.test: requirements-test.lock $(VENV)/.run
	@$(PIP) --no-deps --require-hashes -r requirements-test.lock
	@touch $@

$(PEERS)/.installed: benchmarks/peers/requirements.txt scripts/install_torch.py
	@$(PYTHON) -m venv $(PEERS)
	@echo "Installing what to compare with (about 1.8 GB, once) ..."
	@$(PEERS)/bin/python scripts/install_torch.py
	@$(PEERS)/bin/python -m pip --disable-pip-version-check install -q --no-deps -r $<
	@touch $@

$(AUDIT)/.installed:
	@$(PYTHON) -m venv $(AUDIT)
	@$(AUDIT)/bin/python -m pip --disable-pip-version-check install -q pip-audit==2.10.1
	@touch $@
