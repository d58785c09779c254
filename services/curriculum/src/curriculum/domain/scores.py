"""Test scores and commitments: they stay inside this service and enter no event."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from curriculum.domain.attendance import RowReport, RowStatus
from curriculum.domain.ids import derived
from curriculum.domain.seen import SeenEnrolment
from eventkit.event import TenantId
from eventkit.refusal import Fault, RefusedError


class TestKind(StrEnum):
    """When a test is taken."""

    __test__ = False  # no test case, whatever pytest thinks of the name

    PRE_TEST = "PRE_TEST"
    POST_TEST = "POST_TEST"


class CommitmentKind(StrEnum):
    """Who commits: the person, or the unit."""

    PERSONAL = "PERSONAL"
    INSTITUTIONAL = "INSTITUTIONAL"


@dataclass(frozen=True, slots=True, kw_only=True)
class PastScore:
    """A score that was corrected, and why."""

    hundredths: int
    reason_code: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TestScore:
    """What one person of one enrolment reached, in hundredths of a point."""

    __test__ = False

    id: str
    batch: str
    enrolment: str
    person: str
    kind: TestKind
    hundredths: int
    corrections: tuple[PastScore, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreRow:
    """One row of a request; the person may be left out where the enrolment has only one."""

    enrolment: str
    hundredths: int
    person: str | None = None
    reason_code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordScores:
    """Record the scores of a test of a batch."""

    tenant: TenantId
    batch: str
    kind: TestKind
    rows: tuple[ScoreRow, ...]
    at: datetime
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Commitment:
    """A person or a unit committed to something; the text itself stays with its author."""

    id: str
    batch: str
    enrolment: str
    kind: CommitmentKind
    made_on: date
    reference: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitmentRow:
    """One row of a request."""

    enrolment: str
    kind: CommitmentKind
    made_on: date
    reference: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordCommitments:
    """Record the commitments of a batch."""

    tenant: TenantId
    batch: str
    rows: tuple[CommitmentRow, ...]
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreReport:
    """What became of each row, and the scores to store."""

    rows: tuple[RowReport, ...]
    scores: tuple[TestScore, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitmentReport:
    """What became of each row, and the commitments to store."""

    rows: tuple[RowReport, ...]
    commitments: tuple[Commitment, ...]


def score_id(batch: str, kind: TestKind, enrolment: str, person: str) -> str:
    """Give the id of the one score of this person in this test."""
    return derived(batch, kind, enrolment, person)


def record(command: RecordScores, roster: Mapping[str, SeenEnrolment], scores: Mapping[str, TestScore]) -> ScoreReport:
    """Take each row on its own; the same score again changes nothing, another one needs a reason."""
    known = dict(scores)
    reports = []
    for index, row in enumerate(command.rows):
        try:
            person = _person(roster.get(row.enrolment), row.person)
            id_ = score_id(command.batch, command.kind, row.enrolment, person)
            old = known.get(id_)
            known[id_] = _scored(command, row, person, old)
        except RefusedError as refusal:
            fault = Fault(f"/rows/{index}", refusal.code)
            reports.append(RowReport(row=index, status=RowStatus.REFUSED, id=row.enrolment, errors=(fault,)))
            continue
        reports.append(RowReport(row=index, status=_status(old, known[id_]), id=id_))
    changed = tuple(score for id_, score in known.items() if scores.get(id_) != score)
    return ScoreReport(rows=tuple(reports), scores=changed)


def commit(
    command: RecordCommitments, roster: Mapping[str, SeenEnrolment], known: Mapping[str, Commitment]
) -> CommitmentReport:
    """Keep one commitment of each kind per enrolment; a later row replaces it."""
    kept = dict(known)
    reports = []
    for index, row in enumerate(command.rows):
        enrolment = roster.get(row.enrolment)
        id_ = derived(command.batch, "commitment", row.kind, row.enrolment)
        if enrolment is None or not enrolment.is_active:
            fault = Fault(f"/rows/{index}", "enrolment_unknown" if enrolment is None else "enrolment_inactive")
            reports.append(RowReport(row=index, status=RowStatus.REFUSED, id=id_, errors=(fault,)))
            continue
        made = Commitment(
            id=id_,
            batch=command.batch,
            enrolment=row.enrolment,
            kind=row.kind,
            made_on=row.made_on,
            reference=row.reference,
        )
        reports.append(RowReport(row=index, status=_status(kept.get(id_), made), id=id_))
        kept[id_] = made
    changed = tuple(each for id_, each in kept.items() if known.get(id_) != each)
    return CommitmentReport(rows=tuple(reports), commitments=changed)


def takers(scores: Iterable[TestScore], kind: TestKind) -> dict[str, set[str]]:
    """Name the persons of each enrolment who took the test."""
    found: dict[str, set[str]] = {}
    for each in scores:
        if each.kind is kind:
            found.setdefault(each.enrolment, set()).add(each.person)
    return found


def _scored(command: RecordScores, row: ScoreRow, person: str, old: TestScore | None) -> TestScore:
    if old is None:
        return TestScore(
            id=score_id(command.batch, command.kind, row.enrolment, person),
            batch=command.batch,
            enrolment=row.enrolment,
            person=person,
            kind=command.kind,
            hundredths=row.hundredths,
        )
    if old.hundredths == row.hundredths:
        return old
    if row.reason_code is None:
        raise RefusedError("INVALID", "reason_required")
    past = PastScore(hundredths=old.hundredths, reason_code=row.reason_code, at=command.at, by=command.by)
    return replace(old, hundredths=row.hundredths, corrections=(*old.corrections, past))


def _person(enrolment: SeenEnrolment | None, person: str | None) -> str:
    if enrolment is None:
        raise RefusedError("INVALID", "enrolment_unknown")
    if not enrolment.is_active:
        raise RefusedError("INVALID", "enrolment_inactive")
    people = enrolment.people
    if person is None and len(people) == 1:
        return people[0]
    if person is None or person not in people:
        raise RefusedError("INVALID", "person_unknown")
    return person


def _status(old: object | None, new: object) -> RowStatus:
    if old is None:
        return RowStatus.RECORDED
    return RowStatus.UNCHANGED if old == new else RowStatus.CORRECTED
