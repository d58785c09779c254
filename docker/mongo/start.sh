#!/usr/bin/env bash
# A replica set with authentication needs a key file that only mongod's user may read; compose cannot mount one so.
set -euo pipefail
umask 077
printf '%s' "$BINA_KEY" > /tmp/key
chown mongodb:mongodb /tmp/key
exec docker-entrypoint.sh "$@"
