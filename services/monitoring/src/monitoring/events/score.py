"""Facts about official unit scores."""

from dataclasses import dataclass
from typing import ClassVar

from marshmallow import fields
from marshmallow.validate import Regexp

from eventkit.event import Event, EventSchema
from monitoring.events.wire import PERIOD, PREDICATE, SCORE_SOURCES, closed_field, code_field, decimal_field, id_field


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreRecorded(Event):
    """An official score of a unit is known; a simulation never becomes this."""

    type: ClassVar[str] = "id.bina.monitoring.score.recorded.v1"
    record: str
    unit: str
    instrument: str
    version: str
    period: str
    score: str
    predicate: str
    source: str


class ScoreRecordedSchema(EventSchema):
    builds = ScoreRecorded
    record = id_field()
    unit = id_field()
    instrument = code_field()
    version = code_field()
    period = fields.String(required=True, validate=Regexp(PERIOD))
    score = decimal_field("two places, rounded half up")
    predicate = fields.String(required=True, validate=Regexp(PREDICATE))
    source = closed_field(SCORE_SOURCES)
