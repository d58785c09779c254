#!/bin/sh
# Installs one service alone, from its own lock, and runs its unit tests: it must need nothing else of the project.
set -eu
cd "$(dirname "$0")/.."
service=$1
[ -d "services/$service" ] || { echo "There is no service named $service." >&2; exit 2; }
home=.venv-isolate-$service
state=$(cat "services/$service/requirements.lock" requirements-test.lock "services/$service/pyproject.toml" | cksum)
if [ ! -f "$home/.state" ] || [ "$(cat "$home/.state")" != "$state" ]; then
    .venv/bin/python -m venv --clear "$home"
    .venv/bin/uv pip install --quiet --python "$home/bin/python" --require-hashes \
        -r "services/$service/requirements.lock"
    .venv/bin/uv pip install --quiet --python "$home/bin/python" --require-hashes -r requirements-test.lock
    .venv/bin/uv pip install --quiet --python "$home/bin/python" --no-deps --no-build-isolation \
        -e libs/eventkit -e libs/testkit -e "services/$service"
    echo "$state" >"$home/.state"
fi
"$home/bin/pytest" -q "services/$service/tests/unit"
