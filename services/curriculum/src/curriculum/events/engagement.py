"""What other services learn about speakers: the office and the state, never a name."""

from dataclasses import dataclass
from typing import ClassVar

from curriculum.events.codes import EngagementStatus, GovernmentLevel
from curriculum.events.wire import choice, code, identifier
from eventkit.event import Event, EventSchema


@dataclass(frozen=True, slots=True, kw_only=True)
class _Engagement(Event):
    engagement: str
    session: str
    batch: str
    office_code: str | None
    government_level: str | None
    status: str
    previous_status: str | None


class _EngagementSchema(EventSchema):
    engagement = identifier()
    session = identifier()
    batch = identifier()
    office_code = code("office of the speaker; null while nobody is named", allow_none=True)
    government_level = choice(GovernmentLevel, allow_none=True)
    status = choice(EngagementStatus)
    previous_status = choice(EngagementStatus, allow_none=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class EngagementPlanned(_Engagement):
    """A session has a speaker slot."""

    type: ClassVar[str] = "id.bina.curriculum.engagement.planned.v1"


class EngagementPlannedSchema(_EngagementSchema):
    builds = EngagementPlanned


@dataclass(frozen=True, slots=True, kw_only=True)
class EngagementStatusChanged(_Engagement):
    """A speaker slot went from one state to another."""

    type: ClassVar[str] = "id.bina.curriculum.engagement.status_changed.v1"


class EngagementStatusChangedSchema(_EngagementSchema):
    builds = EngagementStatusChanged
