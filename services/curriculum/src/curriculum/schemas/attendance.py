"""Requests and responses about attendance, test scores and commitments."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from marshmallow import Schema, ValidationError, fields, post_load, pre_dump, validates_schema
from marshmallow.validate import Length

from curriculum.domain.attendance import AttendanceRow, AttendanceStatus, MarkReport
from curriculum.domain.scores import CommitmentKind, CommitmentRow, ScoreRow, TestKind, TestScore
from curriculum.schemas.parts import (
    MAX_ROWS,
    RowResponse,
    choice_field,
    code_field,
    counts_of,
    id_field,
    number_field,
)
from eventkit.web import RequestSchema

_HUNDREDTHS: Final = 100
_MAX_SCORE: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class AttendanceBody:
    """The rows of a session, and the status of everybody else."""

    rows: tuple[AttendanceRow, ...] = ()
    default_status: AttendanceStatus | None = None
    expected_persons: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoresBody:
    """The scores of one test."""

    kind: TestKind
    rows: tuple[ScoreRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitmentsBody:
    """Some commitments."""

    rows: tuple[CommitmentRow, ...]


class AttendanceRowRequest(RequestSchema):
    """One person in one session; a unit's row without a person means all of its delegates."""

    enrolment = id_field()
    person = id_field(required=False)
    status = choice_field(AttendanceStatus)
    attended_minutes = number_field(0, 1440, required=False)
    reason_code = code_field(required=False, description="Needed when the value differs from the recorded one")

    @post_load
    def build(self, data: dict[str, Any], **_: object) -> AttendanceRow:
        """Build the row."""
        minutes = data.pop("attended_minutes", None)
        return AttendanceRow(**data, minutes=minutes)


class MarkAttendanceRequest(RequestSchema):
    """Rows, and a status for everybody else who is enrolled, admitted and not marked yet."""

    rows = fields.List(fields.Nested(AttendanceRowRequest), validate=Length(max=MAX_ROWS))
    default_status = choice_field(AttendanceStatus, required=False)
    expected_persons = number_field(0, 100_000, required=False)

    @validates_schema
    def require_content(self, data: dict[str, Any], **_: object) -> None:
        """Refuse a request that marks nobody."""
        if not data.get("rows") and data.get("default_status") is None:
            raise ValidationError("rows_or_default", "rows")

    @post_load
    def build(self, data: dict[str, Any], **_: object) -> AttendanceBody:
        """Build the body."""
        return AttendanceBody(**{**data, "rows": tuple(data.get("rows", ()))})


class ScoreRowRequest(RequestSchema):
    """One score; the person may be left out where the enrolment has only one."""

    enrolment = id_field()
    person = id_field(required=False)
    score = fields.Decimal(required=True, allow_nan=False, metadata={"description": "0 to 100, two decimals at most"})
    reason_code = code_field(required=False)

    @validates_schema
    def check_score(self, data: dict[str, Any], **_: object) -> None:
        """Refuse a score outside 0 to 100 or finer than a hundredth."""
        score: Decimal = data["score"]
        if not 0 <= score <= _MAX_SCORE or score * _HUNDREDTHS % 1:
            raise ValidationError("score_invalid", "score")

    @post_load
    def build(self, data: dict[str, Any], **_: object) -> ScoreRow:
        """Build the row."""
        score: Decimal = data.pop("score")
        return ScoreRow(**data, hundredths=int(score * _HUNDREDTHS))


class RecordScoresRequest(RequestSchema):
    """The scores of one test."""

    kind = choice_field(TestKind)
    rows = fields.List(fields.Nested(ScoreRowRequest), required=True, validate=Length(min=1, max=MAX_ROWS))

    @post_load
    def build(self, data: dict[str, Any], **_: object) -> ScoresBody:
        """Build the body."""
        return ScoresBody(kind=data["kind"], rows=tuple(data["rows"]))


class CommitmentRowRequest(RequestSchema):
    """One commitment; its text stays with its author."""

    enrolment = id_field()
    kind = choice_field(CommitmentKind)
    made_on = fields.Date(required=True)
    reference = code_field(required=False, description="Number of the signed document")

    @post_load
    def build(self, data: dict[str, Any], **_: object) -> CommitmentRow:
        """Build the row."""
        return CommitmentRow(**data)


class RecordCommitmentsRequest(RequestSchema):
    """Some commitments."""

    rows = fields.List(fields.Nested(CommitmentRowRequest), required=True, validate=Length(min=1, max=MAX_ROWS))

    @post_load
    def build(self, data: dict[str, Any], **_: object) -> CommitmentsBody:
        """Build the body."""
        return CommitmentsBody(rows=tuple(data["rows"]))


class MarkReportResponse(Schema):
    """What became of each row; the counts add those marked by default and all enrolled persons."""

    rows = fields.List(fields.Nested(RowResponse), required=True)
    counts = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)

    @pre_dump
    def count(self, report: MarkReport, **_: object) -> dict[str, Any]:
        """Add the counts."""
        counts = {**counts_of(report.rows), "by_default": report.by_default, "enrolled": report.enrolled}
        return {"rows": report.rows, "counts": counts}


class MarkResponse(Schema):
    """One person's mark."""

    person = fields.String(required=True)
    status = fields.Enum(AttendanceStatus, by_value=True, required=True)
    attended_minutes = fields.Integer(required=True, allow_none=True, attribute="minutes")


class CorrectionResponse(Schema):
    """A mark that was replaced."""

    replaced = fields.Nested(MarkResponse, required=True)
    reason_code = fields.String(required=True)
    at = fields.AwareDateTime(required=True)
    by = fields.String(required=True)


class SheetResponse(Schema):
    """The marks of one enrolment in one session, as pseudonyms; names are registration's."""

    id = fields.String(required=True)
    session = fields.String(required=True)
    batch = fields.String(required=True)
    enrolment = fields.String(required=True)
    marks = fields.List(fields.Nested(MarkResponse), required=True)
    corrections = fields.List(fields.Nested(CorrectionResponse), required=True)


class ScoreResponse(Schema):
    """One person's score."""

    id = fields.String(required=True)
    enrolment = fields.String(required=True)
    person = fields.String(required=True)
    kind = fields.Enum(TestKind, by_value=True, required=True)
    score = fields.String(required=True, metadata={"description": "Exact, two decimals"})

    @pre_dump
    def exact(self, score: TestScore, **_: object) -> dict[str, Any]:
        """Write the score without rounding."""
        text = f"{score.hundredths // _HUNDREDTHS}.{score.hundredths % _HUNDREDTHS:02d}"
        return {"id": score.id, "enrolment": score.enrolment, "person": score.person, "kind": score.kind, "score": text}


class CommitmentResponse(Schema):
    """One commitment."""

    id = fields.String(required=True)
    enrolment = fields.String(required=True)
    kind = fields.Enum(CommitmentKind, by_value=True, required=True)
    made_on = fields.Date(required=True)
    reference = fields.String(required=True, allow_none=True)
