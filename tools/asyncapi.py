"""Writes the AsyncAPI 3.0 document of all topics: who sends which event where, and who receives it."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from tools.catalogue import EventType, Topic

TEXT: Final = {"type": "string"}
HEADERS: Final[dict[str, dict[str, Any]]] = {
    "ce_specversion": {"type": "string", "const": "1.0"},
    "ce_id": {"type": "string", "format": "uuid", "description": "UUIDv7 of the event"},
    "ce_source": {"type": "string", "pattern": "^/bina/[a-z]+$"},
    "ce_type": TEXT,
    "ce_time": {"type": "string", "format": "date-time"},
    "ce_tenantid": {"type": "string", "pattern": r"^\d{2}(\.\d{2})?$", "description": "kode wilayah of the tenant"},
    "ce_partitionkey": {"type": "string", "description": "the record's key: <tenant>/<aggregate id>"},
    "ce_sequence": {"type": "string", "pattern": "^[1-9][0-9]*$", "description": "1, 2, 3 … per aggregate, no gaps"},
    "ce_correlationid": {"type": "string", "description": "one per request that began the chain"},
    "ce_causationid": {"type": "string", "description": "the event or request that directly led to this one"},
    "ce_traceparent": {"type": "string", "description": "W3C trace context"},
    "content-type": {"type": "string", "const": "application/json"},
}
REQUIRED: Final = (
    "ce_id", "ce_partitionkey", "ce_sequence", "ce_source", "ce_specversion", "ce_tenantid", "ce_time", "ce_type",
    "content-type",
)  # fmt: skip


def document(topics: Iterable[Topic], events: Mapping[str, EventType]) -> dict[str, Any]:
    """Describe the topics and their events; the payloads are the published schema files beside it."""
    declared = list(topics)
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Bina events",
            "version": "0.1.0",
            "description": "CloudEvents 1.0 in Kafka binary mode: attributes are ce_* headers, the value is the payload"
            " as JSON. No event carries anything that identifies a person.",
        },
        "defaultContentType": "application/json",
        "channels": {topic.name: _channel(topic) for topic in declared},
        "operations": _operations(declared),
        "components": {
            "messages": {event.name: _message(event) for event in events.values()},
            "messageTraits": {"cloudevent": {"headers": _headers()}},
        },
    }


def _channel(topic: Topic) -> dict[str, Any]:
    return {
        "address": topic.name,
        "description": f"Owned by {topic.owner}; the key {topic.key} keeps the order per aggregate.",
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in topic.types},
        "bindings": {
            "kafka": {
                "topic": topic.name,
                "partitions": topic.partitions,
                "topicConfiguration": {"cleanup.policy": ["delete"], "retention.ms": _retention(topic)},
                "bindingVersion": "0.5.0",
            }
        },
    }


def _retention(topic: Topic) -> int:
    if topic.retention != "forever":
        raise ValueError(f"{topic.name}: facts are kept for ever, not {topic.retention}")
    return -1


def _operations(topics: Iterable[Topic]) -> dict[str, Any]:
    operations = {}
    for topic in topics:
        operations[f"{topic.owner}.sends.{topic.name}"] = _operation("send", topic)
        operations |= {f"{reader}.receives.{topic.name}": _operation("receive", topic) for reader in topic.readers}
    return operations


def _operation(action: str, topic: Topic) -> dict[str, Any]:
    # In a reference a slash would need an escape; topics have none.
    return {"action": action, "channel": {"$ref": f"#/channels/{topic.name}"}}


def _message(event: EventType) -> dict[str, Any]:
    return {
        "name": event.name,
        "title": event.payload.__name__,
        "summary": " ".join((event.payload.__doc__ or "").split()),
        "contentType": "application/json",
        "traits": [{"$ref": "#/components/messageTraits/cloudevent"}],
        "payload": {
            "schemaFormat": "application/schema+json;version=draft-2020-12",
            "schema": {"$ref": f"events/{event.service}/{event.short}.schema.json"},
        },
    }


def _headers() -> dict[str, Any]:
    return {"type": "object", "properties": HEADERS, "required": list(REQUIRED)}
