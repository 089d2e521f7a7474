# Two commands carry a bare clone: `make up` runs the product, `make test` checks it.
# They need Python 3.11 or newer, make, and a way to fetch packages.

PYTHON ?= python3
UV ?= uv
ARGS ?=
WORKERS ?= 2
BIN := .venv/bin
INSTALL := $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and \
	"cinnabar: Python 3.11 or newer is needed; name one: make PYTHON=/path/to/python3.11")' \
	&& $(PYTHON) requirements/install.py
COMPILE := $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-emit-find-links --custom-compile-command "make lock"
SERVICES := actions funding sensors notifications reporting

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help up test lint format lock bench chaos contracts images k8s-check manifests clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

up: ## run everything on this machine: http://127.0.0.1:8080 (CINNABAR_PORT, CINNABAR_DATA_DIR)
	@$(INSTALL) embedded
	@exec $(BIN)/cinnabar up $(ARGS)

test: ## run every test, on real servers (ARGS="-k word" for some; WORKERS=1 for one after the other)
	@$(INSTALL) dev
	@exec $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(ARGS)

lint: ## check style, types and which package may import which
	@$(INSTALL) dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: ## put the code into its one layout
	@$(INSTALL) dev
	$(BIN)/ruff check --fix --exit-zero .
	$(BIN)/ruff format .

lock: ## renew requirements/*.txt after a change in pyproject.toml (needs uv; ARGS=--upgrade for newer versions)
	$(COMPILE) pyproject.toml requirements/build.in --extra embedded --extra dev $(ARGS) -o requirements/dev.txt
	$(COMPILE) pyproject.toml requirements/build.in --extra embedded -c requirements/dev.txt -o requirements/embedded.txt
	$(COMPILE) requirements/build.in -c requirements/dev.txt -o requirements/images/build.txt
	$(COMPILE) pyproject.toml -c requirements/dev.txt -o requirements/images/operate.txt
	for service in $(SERVICES); do \
		$(COMPILE) pyproject.toml --extra $$service -c requirements/dev.txt -o requirements/images/$$service.txt || exit 1; \
	done

bench: ## measure throughput and latency (ARGS go to bench)
	@$(INSTALL) dev
	$(BIN)/python -m bench $(ARGS)

chaos: ## kill servers and services under load, then count every effect (MINUTES=10 SEED=7)
	@$(INSTALL) dev
	CINNABAR_CHAOS_MINUTES="$(or $(MINUTES),10)" CINNABAR_CHAOS_SEED="$(SEED)" \
		$(BIN)/python -m pytest tests/chaos tests/system/test_upgrade.py -o log_cli=true -o log_cli_level=WARNING $(ARGS)

contracts: ## write contracts/schemas and contracts/asyncapi.yaml from the event models
	@$(INSTALL) dev
	$(BIN)/python -m contracts.check --write $(ARGS)

k8s-check: ## render every overlay and hold it to schemas, the checklist and the flow matrix (part of make test)
	@$(INSTALL) dev
	$(BIN)/python -m deploy.generate
	$(BIN)/python -m pytest tests/deploy -q $(ARGS)

images: ## build an image per service with docker, podman or buildah (ONLY="funding" ARGS="--base python@sha256:...")
	@$(PYTHON) -m deploy.images.build $(ARGS) $(or $(ONLY),$(SERVICES) operate)

manifests: ## write the manifests that follow from the code: scaling on lag, routes
	@$(INSTALL) dev
	$(BIN)/python -m deploy.generate --write

clean: ## remove .venv, caches and build leftovers; the data in .cinnabar stay
	rm -rf .venv build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
