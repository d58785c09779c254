"""Responses about enrolments, and the report of a bulk request with its texts in the caller's language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from marshmallow import Schema, fields, pre_dump

from eventkit.problem import error_of
from eventkit.refusal import Fault
from eventkit.web import FaultResponse
from registration.domain.enrolment import Enrolment
from registration.domain.number import mask
from registration.domain.report import RowReport


class DecisionResponse(Schema):
    """Whether the rule admitted them, and why not."""

    eligible = fields.Boolean()
    reason_codes = fields.List(fields.String())
    rule_version = fields.Integer()


class CoverResponse(Schema):
    """Who runs the unit meanwhile."""

    kind = fields.String()
    from_date = fields.Date()
    to_date = fields.Date()
    acting = fields.String(allow_none=True)


class StepResponse(Schema):
    """One entry of the history."""

    state = fields.String()
    at = fields.AwareDateTime()
    reason_code = fields.String(allow_none=True)


class EnrolmentResponse(Schema):
    """An enrolment; persons are pseudonyms."""

    id = fields.String()
    version = fields.Integer()
    batch = fields.String()
    programme = fields.String()
    kind = fields.String()
    person = fields.String(allow_none=True)
    unit = fields.String(allow_none=True)
    category = fields.String()
    position_kind = fields.String(allow_none=True)
    echelon_id = fields.String(allow_none=True)
    person_kind = fields.String(allow_none=True)
    asn_status = fields.String(allow_none=True)
    state = fields.String()
    decision = fields.Nested(DecisionResponse)
    delegates = fields.List(fields.String())
    cover = fields.Nested(CoverResponse, allow_none=True)
    replaces = fields.String(allow_none=True)
    replaced_by = fields.String(allow_none=True)
    arrived = fields.Integer()
    arrived_at = fields.AwareDateTime(allow_none=True)
    history = fields.List(fields.Nested(StepResponse))


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterEntry:
    """An enrolment with the names behind it; lives for one answer."""

    enrolment: Enrolment
    name: str | None = field(repr=False)
    employee_number: str | None = field(repr=False)
    delegate_names: tuple[str | None, ...] = field(repr=False)

    @property
    def id(self) -> str:
        """Give the id by which the list is paged."""
        return self.enrolment.id


class RosterEntryResponse(Schema):
    """One line of the roster; the number is masked."""

    enrolment = fields.String(attribute="enrolment.id")
    kind = fields.String(attribute="enrolment.kind")
    person = fields.String(attribute="enrolment.person", allow_none=True)
    unit = fields.String(attribute="enrolment.unit", allow_none=True)
    category = fields.String(attribute="enrolment.category")
    state = fields.String(attribute="enrolment.state")
    name = fields.String(allow_none=True)
    employee_number = fields.String(allow_none=True)
    delegates = fields.List(fields.String(), attribute="enrolment.delegates")
    delegate_names = fields.List(fields.String(allow_none=True))


class RowReportResponse(Schema):
    """What became of one row."""

    row = fields.Integer(metadata={"description": "place in the request, from 0"})
    status = fields.String()
    id = fields.String(allow_none=True, metadata={"description": "the enrolment"})
    person = fields.String(allow_none=True)
    errors = fields.List(fields.Nested(FaultResponse))
    warnings = fields.List(fields.Nested(FaultResponse))

    @pre_dump
    def say(self, report: RowReport, **_: object) -> dict[str, Any]:
        """Put the texts in, and the row before each pointer."""
        return {
            "row": report.row,
            "status": report.status,
            "id": report.id,
            "person": report.person,
            "errors": _said(report.row, report.errors),
            "warnings": _said(report.row, report.warnings),
        }


class BulkReportResponse(Schema):
    """Every row of a bulk request, and how many there are of each status."""

    rows = fields.List(fields.Nested(RowReportResponse))
    counts = fields.Dict(keys=fields.String(), values=fields.Integer())
    dry_run = fields.Boolean()


def _said(row: int, faults: Sequence[Fault]) -> list[dict[str, str]]:
    return [error_of(replace(each, pointer=f"/rows/{row}{each.pointer}")) for each in faults]


def roster_entry(enrolment: Enrolment, names: Mapping[str, tuple[str, str | None] | None]) -> RosterEntry:
    """Put the names to an enrolment; None where a person was erased."""
    name, number = names.get(enrolment.person or "") or (None, None)
    delegates = [names.get(each) for each in enrolment.delegates]
    return RosterEntry(
        enrolment=enrolment,
        name=name,
        employee_number=None if number is None else mask(number),
        delegate_names=tuple(None if each is None else each[0] for each in delegates),
    )
