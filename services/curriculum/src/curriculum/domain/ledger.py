"""The yearly JP ledger by R-20: one person's JP over all programmes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from curriculum.domain.completion import PPPK_LIMIT, Completion, PersonCredit
from curriculum.events import EnrolmentKind, Obligation, Outcome

PNS_TARGET: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEntry:
    """What one enrolment adds to a person's year."""

    completion: str
    batch: str
    enrolment: str
    programme: str | None
    programme_kind: str | None
    ended_on: date
    outcome: Outcome
    jp: int
    jp_possible: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """One person's JP of one calendar year over all programmes."""

    person: str
    year: int
    obligation: Obligation
    jp: int
    target: int | None
    limit: int | None
    is_met: bool | None
    over_limit: bool
    entries: tuple[LedgerEntry, ...]


def ledger(person: str, year: int, completions: Iterable[Completion]) -> Ledger:
    """Add up a person's year; the duty follows from the person's own enrolments, not from a unit's."""
    mine = sorted((each for each in completions if each.ledger_year == year), key=lambda each: each.order)
    entries = tuple(_entry(each, credit) for each in mine for credit in each.result.credits if credit.person == person)
    duties = [each.result.obligation for each in mine if each.kind is EnrolmentKind.PERSON]
    obligation = duties[-1] if duties else Obligation.NONE
    total = sum(each.jp for each in entries)
    is_pns, is_pppk = obligation is Obligation.PNS_20, obligation is Obligation.PPPK_24
    return Ledger(
        person=person,
        year=year,
        obligation=obligation,
        jp=total,
        target=PNS_TARGET if is_pns else None,
        limit=PPPK_LIMIT if is_pppk else None,
        is_met=total >= PNS_TARGET if is_pns else None,
        over_limit=is_pppk and total > PPPK_LIMIT,
        entries=entries,
    )


def _entry(completion: Completion, credit: PersonCredit) -> LedgerEntry:
    return LedgerEntry(
        completion=completion.id,
        batch=completion.batch,
        enrolment=completion.enrolment,
        programme=completion.programme,
        programme_kind=completion.programme_kind,
        ended_on=completion.ended_on,
        outcome=completion.result.outcome,
        jp=credit.jp,
        jp_possible=credit.jp_possible,
    )
