#!/usr/bin/env bash
# Writes .env for docker compose with a new random word for every secret that the compose files ask for.
set -euo pipefail
cd "$(dirname "$0")/.."
if [ -e .env ]; then
  echo ".env is there already; remove it to draw new words (the data volumes then need to go too)" >&2
  exit 1
fi
umask 077
word() { head -c 24 /dev/urandom | base64 | tr '+/' 'ab'; }
key() { head -c 32 /dev/urandom | base64; }
names=$(grep -ohE '\$\{[A-Z0-9_]+:\?' docker-compose.yml services/*/compose.yaml | tr -d '${:?' | sort -u)
for name in $names; do
  case "$name" in
    *_KEY) echo "$name=$(key)" ;;
    KAFKA_CLUSTER_ID) echo "$name=$(head -c 16 /dev/urandom | base64 | tr '+/' 'ab' | tr -d '=')" ;;
    *) echo "$name=$(word)" ;;
  esac
done > .env
