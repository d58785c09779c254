"""Nomination in bulk: each row is judged alone against what the tenant knows; bad rows never stop good ones."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from eventkit.event import Event, TenantId
from eventkit.refusal import Fault, RefusedError
from registration.domain.batch import Batch, BatchMove, move_to
from registration.domain.codes import (
    NON_ASN_ONLY,
    Category,
    EnrolmentKind,
    PersonKind,
    PositionKind,
    echelon_faults,
    echelon_group,
)
from registration.domain.eligibility import Candidate, decide
from registration.domain.enrolment import (
    Enrolment,
    EnrolmentMove,
    EnrolmentState,
    Step,
    holder_of,
    needs_cover,
    take_step,
)
from registration.domain.person import CheckedPerson, Person, PersonFacts
from registration.domain.report import RowReport
from registration.domain.seat import free_seat, give_seat
from registration.domain.unit import Unit, is_alive
from registration.events import EnrolmentConfirmed, EnrolmentNominated, EnrolmentSubstituted


@dataclass(frozen=True, slots=True, kw_only=True)
class NominationRow:
    """One line of a list: a known person, a person typed in, or a unit. Ids are made before the transaction."""

    enrolment: str
    kind: EnrolmentKind
    person: str | None
    new_person: str
    facts: PersonFacts | None
    category: Category
    position_kind: PositionKind | None
    echelon_id: str | None
    unit: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NominateRoster:
    """Put a list forward for a batch; a dry run stores nothing."""

    tenant: TenantId
    batch: str
    rows: tuple[NominationRow, ...]
    at: datetime
    dry_run: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SubstituteEnrolment:
    """Send somebody else in the place of a confirmed participant."""

    tenant: TenantId
    enrolment: str
    row: NominationRow
    reason_code: str
    at: datetime
    expected_version: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Whom a row is about: a stored person, one that will be entered, or a unit; all None when unknown.

    `repeats` marks a person typed in twice in one request.
    """

    person: Person | None = None
    entering: CheckedPerson | None = None
    unit: Unit | None = None
    repeats: bool = False

    @property
    def person_kind(self) -> PersonKind | None:
        """Whether it is a civil servant; None for a unit."""
        if self.person is not None:
            return self.person.kind
        return self.entering.facts.kind if self.entering is not None else None

    def person_faults(self) -> list[Fault]:
        """Say why the row names no usable person."""
        faults = []
        if self.person is None and self.entering is None:
            faults.append(Fault("/person", "UNKNOWN_ID"))
        if self.person is not None and self.person.erased_at is not None:
            faults.append(Fault("/person", "PERSON_ERASED"))
        if self.repeats:
            faults.append(Fault("/facts/employee_number", "DUPLICATE"))
        entering = () if self.entering is None else self.entering.faults
        return [*faults, *under("/facts", entering)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Nominated:
    """A row that holds: the enrolment with its events, and the person to enter with it."""

    report: RowReport
    enrolment: Enrolment
    events: tuple[Event, ...]
    subject: Subject


def nominate(batch: Batch, row: NominationRow, subject: Subject, at: datetime) -> tuple[Enrolment, list[Event]]:
    """Put one person or unit forward and decide on eligibility; the ineligible are kept as REJECTED."""
    move_to(batch, BatchMove.NOMINATE)
    person = _person_id(row, subject)
    candidate = _candidate(row, subject)
    decision = decide(batch.rule, candidate)
    state = EnrolmentState.NOMINATED if decision.eligible else EnrolmentState.REJECTED
    reason = decision.reason_codes[0] if decision.reason_codes else None
    unit = _unit_id(row, subject)
    enrolment = Enrolment(
        id=row.enrolment,
        batch=batch.id,
        programme=batch.programme,
        kind=row.kind,
        person=person,
        unit=unit,
        category=candidate.category,
        position_kind=row.position_kind,
        echelon_id=row.echelon_id,
        person_kind=candidate.person_kind,
        asn_status=candidate.asn_status,
        state=state,
        decision=decision,
        holder=holder_of(batch.programme, batch.id, person, unit) if decision.eligible else None,
        history=(Step(state=state, at=at, reason_code=reason),),
    )
    return enrolment, [_nominated(enrolment)]


def row_faults(row: NominationRow, subject: Subject, today: date) -> Iterator[Fault]:
    """Say what is wrong with a row; pointers are relative to the row."""
    is_unit = row.kind is EnrolmentKind.UNIT
    if row.person is not None and row.facts is not None:
        yield Fault("/facts", "PERSON_OR_FACTS")
    if is_unit and (row.person is not None or row.facts is not None):
        yield Fault("/person", "PERSON_NOT_EXPECTED")
    if subject.unit is None and (is_unit or row.unit is not None):
        yield Fault("/unit", "UNKNOWN_ID")
    if subject.unit is not None and not is_alive(subject.unit, today):
        yield Fault("/unit", "UNIT_NOT_ALIVE")
    if not is_unit:
        yield from subject.person_faults()
    yield from _post_faults(row, subject.person_kind)


def _post_faults(row: NominationRow, person_kind: PersonKind | None) -> Iterator[Fault]:
    if person_kind is None and row.kind is EnrolmentKind.PERSON:
        return  # nobody is known, so nothing can be said about the post
    if person_kind is PersonKind.ASN:
        if row.category in NON_ASN_ONLY:
            yield Fault("/category", "CATEGORY_NON_ASN_ONLY")
        yield from echelon_faults(row.echelon_id, row.position_kind)
    elif row.echelon_id is not None or row.position_kind is not None:
        yield Fault("/echelon_id", "ECHELON_NOT_EXPECTED")


def row_warnings(enrolment: Enrolment, subject: Subject) -> Iterator[Fault]:
    """Say what somebody should look at, although the row holds."""
    if needs_cover(enrolment):
        yield Fault("/category", "COVER_NEEDED")
    if subject.entering is not None:
        yield from under("/facts", subject.entering.warnings)


def report_row(place: int, enrolment: Enrolment, warnings: Sequence[Fault]) -> RowReport:
    """Describe a row that holds; the reasons of a rejection are its errors."""
    reasons = tuple(Fault("/category", code) for code in enrolment.decision.reason_codes)
    return RowReport(
        row=place,
        status=enrolment.state,
        id=enrolment.id,
        person=enrolment.person,
        errors=reasons,
        warnings=tuple(warnings),
    )


def judge_roster(
    batch: Batch, command: NominateRoster, subjects: Sequence[Subject], held: Mapping[str, str]
) -> tuple[list[RowReport], list[Nominated]]:
    """Judge every row; `held` gives the enrolment by holder that is already in the programme.

    Two rows about the same person count as one: the second is reported as DUPLICATE.
    """
    move_to(batch, BatchMove.NOMINATE)
    reports: list[RowReport] = []
    accepted: list[Nominated] = []
    seen = dict(held)
    for place, (row, subject) in enumerate(zip(command.rows, subjects, strict=True)):
        if faults := tuple(row_faults(row, subject, batch.plan.start)):
            reports.append(RowReport(row=place, status="INVALID", errors=faults))
            continue
        enrolment, events = nominate(batch, row, subject, command.at)
        if enrolment.holder is not None and enrolment.holder in seen:
            reports.append(_duplicate(place, seen[enrolment.holder], enrolment.person))
            continue
        report = report_row(place, enrolment, tuple(row_warnings(enrolment, subject)))
        if enrolment.holder is not None:
            seen[enrolment.holder] = enrolment.id
        reports.append(report)
        accepted.append(Nominated(report=report, enrolment=enrolment, events=tuple(events), subject=subject))
    return reports, accepted


def substitute(
    batch: Batch, leaving: Enrolment, command: SubstituteEnrolment, subject: Subject
) -> tuple[Batch, tuple[Enrolment, list[Event]], tuple[Enrolment, list[Event]]]:
    """Give the seat of one who leaves to one who is eligible; both keep their own record."""
    incoming, nominated = nominate(batch, command.row, subject, command.at)
    if not incoming.decision.eligible:
        faults = [Fault("/replacement/category", code) for code in incoming.decision.reason_codes]
        raise RefusedError("CONFLICT", "replacement_not_eligible", faults)
    if incoming.holder == leaving.holder:
        raise RefusedError("CONFLICT", "replacement_is_the_same")
    left = take_step(leaving, EnrolmentMove.SUBSTITUTE, command.at, command.reason_code)
    left = replace(left, replaced_by=incoming.id)
    seats = give_seat(free_seat(batch, leaving.category), incoming.category)
    seated = take_step(incoming, EnrolmentMove.CONFIRM, command.at, command.reason_code)
    seated = replace(seated, replaces=leaving.id)
    gone = EnrolmentSubstituted(
        enrolment=left.id, batch=batch.id, reason_code=command.reason_code, replacement=seated.id
    )
    confirmed = EnrolmentConfirmed(enrolment=seated.id, batch=batch.id, reason_code=command.reason_code)
    return seats, (left, [gone]), (seated, [*nominated, confirmed])


def wanted_holder(batch: Batch, row: NominationRow, subject: Subject) -> str:
    """Give what the row's enrolment would hold."""
    return holder_of(batch.programme, batch.id, _person_id(row, subject), _unit_id(row, subject))


def under(pointer: str, faults: Sequence[Fault]) -> list[Fault]:
    """Move faults below a field."""
    return [replace(each, pointer=f"{pointer}{each.pointer}") for each in faults]


def _duplicate(place: int, enrolment: str, person: str | None) -> RowReport:
    fault = Fault("/person" if person else "/unit", "ALREADY_ENROLLED", (("enrolment", enrolment),))
    return RowReport(row=place, status="DUPLICATE", id=enrolment, person=person, errors=(fault,))


def _person_id(row: NominationRow, subject: Subject) -> str | None:
    if row.kind is EnrolmentKind.UNIT:
        return None
    return row.new_person if subject.person is None else subject.person.id


def _unit_id(row: NominationRow, subject: Subject) -> str | None:
    if row.unit is not None:
        return row.unit
    return None if subject.person is None else subject.person.unit


def _candidate(row: NominationRow, subject: Subject) -> Candidate:
    facts = subject.person or (subject.entering.facts if subject.entering is not None else None)
    unit_kind = subject.unit.kind if row.kind is EnrolmentKind.UNIT and subject.unit is not None else None
    return Candidate(
        kind=row.kind,
        category=unit_kind or row.category,
        position_kind=row.position_kind,
        echelon_id=row.echelon_id,
        person_kind=None if facts is None else facts.kind,
        asn_status=None if facts is None else facts.asn_status,
        legal_status=None if facts is None else facts.legal_status,
    )


def _nominated(enrolment: Enrolment) -> EnrolmentNominated:
    return EnrolmentNominated(
        enrolment=enrolment.id,
        batch=enrolment.batch,
        kind=enrolment.kind,
        person=enrolment.person,
        unit=enrolment.unit,
        category=enrolment.category,
        echelon_group=echelon_group(enrolment.echelon_id),
        person_kind=enrolment.person_kind,
        asn_status=enrolment.asn_status,
        eligible=enrolment.decision.eligible,
        reason_codes=enrolment.decision.reason_codes,
        rule_version=enrolment.decision.rule_version,
    )
