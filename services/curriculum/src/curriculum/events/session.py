"""What other services learn about the sessions of a batch."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from marshmallow import fields

from curriculum.events.codes import EchelonGroup, SessionKind
from curriculum.events.wire import choice, code, count, identifier, instant
from eventkit.event import Event, EventSchema


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scheduling(Event):
    session: str
    batch: str
    curriculum: str
    version: int
    kind: str
    jp: int
    start: datetime
    end: datetime
    eligible: tuple[str, ...]
    schedule_version: int


class _SchedulingSchema(EventSchema):
    session = identifier()
    batch = identifier()
    curriculum = identifier()
    version = count("number of the curriculum's version", 1)
    kind = choice(SessionKind)
    jp = count()
    start = instant("UTC instant of the start")
    end = instant("UTC instant of the end")
    eligible = fields.List(
        choice(EchelonGroup), required=True, metadata={"description": "echelon groups admitted; empty admits everybody"}
    )
    schedule_version = count("1 for the first plan of this session, then 2, 3 …", 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionScheduled(_Scheduling):
    """A session of a batch has its time."""

    type: ClassVar[str] = "id.bina.curriculum.session.scheduled.v1"


class SessionScheduledSchema(_SchedulingSchema):
    builds = SessionScheduled


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRescheduled(_Scheduling):
    """A session has another time; the old one stays readable."""

    type: ClassVar[str] = "id.bina.curriculum.session.rescheduled.v1"
    old_start: datetime
    old_end: datetime
    reason_code: str


class SessionRescheduledSchema(_SchedulingSchema):
    builds = SessionRescheduled
    old_start = instant("UTC instant of the start before the move")
    old_end = instant("UTC instant of the end before the move")
    reason_code = code("why it moved")


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionCancelled(_Scheduling):
    """A session will not take place."""

    type: ClassVar[str] = "id.bina.curriculum.session.cancelled.v1"
    reason_code: str


class SessionCancelledSchema(_SchedulingSchema):
    builds = SessionCancelled
    reason_code = code("why it is off")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Headcount(Event):
    session: str
    batch: str
    kind: str
    jp: int
    present: int
    excused: int
    absent: int
    not_eligible: int


class _HeadcountSchema(EventSchema):
    session = identifier()
    batch = identifier()
    kind = choice(SessionKind)
    jp = count()
    present = count("persons present or late")
    excused = count("persons excused or sick")
    absent = count("persons expected who were neither")
    not_eligible = count("enrolled persons whom the session does not admit")


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionHeld(_Headcount):
    """The attendance list of a session is closed."""

    type: ClassVar[str] = "id.bina.curriculum.session.held.v1"


class SessionHeldSchema(_HeadcountSchema):
    builds = SessionHeld


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRecounted(_Headcount):
    """A correction after the closing changed the head count; these numbers replace the earlier ones."""

    type: ClassVar[str] = "id.bina.curriculum.session.recounted.v1"


class SessionRecountedSchema(_HeadcountSchema):
    builds = SessionRecounted
