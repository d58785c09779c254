"""What every event and aggregate is made of: no I/O, so that domain modules may import it."""

import re
from dataclasses import dataclass
from typing import Any, ClassVar, Final, NewType

from marshmallow import EXCLUDE, Schema, post_load

_TYPE: Final = re.compile(r"id\.bina\.(?P<service>[a-z]+)\.(?P<subject>[a-z_]+)\.[a-z_]+\.v[1-9][0-9]*")

TenantId = NewType("TenantId", str)
EventId = NewType("EventId", str)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A fact in the past tense; the fields are the payload and hold nothing that identifies a person."""

    type: ClassVar[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Aggregate:
    """What is loaded, decided upon and saved as one; `version` 0 has never been stored.

    `sequence` is the number of the last event that it published.
    """

    id: str
    version: int = 0
    sequence: int = 0


class EventSchema(Schema):
    """The wire form of one event; unknown fields are ignored, so that producers may add some."""

    builds: ClassVar[type[Any]]

    class Meta:
        unknown = EXCLUDE

    @post_load
    def build(self, data: dict[str, Any], **_: object) -> Any:
        return self.builds(**data)


def topic_of(event_type: str) -> str:
    """Name the topic of a type: `id.bina.registration.batch.started.v1` → `registration.batch`.

    Raises ValueError for a type outside the grammar.
    """
    matched = _TYPE.fullmatch(event_type)
    if matched is None:
        raise ValueError(event_type)
    return f"{matched['service']}.{matched['subject']}"
