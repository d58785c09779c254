#!/bin/sh
# Makes .venv hold exactly what the locks say; does nothing when it already does.
set -eu
cd "$(dirname "$0")/.."

python=""
for candidate in python3 python3.13 python3.12 python3.11; do
    if command -v "$candidate" >/dev/null 2>&1 &&
        "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
        python=$candidate
        break
    fi
done
if [ -z "$python" ]; then
    echo "Python 3.11 or newer is missing. On Debian or Ubuntu: apt-get install python3" >&2
    exit 2
fi
if ! "$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then
    echo "Python's venv module is missing. On Debian or Ubuntu: apt-get install python3-venv" >&2
    exit 2
fi

packages=$(ls -d libs/*/ services/*/ infra/ | tr '\n' ' ')
state=$(cat requirements-dev.lock libs/*/pyproject.toml services/*/pyproject.toml infra/pyproject.toml | cksum)
if [ -f .venv/.state ] && [ "$(cat .venv/.state)" = "$state" ]; then
    exit 0
fi
export VIRTUAL_ENV="$PWD/.venv"
echo "Setting up .venv (about a minute the first time) …"
[ -x .venv/bin/python ] || "$python" -m venv .venv
.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-setup.lock
.venv/bin/uv pip install --quiet --compile-bytecode --require-hashes -r requirements-dev.lock
editable=""
for each in $packages; do editable="$editable -e $each"; done
# shellcheck disable=SC2086 # one argument per package
.venv/bin/uv pip install --quiet --no-deps --no-build-isolation $editable
echo "$state" >.venv/.state
