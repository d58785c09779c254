"""Builders of domain objects with defaults, for tests that need no store."""

import itertools
from datetime import UTC, date, datetime
from typing import Any, Final

from eventkit.event import TenantId
from registration.domain.batch import Batch, BatchState, MoveBatch, Plan, ScheduleVersion, Venue
from registration.domain.codes import AsnStatus, EnrolmentKind, PersonKind, PositionKind
from registration.domain.eligibility import Candidate, Decision, Rule
from registration.domain.enrolment import Enrolment, EnrolmentMove, EnrolmentState, MoveEnrolment
from registration.domain.nomination import NominationRow
from registration.domain.person import Person, PersonFacts
from registration.domain.unit import Unit

TENANT: Final = TenantId("74.71")
NOW: Final = datetime(2025, 8, 1, 6, tzinfo=UTC)
_numbers = itertools.count(1)


def identity() -> str:
    """Give an id that no other test object has."""
    return f"01a20000-0000-7000-8000-{next(_numbers):012x}"


def a_rule(**others: Any) -> Rule:
    usual: dict[str, Any] = {
        "version": 1, "categories": (), "echelons": (), "position_kinds": (), "quota": (), "seats_total": 100,
        "requires_cover": False, "keeps_waitlist": False,
    }  # fmt: skip
    return Rule(**{**usual, **others})


def a_plan(start: date = date(2025, 8, 1), end: date = date(2025, 8, 3), region: str | None = "74.71") -> Plan:
    return Plan(start=start, end=end, provisional=False, venue=Venue(name=None, region=region))


def a_batch(**others: Any) -> Batch:
    first = ScheduleVersion(number=1, plan=a_plan(), reason_code=None, decided_by_office=None, at=NOW)
    usual: dict[str, Any] = {
        "id": identity(), "version": 1, "programme": identity(), "programme_kind": "RETREAT", "number": "W1",
        "organizer_region": "74.71", "time_zone": "Asia/Makassar", "state": BatchState.OPEN, "rule": a_rule(),
        "schedule": (first,), "taken": {},
    }  # fmt: skip
    return Batch(**{**usual, **others})


def an_enrolment(batch: Batch, **others: Any) -> Enrolment:
    usual: dict[str, Any] = {
        "id": identity(), "version": 1, "batch": batch.id, "programme": batch.programme,
        "kind": EnrolmentKind.PERSON, "person": identity(), "unit": None, "category": "CAMAT",
        "position_kind": PositionKind.ADMINISTRATOR, "echelon_id": "31", "person_kind": PersonKind.ASN,
        "asn_status": AsnStatus.PNS, "state": EnrolmentState.NOMINATED,
        "decision": Decision(eligible=True, reason_codes=(), rule_version=1), "holder": "holder", "history": (),
    }  # fmt: skip
    return Enrolment(**{**usual, **others})


def a_candidate(**others: Any) -> Candidate:
    usual: dict[str, Any] = {
        "kind": EnrolmentKind.PERSON, "category": "CAMAT", "position_kind": PositionKind.ADMINISTRATOR,
        "echelon_id": "31", "person_kind": PersonKind.ASN, "asn_status": AsnStatus.PNS, "legal_status": "01",
    }  # fmt: skip
    return Candidate(**{**usual, **others})


def some_facts(**others: Any) -> PersonFacts:
    usual: dict[str, Any] = {
        "kind": PersonKind.ASN, "asn_status": AsnStatus.PNS, "name": "Peserta 001",
        "employee_number": "198609262015051999",
    }  # fmt: skip
    return PersonFacts(**{**usual, **others})


def a_person(**others: Any) -> Person:
    usual: dict[str, Any] = {
        "id": identity(), "kind": PersonKind.ASN, "asn_status": AsnStatus.PNS, "legal_status": "01", "unit": None,
        "number_kind": None, "sealed": None, "lookup": None,
    }  # fmt: skip
    return Person(**{**usual, **others})


def a_unit(**others: Any) -> Unit:
    usual: dict[str, Any] = {
        "id": identity(), "kind": "DINAS", "name": "Dinas Kesehatan", "region": "74.71", "parent": None,
        "valid_from": date(2020, 1, 1),
    }  # fmt: skip
    return Unit(**{**usual, **others})


def a_row(**others: Any) -> NominationRow:
    usual: dict[str, Any] = {
        "enrolment": identity(), "new_person": identity(), "kind": EnrolmentKind.PERSON, "person": None,
        "facts": None, "category": "CAMAT", "position_kind": PositionKind.ADMINISTRATOR, "echelon_id": "31",
        "unit": None,
    }  # fmt: skip
    return NominationRow(**{**usual, **others})


def a_move(move: EnrolmentMove, reason_code: str | None = None) -> MoveEnrolment:
    return MoveEnrolment(tenant=TENANT, enrolment="", move=move, reason_code=reason_code, at=NOW, expected_version=None)


def a_turn(at: datetime = NOW, reason_code: str | None = "OTHER") -> MoveBatch:
    return MoveBatch(
        tenant=TENANT, batch="", at=at, reason_code=reason_code, decided_by_office="SEKDA", expected_version=None
    )
