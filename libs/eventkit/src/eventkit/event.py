"""What every event and aggregate is made of: no I/O, so that domain modules may import it."""

from dataclasses import dataclass
from typing import Any, ClassVar, NewType

from marshmallow import EXCLUDE, Schema, post_load

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
    parts = event_type.split(".")
    if len(parts) != 6 or parts[:2] != ["id", "bina"]:
        raise ValueError(event_type)
    return f"{parts[2]}.{parts[3]}"
