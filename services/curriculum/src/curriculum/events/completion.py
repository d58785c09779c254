"""What other services learn about the result of one enrolment."""

from dataclasses import dataclass
from typing import ClassVar

from marshmallow import fields

from curriculum.events.codes import EnrolmentKind, Obligation, Outcome
from curriculum.events.wire import choice, code, count, identifier
from eventkit.event import Event, EventSchema


@dataclass(frozen=True, slots=True, kw_only=True)
class _Completion(Event):
    completion: str
    enrolment: str
    batch: str
    kind: str
    outcome: str
    jp_credited: int
    jp_possible: int
    persons: int
    rule_version: str
    ledger_year: int
    obligation: str
    over_limit: bool


class _CompletionSchema(EventSchema):
    completion = identifier()
    enrolment = identifier()
    batch = identifier()
    kind = choice(EnrolmentKind)
    outcome = choice(Outcome)
    jp_credited = count("sum over the persons of the enrolment")
    jp_possible = count("sum over the persons of the enrolment, of the held sessions that admit them")
    persons = count()
    rule_version = code("rule that was applied")
    ledger_year = count("calendar year of the last day", 2000)
    obligation = choice(Obligation)
    over_limit = fields.Boolean(
        required=True, metadata={"description": "a PPPK above 24 JP in the year: a flag, never a block"}
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletionRecorded(_Completion):
    """The completion rule was applied to one enrolment."""

    type: ClassVar[str] = "id.bina.curriculum.completion.recorded.v1"


class CompletionRecordedSchema(_CompletionSchema):
    builds = CompletionRecorded


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletionCorrected(_Completion):
    """A recorded completion is replaced by a new result."""

    type: ClassVar[str] = "id.bina.curriculum.completion.corrected.v1"
    previous_outcome: str
    previous_jp_credited: int
    reason_code: str


class CompletionCorrectedSchema(_CompletionSchema):
    builds = CompletionCorrected
    previous_outcome = choice(Outcome)
    previous_jp_credited = count()
    reason_code = code("why it was corrected")
