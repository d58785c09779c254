"""Completion by R-CREDIT.

A completion is a pure consequence of sessions, attendance, tests, plans and earlier completions of the
year, so it can be computed again at any time; another result is a correction that keeps the old one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Final, TypedDict

from curriculum.domain.attendance import THERE, AttendanceSheet, Mark, attending
from curriculum.domain.curriculum import CompletionRule
from curriculum.domain.ids import derived
from curriculum.domain.jp import Presence, earned_over
from curriculum.domain.seen import SeenBatch, SeenEnrolment
from curriculum.domain.session import Session
from curriculum.events import CompletionCorrected, CompletionRecorded, EnrolmentKind, Obligation, Outcome
from eventkit.event import Aggregate, Event, TenantId
from eventkit.refusal import RefusedError

PPPK_LIMIT: Final = 24
_OBLIGATIONS: Final[Mapping[str | None, Obligation]] = {
    "PNS": Obligation.PNS_20,
    "PPPK": Obligation.PPPK_24,
    "PPPK_PARUH_WAKTU": Obligation.PPPK_24,
}


class Shortfall(StrEnum):
    """Why an enrolment is incomplete."""

    JP_SHORT = "JP_SHORT"
    POST_TEST_MISSING = "POST_TEST_MISSING"
    PLAN_MISSING = "PLAN_MISSING"
    COMMITMENT_MISSING = "COMMITMENT_MISSING"


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonCredit:
    """What one person of the enrolment earned, and what the sessions open to that person were worth."""

    person: str
    jp: int
    jp_possible: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What the rule says about one enrolment."""

    outcome: Outcome
    shortfalls: tuple[Shortfall, ...]
    credits: tuple[PersonCredit, ...]
    obligation: Obligation
    over_limit: bool

    @property
    def jp_credited(self) -> int:
        return sum(each.jp for each in self.credits)

    @property
    def jp_possible(self) -> int:
        return sum(each.jp_possible for each in self.credits)


