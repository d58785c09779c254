#!/usr/bin/env bash
# Formats the data folder once, with the users that must exist before the first connection, then runs the broker.
set -euo pipefail
umask 077
settings=/tmp/server.properties
sed -e "s|{broker}|$KAFKA_BROKER_PASSWORD|" -e "s|{controller}|$KAFKA_CONTROLLER_PASSWORD|g" \
  /bina/server.properties.in > "$settings"
if [ ! -f /var/lib/kafka/data/meta.properties ]; then
  # Its output holds the salted keys, so nobody shall see it.
  /opt/kafka/bin/kafka-storage.sh format -t "$KAFKA_CLUSTER_ID" -c "$settings" \
    --add-scram "SCRAM-SHA-512=[name=broker,password=$KAFKA_BROKER_PASSWORD]" \
    --add-scram "SCRAM-SHA-512=[name=admin,password=$KAFKA_ADMIN_PASSWORD]" > /dev/null
fi
exec /opt/kafka/bin/kafka-server-start.sh "$settings"
