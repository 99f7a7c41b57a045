# Everything runs in .venv, made from the lock file. Nothing is needed beforehand but Python 3.11+ and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
HOST ?= 127.0.0.1
PORT ?= 8321

.PHONY: demo serve test check sbom bench clean

$(BIN)/.ready: pyproject.toml uv.lock
	@$(PYTHON) -c 'import sys; sys.exit("Dateline needs Python 3.11 or newer; this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check 'uv>=0.9,<1'
	VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/uv sync --quiet --locked --active --no-progress
	@touch $@

# Ingest the five seed articles, ask about them, then serve them. DEMO_ONCE=1 ends after the answer.
demo: $(BIN)/.ready
	@DEMO_HOME=$(CURDIR)/.demo $(BIN)/qa demo --port $(PORT)

serve: $(BIN)/.ready
	@$(BIN)/qa serve --host $(HOST) --port $(PORT)

# Style, types, layers, dependencies and their licences: everything that needs no test to run.
check: $(BIN)/.ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/deptry qa
	$(BIN)/python -m bench.licences
	$(BIN)/hadolint Dockerfile
	$(BIN)/check-jsonschema --quiet --builtin-schema vendor.compose-spec docker-compose.yml
	if command -v docker-compose > /dev/null; then docker-compose --file docker-compose.yml config --quiet; fi

test: check
	$(BIN)/pytest

# What is in it, with versions and hashes, as CycloneDX.
sbom: $(BIN)/.ready
	@$(BIN)/uv export --quiet --format cyclonedx1.5 --locked --no-default-groups --all-extras > sbom.cdx.json
	@echo sbom.cdx.json

bench: $(BIN)/.ready
	$(BIN)/python -m bench

clean:
	rm -rf $(VENV) .demo .mypy_cache .pytest_cache .ruff_cache
