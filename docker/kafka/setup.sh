#!/usr/bin/env bash
# Makes the topics, the users and the access rights of access.txt; safe to run again.
set -euo pipefail
umask 077
bin=/opt/kafka/bin
cat > /tmp/admin.properties <<END
security.protocol=SASL_PLAINTEXT
sasl.mechanism=SCRAM-SHA-512
sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required username="admin" password="$KAFKA_ADMIN_PASSWORD";
END
login=(--bootstrap-server kafka:9092 --command-config /tmp/admin.properties)

while read -r what name first second third; do
  case "$what" in
    topic)
      "$bin/kafka-topics.sh" "${login[@]}" --create --if-not-exists --topic "$name" --partitions "$first" \
        --config retention.ms=-1 --config retention.bytes=-1 --config max.message.bytes=1048588 ;;
    user)
      password="${name^^}_KAFKA_PASSWORD"
      "$bin/kafka-configs.sh" "${login[@]}" --alter --entity-type users --entity-name "$name" \
        --add-config "SCRAM-SHA-512=[password=${!password}]" ;;
    grant)
      "$bin/kafka-acls.sh" "${login[@]}" --add --allow-principal "User:$name" --operation "$first" \
        "--${second,,}" "$third" --resource-pattern-type "$([[ "$third" == *. ]] && echo prefixed || echo literal)" ;;
  esac
done < /bina/access.txt
