"""The wire form of an event: CloudEvents 1.0 in Kafka binary mode; nothing else knows the headers."""

import json
import re
from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from cloudevents.core.bindings.kafka import KafkaMessage, from_binary, to_binary
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent

from eventkit.event import EventId, TenantId, topic_of

MAX_EVENT_BYTES: Final = 256 * 1024
MAX_INTEGER: Final = 2**53  # beyond it JSON readers disagree, and from 2**63 on no store holds it
_TENANT: Final = re.compile(r"\d\d(\.\d\d)?")
_JSON: Final = JSONFormat()

Header = tuple[str, bytes]


@dataclass(frozen=True, slots=True)
class Trace:
    """Where a change came from: the request's correlation, the causing event, the W3C trace."""

    correlation: str
    causation: str | None = None
    traceparent: str | None = None


current_trace: ContextVar[Trace | None] = ContextVar("current_trace", default=None)


class UndecodableError(Exception):
    """These bytes are no event of this topic; `reason` is a stable code."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """One event with everything around its payload; `data` is the payload as JSON bytes."""

    id: EventId
    type: str
    source: str
    tenant: TenantId
    aggregate: str
    sequence: int
    time: datetime
    trace: Trace
    data: bytes

    @property
    def key(self) -> str:
        return f"{self.tenant}/{self.aggregate}"

    def payload(self) -> dict[str, Any]:
        """Parse the payload; raises UndecodableError for anything but a JSON object of bounded depth."""
        try:
            parsed = json.loads(self.data, parse_constant=_refuse_constant, parse_int=_bounded_int)
            if b"\\u" in self.data:  # half a surrogate pair is JSON but no text
                json.dumps(parsed, ensure_ascii=False).encode()
        except (ValueError, RecursionError) as error:
            raise UndecodableError("MALFORMED_JSON", type(error).__name__) from error
        if not isinstance(parsed, dict):
            raise UndecodableError("NOT_AN_OBJECT", type(parsed).__name__)
        return parsed


def _refuse_constant(name: str) -> float:
    raise ValueError(name)


def _bounded_int(digits: str) -> int:
    number = int(digits)
    if abs(number) > MAX_INTEGER:
        raise ValueError(digits[:40])
    return number


def encode(envelope: Envelope) -> tuple[list[Header], bytes]:
    """Give headers and value as they go to Kafka."""
    attributes: dict[str, Any] = {
        "id": envelope.id,
        "type": envelope.type,
        "source": envelope.source,
        "specversion": "1.0",
        "time": envelope.time,
        "datacontenttype": "application/json",
        "tenantid": envelope.tenant,
        "partitionkey": envelope.key,
        "sequence": str(envelope.sequence),
        "correlationid": envelope.trace.correlation,
    }
    if envelope.trace.causation:
        attributes["causationid"] = envelope.trace.causation
    if envelope.trace.traceparent:
        attributes["traceparent"] = envelope.trace.traceparent
    message = to_binary(CloudEvent(attributes=attributes, data=envelope.data), _JSON)
    return sorted(message.headers.items()), message.value


def decode(topic: str, key: bytes | None, headers: Iterable[Header], value: bytes | None) -> Envelope:
    """Read a record back and check that topic, type, source, tenant and key agree.

    Raises UndecodableError with a stable reason; never anything else, whatever the bytes are.
    """
    if value is None or len(value) > MAX_EVENT_BYTES:
        raise UndecodableError("NO_VALUE" if value is None else "TOO_LARGE")
    try:
        pairs = dict(headers)
        _ = pairs["ce_id"], pairs["ce_time"]  # the library would make them up
        event = from_binary(KafkaMessage(headers=pairs, key=key, value=b""), _JSON)
        attributes: Mapping[str, Any] = event.get_attributes()
        envelope = Envelope(
            id=EventId(str(attributes["id"])),
            type=str(attributes["type"]),
            source=str(attributes["source"]),
            tenant=TenantId(str(attributes["tenantid"])),
            aggregate=str(attributes["partitionkey"]).partition("/")[2],
            sequence=int(attributes["sequence"]),
            time=attributes["time"],
            trace=Trace(
                correlation=str(attributes.get("correlationid", "")),
                causation=attributes.get("causationid"),
                traceparent=attributes.get("traceparent"),
            ),
            data=value,
        )
    # The library raises many kinds on hostile headers; each of them means the same to us.
    except Exception as error:
        raise UndecodableError("BAD_ENVELOPE", type(error).__name__) from error
    _check_origin(envelope, topic, key)
    _check_storable(envelope)
    return envelope


def _check_origin(envelope: Envelope, topic: str, key: bytes | None) -> None:
    try:
        declared = topic_of(envelope.type)
    except ValueError as error:
        raise UndecodableError("BAD_TYPE", envelope.type[:80]) from error
    if declared != topic or envelope.source != f"/bina/{topic.partition('.')[0]}":
        raise UndecodableError("FOREIGN_ORIGIN", f"{envelope.type[:80]} from {envelope.source[:80]}")
    if not _TENANT.fullmatch(envelope.tenant) or key != envelope.key.encode(errors="replace") or not envelope.aggregate:
        raise UndecodableError("KEY_MISMATCH")
    if not 1 <= envelope.sequence <= MAX_INTEGER:
        raise UndecodableError("BAD_ENVELOPE", "sequence")


def _check_storable(envelope: Envelope) -> None:
    """Refuse what would decode but could never be kept: a moment outside the calendar, text that is no Unicode."""
    trace = envelope.trace
    texts = (envelope.id, envelope.type, envelope.source, envelope.key, trace.correlation)
    try:
        envelope.time.astimezone(UTC)
        "".join((*texts, trace.causation or "", trace.traceparent or "")).encode()
    except (AttributeError, OverflowError, UnicodeEncodeError) as error:
        raise UndecodableError("BAD_ENVELOPE", type(error).__name__) from error
    if envelope.time.tzinfo is None:
        raise UndecodableError("BAD_ENVELOPE", "time")
