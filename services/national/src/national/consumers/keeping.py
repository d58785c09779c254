"""How most events are read: what a reader declares is kept under the same name in the document of the aggregate.

A reader declares only what is kept. Persons and delegates are not declared, so they cannot be stored.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from marshmallow import fields

from eventkit.envelope import Envelope
from eventkit.event import EventSchema
from national.domain import Seen

S = TypeVar("S", bound=Seen)
Kept = Mapping[str, Any]


class Reader(EventSchema):
    """Reads the declared fields by name."""

    builds = dict


def seen(state: S | None, kind: type[S], envelope: Envelope) -> S:
    """Give the document as of this event, a new one for the first event."""
    if state is None:
        return kind(id=envelope.aggregate, tenant=envelope.tenant, seen_at=envelope.time)
    return replace(state, seen_at=envelope.time)


def keep(kind: type[S], **also: Any) -> Callable[[S | None, Kept, Envelope], S]:
    """Make the fold that keeps what the reader declares, and `also` what the type of the event says."""

    def fold(state: S | None, event: Kept, envelope: Envelope) -> S:
        return replace(seen(state, kind, envelope), **{**event, **also})

    return fold


class Several(fields.List[Any]):
    """A list that becomes a tuple, as documents hold it."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **more: Any) -> Any:
        return tuple(super()._deserialize(value, attr, data, **more))


def text() -> fields.String:
    """Declare an id, a code or an official label."""
    return fields.String(required=True)


def optional_text() -> fields.String:
    """Declare text that may be null or, from an older producer, absent."""
    return fields.String(load_default=None, allow_none=True)


def texts() -> Several:
    """Declare a list of codes or ids."""
    return Several(fields.String(), load_default=())


def whole() -> fields.Integer:
    """Declare a whole number."""
    return fields.Integer(required=True, strict=True)


def day() -> fields.Date:
    """Declare a calendar date."""
    return fields.Date(required=True)


def optional_day() -> fields.Date:
    """Declare a date that may be null or absent."""
    return fields.Date(load_default=None, allow_none=True)


def moment() -> fields.AwareDateTime:
    """Declare a moment."""
    return fields.AwareDateTime(required=True)