@dataclass(frozen=True, slots=True, kw_only=True)
class PastResult:
    """A result that was corrected, and why."""

    result: Result
    reason_code: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion(Aggregate):
    """The result of one enrolment, with the rule that gave it and every earlier result."""

    batch: str
    enrolment: str
    kind: EnrolmentKind
    result: Result
    rule_version: str
    ledger_year: int
    ended_on: date
    programme: str | None = None
    programme_kind: str | None = None
    past: tuple[PastResult, ...] = ()

    @property
    def order(self) -> tuple[date, str]:
        """The place of this completion in the year."""
        return self.ended_on, self.enrolment


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteBatch:
    """Apply the completion rule to a batch; a result that differs from a recorded one needs a reason."""

    tenant: TenantId
    batch: str
    at: datetime
    reason_code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """The reason and moment of a correction; without a reason corrections are refused."""

    reason_code: str | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Everything that the rule looks at for one batch."""

    batch: SeenBatch
    ended_on: date
    rule: CompletionRule
    sessions: tuple[Session, ...]  # those that were held
    sheets: Mapping[str, Mapping[str, AttendanceSheet]]  # by enrolment, then session
    post_tested: Mapping[str, set[str]]  # persons by enrolment
    planned: frozenset[str]
    committed: frozenset[str]
    earlier: Mapping[str, Sequence[Completion]]  # other completions of the year by person


def completion_id(enrolment: str) -> str:
    """Give the id of the one completion of an enrolment."""
    return derived(enrolment, "completion")


def assess(enrolment: SeenEnrolment, evidence: Evidence) -> Result:
    """Apply R-CREDIT to one enrolment; a unit counts a session when any of its delegates was there."""
    sheets = evidence.sheets.get(enrolment.id, {})
    open_to = [each for each in evidence.sessions if each.jp and enrolment.is_admitted(each.eligible)]
    possible = sum(each.jp for each in open_to)
    people = sorted({person for each in open_to for person in attending(enrolment, sheets.get(each.id))})
    presences = {person: _presences(person, open_to, sheets) for person in people or enrolment.people}
    credits_ = tuple(
        PersonCredit(person=person, jp=earned_over(were), jp_possible=possible) for person, were in presences.items()
    )
    together = earned_over(_longest(presences.values()))
    shortfalls = _shortfalls(enrolment, evidence, is_short=together * 100 < evidence.rule.share_percent * possible)
    obligation = obligation_of(enrolment)
    return Result(
        outcome=Outcome.INCOMPLETE if shortfalls else Outcome.COMPLETED,
        shortfalls=shortfalls,
        credits=credits_,
        obligation=obligation,
        over_limit=obligation is Obligation.PPPK_24 and any(_is_over(each, enrolment, evidence) for each in credits_),
    )


def record(
    enrolment: SeenEnrolment, evidence: Evidence, known: Completion | None, why: Why
) -> tuple[Completion, list[Event]]:
    """Record the result, or correct the known one; the same result again changes nothing."""
    result = assess(enrolment, evidence)
    if known is None:
        first = Completion(
            id=completion_id(enrolment.id),
            batch=enrolment.batch,
            enrolment=enrolment.id,
            kind=enrolment.kind,
            result=result,
            rule_version=evidence.rule.rule_version,
            ledger_year=evidence.ended_on.year,
            ended_on=evidence.ended_on,
            programme=evidence.batch.programme,
            programme_kind=evidence.batch.programme_kind,
        )
        return first, [CompletionRecorded(**_facts(first))]
    if known.result == result:
        return known, []
    if why.reason_code is None:
        raise RefusedError("CONFLICT", "reason_required")
    past = PastResult(result=known.result, reason_code=why.reason_code, at=why.at)
    corrected = replace(known, result=result, past=(*known.past, past))
    event = CompletionCorrected(
        **_facts(corrected),
        previous_outcome=known.result.outcome,
        previous_jp_credited=known.result.jp_credited,
        reason_code=why.reason_code,
    )
    return corrected, [event]


def obligation_of(enrolment: SeenEnrolment) -> Obligation:
    """Say which yearly rule binds the person of the enrolment; a unit has none."""
    if enrolment.kind is EnrolmentKind.UNIT:
        return Obligation.NONE
    return _OBLIGATIONS.get(enrolment.asn_status, Obligation.NONE)


def _presences(person: str, sessions: Iterable[Session], sheets: Mapping[str, AttendanceSheet]) -> list[Presence]:
    found = []
    for session in sessions:
        sheet = sheets.get(session.id)
        was = sheet.mark_of(person) if sheet else None
        if was is not None and was.status in THERE:
            found.append(_presence(session, was))
    return found


def _presence(session: Session, was: Mark) -> Presence:
    minutes = session.minutes if was.minutes is None else was.minutes
    return Presence(start=session.timing.start, minutes=minutes, worth=session.worth)


def _longest(presences: Iterable[Sequence[Presence]]) -> list[Presence]:
    longest: dict[tuple[datetime, int], Presence] = {}
    for each in (one for were in presences for one in were):
        key = (each.start, each.worth.minutes)
        known = longest.get(key)
        if known is None or known.minutes < each.minutes:
            longest[key] = each
    return list(longest.values())


def _shortfalls(enrolment: SeenEnrolment, evidence: Evidence, *, is_short: bool) -> tuple[Shortfall, ...]:
    rule, tested = evidence.rule, evidence.post_tested.get(enrolment.id, set())
    is_untested = rule.requires_post_test and not set(enrolment.people) & tested
    found = {
        Shortfall.JP_SHORT: is_short or not enrolment.people,
        Shortfall.POST_TEST_MISSING: is_untested,
        Shortfall.PLAN_MISSING: rule.requires_plan and enrolment.id not in evidence.planned,
        Shortfall.COMMITMENT_MISSING: rule.requires_commitment and enrolment.id not in evidence.committed,
    }
    return tuple(shortfall for shortfall, is_missing in found.items() if is_missing)


def _is_over(credit: PersonCredit, enrolment: SeenEnrolment, evidence: Evidence) -> bool:
    place = (evidence.ended_on, enrolment.id)
    before = sum(
        each.jp
        for completion in evidence.earlier.get(credit.person, ())
        if completion.order < place
        for each in completion.result.credits
        if each.person == credit.person
    )
    return before + credit.jp > PPPK_LIMIT


class _Facts(TypedDict):
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


def _facts(completion: Completion) -> _Facts:
    result = completion.result
    return {
        "completion": completion.id,
        "enrolment": completion.enrolment,
        "batch": completion.batch,
        "kind": completion.kind,
        "outcome": result.outcome,
        "jp_credited": result.jp_credited,
        "jp_possible": result.jp_possible,
        "persons": len(result.credits),
        "rule_version": completion.rule_version,
        "ledger_year": completion.ledger_year,
        "obligation": result.obligation,
        "over_limit": result.over_limit,
    }
