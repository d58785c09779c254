#!/bin/sh
# Checks the types of every package on its own, as it is installed.
set -eu
cd "$(dirname "$0")/.."
for folder in libs/*/src services/*/src infra/src; do
    sources="${sources:-} $folder"
done
# shellcheck disable=SC2086 # one argument per folder
.venv/bin/mypy --no-error-summary $sources
