"""What other services learn about curricula."""

from dataclasses import dataclass
from typing import ClassVar

from curriculum.events.wire import count, identifier
from eventkit.event import Event, EventSchema


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionPublished(Event):
    """A version of a curriculum is frozen; later versions never change it."""

    type: ClassVar[str] = "id.bina.curriculum.version.published.v1"
    curriculum: str
    version: int
    programme: str
    session_count: int
    jp_total: int
    minutes_per_jp: int


class VersionPublishedSchema(EventSchema):
    builds = VersionPublished
    curriculum = identifier()
    version = count("number of the version within its curriculum", 1)
    programme = identifier()
    session_count = count(minimum=1)
    jp_total = count()
    minutes_per_jp = count(minimum=1)
