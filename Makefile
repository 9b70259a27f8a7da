# Two commands on a fresh machine: `make run` and `make test`. The rest are parts of them.
#   make run PORT=8123 DATA_DIR=/tmp/x      PYTHON=python3.12 names another interpreter

PYTHON ?= python3
BIN := .venv/bin
TEST_OLDER := $(if $(wildcard /usr/lib/postgresql/*/bin/postgres),test-older)
SPEAK_SQL := $(addprefix tests/,aid attachments audit catalogue disclosure doorplates funds households identity kernel \
	migrations notices operations organisations places screening visits workdays)
export PYTHON

.PHONY: run test test-browser test-rest test-older check bench lock clean

run:
	@.ci/prepare run
	@exec $(BIN)/sunshine up

check:
	@.ci/prepare dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Two parts at a time, each with servers of its own; what a part says comes when it has ended.
test: check
	@.ci/prepare browser
	@$(MAKE) --no-print-directory -j2 --output-sync=target test-browser test-rest $(TEST_OLDER)

test-browser:
	$(BIN)/pytest tests/browser

test-rest:
	$(BIN)/pytest --ignore=tests/browser

# What speaks SQL, once more against this machine's own PostgreSQL; the faces speak through it.
test-older:
	TEST_POSTGRES=system $(BIN)/pytest -m database $(SPEAK_SQL)

bench:
	@.ci/prepare dev
	$(BIN)/python -m bench

lock:
	requirements/compile.sh

clean:
	rm -rf .venv build *.egg-info .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -not -path './.data/*' -prune -exec rm -rf {} +
