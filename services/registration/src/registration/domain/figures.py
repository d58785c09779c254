"""Figures with their provenance: definitions, counts by category and status, sums that always agree."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from registration.domain.codes import UNSPECIFIED, EnrolmentKind, PersonKind
from registration.domain.enrolment import SEATED, EnrolmentState

DEFINITIONS: Final[Mapping[str, str]] = {
    "nominated": "enrolments ever put forward, the rejected included",
    "rejected": "enrolments that the rule did not admit",
    "confirmed": "enrolments that hold a seat now, arrived or not",
    "checked_in": "enrolments that arrived",
    "persons": "persons behind the confirmed enrolments: one each, or the delegates of a unit",
    "non_asn": "confirmed persons who are no civil servants",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many enrolments of a batch agree in everything that a figure looks at."""

    batch: str
    category: str
    state: EnrolmentState
    kind: EnrolmentKind
    person_kind: PersonKind | None
    enrolments: int
    delegates: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadcountRow:
    """One category of a batch; the one that the sources do not name has a label of its own."""

    category: str
    label: str | None
    total: int
    by_status: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Headcount:
    """The enrolments of a batch by category and status, with where the numbers come from."""

    batch: str
    as_of: datetime
    definition: str
    list: str
    total: int
    by_status: Mapping[str, int]
    categories: tuple[HeadcountRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The tenant's own figures, in all and by batch."""

    tenant: str
    as_of: datetime
    definitions: Mapping[str, str]
    figures: Mapping[str, int]
    batches: Mapping[str, Mapping[str, int]]


def count_heads(batch: str, tallies: Iterable[Tally], as_of: datetime) -> Headcount:
    """Lay tallies out as a table whose rows and columns sum to the total."""
    cells: dict[str, dict[str, int]] = {}
    for each in tallies:
        row = cells.setdefault(each.category, {})
        row[each.state.value] = row.get(each.state.value, 0) + each.enrolments
    rows = tuple(_row(category, cells[category]) for category in sorted(cells))
    return Headcount(
        batch=batch,
        as_of=as_of,
        definition="enrolments of the batch by category and present status; a unit counts once",
        list=f"/v1/batches/{batch}/roster",
        total=sum(row.total for row in rows),
        by_status=_sum(row.by_status for row in rows),
        categories=rows,
    )


def sum_figures(tallies: Iterable[Tally]) -> dict[str, dict[str, int]]:
    """Give the figures of each batch."""
    batches: dict[str, dict[str, int]] = {}
    for each in tallies:
        figures = batches.setdefault(each.batch, dict.fromkeys(DEFINITIONS, 0))
        for name, amount in _contribution(each).items():
            figures[name] += amount
    return batches


def total_figures(batches: Mapping[str, Mapping[str, int]]) -> dict[str, int]:
    """Sum the figures of all batches."""
    return dict.fromkeys(DEFINITIONS, 0) | _sum(batches.values())


def _contribution(tally: Tally) -> dict[str, int]:
    amount, seated = tally.enrolments, tally.state in SEATED
    persons = amount if tally.kind is EnrolmentKind.PERSON else tally.delegates
    return {
        "nominated": amount,
        "rejected": amount if tally.state is EnrolmentState.REJECTED else 0,
        "confirmed": amount if seated else 0,
        "checked_in": amount if tally.state is EnrolmentState.CHECKED_IN else 0,
        "persons": persons if seated else 0,
        "non_asn": amount if seated and tally.person_kind is PersonKind.NON_ASN else 0,
    }


def _row(category: str, by_status: Mapping[str, int]) -> HeadcountRow:
    label = "belum dikategorikan" if category == UNSPECIFIED else None
    return HeadcountRow(category=category, label=label, total=sum(by_status.values()), by_status=by_status)


def _sum(parts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    total: dict[str, int] = {}
    for part in parts:
        for name, amount in part.items():
            total[name] = total.get(name, 0) + amount
    return total
