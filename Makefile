# What a newcomer types; `make help` lists it. Everything it needs is put into .venv, node_modules,
# build and .kith below this folder, and nothing is installed on the machine.

PYTHON ?= python3
PY := .venv/bin/python
export PYTHONPATH :=
.DEFAULT_GOAL := help
.PHONY: help up up-services test fast check schema bench faults token pictures lock clean assets venv-up venv-dev

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

up: venv-up ## Start the whole small site with its demo on http://127.0.0.1:8000; Ctrl-C stops it
	@exec $(PY) -m dev.up

up-services: venv-up ## Start the region shape: three services, workers, gateway (4000) and web (8000)
	@exec $(PY) -m dev.up_services

# Several processes, since a test mostly waits: for a database, a program, a browser.
TOGETHER ?= -n 3 --dist loadfile --no-loadscope-reorder
test: venv-dev ## Run every test, on real PostgreSQL and Redis, pages in a real browser (ARGS="-k name")
	@$(PY) -m dev.browser && $(PY) -m dev.assets && $(PY) -m pytest $(TOGETHER) $(ARGS)

fast: venv-dev ## Run the tests that need no database, server or browser
	@$(PY) -m pytest -m fast $(ARGS)

check: venv-dev ## Check format, lint, types, import contracts and the exported schemas
	@.venv/bin/ruff format --check . && .venv/bin/ruff check . && .venv/bin/mypy && .venv/bin/lint-imports
	@$(PY) -m services.suite.schema --check && $(PY) -m dev.gateway --check

schema: venv-dev ## Export the schemas of the services, merged and composed, to schema/
	@$(PY) -m services.suite.schema && $(PY) -m dev.gateway

bench: venv-dev ## Time pairing on invented crowds beside its peers: one table, kept in docs/bench.md
	@$(PY) -m bench.matching $(ARGS)
	@$(PY) -m bench.places
	@$(PY) -m bench.starting

SEEDS ?= 1 2 3
KILLS ?= 40
faults: venv-dev ## Kill site, workers and Redis at random: make faults SEEDS="7 8" KILLS=60
	@$(PY) -m pytest tests/faults -x --seeds "$(SEEDS)" --kills $(KILLS)

token: venv-up ## Print a bearer token for one of the cast: make token AS=cleo
	@$(PY) -m dev.token "$(AS)"

pictures: venv-dev ## Take the README's pictures from a running make up
	@$(PY) -m dev.pictures

lock: venv-dev ## Write the lock files again, from pyproject.toml and package.json
	@$(PY) -m dev.locks

clean: ## Remove the demo's data (.kith), so that the next start begins anew
	@$(PYTHON) -m dev.clean

assets: venv-up
	@$(PY) -m dev.assets

venv-up venv-dev: venv-%:
	@$(PYTHON) -I dev/bootstrap.py $*
