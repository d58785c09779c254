#!/bin/sh
# Checks the types of all packages at once, each found under its own src folder.
set -eu
cd "$(dirname "$0")/.."
sources=$(ls -d libs/*/src services/*/src infra/src)
MYPYPATH=$(echo "$sources" | tr '\n' ':' | sed 's/:$//')
export MYPYPATH
# shellcheck disable=SC2086 # one argument per folder
.venv/bin/mypy --no-error-summary $sources tools benchmarks --exclude benchmarks/tests
