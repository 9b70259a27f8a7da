# Two commands on a fresh machine: `make run` and `make test`. The rest are parts of them.
#   make run PORT=8123 DATA_DIR=/tmp/x      PYTHON=python3.12 names another interpreter

PYTHON ?= python3
BIN := .venv/bin
SYSTEM_POSTGRES := $(wildcard /usr/lib/postgresql/*/bin/postgres)
export PYTHON

.PHONY: run test check bench lock clean

run:
	@.ci/prepare run
	@exec $(BIN)/sunshine up

check:
	@.ci/prepare dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: check
	@.ci/prepare browser
	$(BIN)/pytest
ifneq ($(SYSTEM_POSTGRES),)
	@echo "Once more: what touches the database, against this machine's own PostgreSQL"
	TEST_POSTGRES=system $(BIN)/pytest -m database --ignore=tests/browser
else
	@echo "No PostgreSQL of this machine's own under /usr/lib/postgresql: one run was enough"
endif

bench:
	@.ci/prepare dev
	$(BIN)/python -m bench

lock:
	requirements/compile.sh

clean:
	rm -rf .venv build *.egg-info .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -not -path './.data/*' -prune -exec rm -rf {} +
