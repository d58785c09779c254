"""Protected tables of persons: how many, of what category, who arrived, who completed, what became of plans."""

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from eventkit.mongo import Session, Unit
from national import store
from national.domain import (
    RULE,
    SEATED,
    Basis,
    Filter,
    Group,
    Paging,
    Table,
    TableReport,
    page_of,
    protect,
    tabulate,
)
from national.usecases.selection import Selection, key_of, select
from national.usecases.snapshot import basis, read

Counts = Iterable[tuple[str, str, int]]  # row key, column, how many


def report_table(uow: Unit, partition: str, wanted: Filter, grouping: str, paging: Paging) -> TableReport:
    """Lay out one partition by group; which cells may be seen is decided over the whole nation, whatever is asked."""
    count, topics = PARTITIONS[partition]

    def work(session: Session) -> tuple[Selection, Table, Basis]:
        selection = select(wanted, session)
        table = _table(selection.everything, count(session))
        return selection, table, basis(session, topics, [partition])

    # Deciding takes longer than a transaction should last when there are thousands of batches.
    selection, table, stands_on = read(uow, work)
    published = protect(table)
    columns = sorted({column for cells in table.values() for column in cells})
    is_nation = wanted.is_empty and set(table) == set(selection.wanted)
    (total,) = tabulate(published, {Group(): list(selection.wanted)}, columns, is_nation=is_nation)
    groups = {group: rows for group, rows in selection.members(grouping).items() if group != Group()}
    lines, following = page_of(tabulate(published, groups, columns, is_nation=False), paging)
    return TableReport(basis=stands_on, partition=partition, rule=RULE, total=total, lines=lines, next_cursor=following)


def _table(rows: Iterable[str], counts: Counts) -> Table:
    table: dict[str, dict[str, int]] = {row: {} for row in rows}
    for row, column, amount in counts:
        cells = table.setdefault(row, {})
        cells[column] = cells.get(column, 0) + amount
    return table


def persons_by_row(session: Session) -> dict[str, int]:
    """Count the confirmed persons of each batch of the nation."""
    return {row: sum(cells.values()) for row, cells in _table((), _categories(session)).items()}


def _categories(session: Session) -> Counts:
    for each in store.enrolment_tallies(store.NATION, session):
        if each.status in SEATED:
            yield key_of(each.tenant, each.batch), each.category, each.persons


def _arrivals(session: Session) -> Counts:
    for each in store.enrolment_tallies(store.NATION, session):
        if each.status in SEATED:
            row = key_of(each.tenant, each.batch)
            yield row, "ARRIVED", each.arrived
            yield row, "NOT_ARRIVED", each.persons - each.arrived


def _standings(session: Session) -> Counts:
    for each in store.enrolment_tallies(store.NATION, session):
        if each.status not in SEATED:
            yield key_of(each.tenant, each.batch), each.status, each.enrolments


def _delegations(session: Session) -> Counts:
    for each in store.enrolment_tallies(store.NATION, session):
        if each.status in SEATED and each.kind == "UNIT":
            yield key_of(each.tenant, each.batch), each.category, each.enrolments


def _completions(session: Session) -> Counts:
    still_open = persons_by_row(session)
    for each in store.completion_tallies(store.NATION, session):
        row = key_of(each.tenant, each.batch)
        still_open[row] = still_open.get(row, 0) - each.persons
        yield row, each.outcome, each.persons
    for row, amount in still_open.items():
        yield row, "OPEN", max(0, amount)


def _limits(session: Session) -> Counts:
    within = persons_by_row(session)
    for each in store.completion_tallies(store.NATION, session):
        row = key_of(each.tenant, each.batch)
        within[row] = within.get(row, 0) - each.over_limit
        yield row, "OVER_LIMIT", each.over_limit
    for row, amount in within.items():
        yield row, "WITHIN_LIMIT", max(0, amount)


def _plans(session: Session) -> Counts:
    for each in store.status_tallies(store.NATION, store.plans, session):
        yield key_of(each.tenant, each.batch or ""), each.status, each.amount


_ENROLMENT: Final = "registration.enrolment"
_COMPLETION: Final = (_ENROLMENT, "curriculum.completion")
PARTITIONS: Final[Mapping[str, tuple[Callable[[Session], Counts], tuple[str, ...]]]] = {
    "category": (_categories, (_ENROLMENT,)),
    "arrival": (_arrivals, (_ENROLMENT,)),
    "completion": (_completions, _COMPLETION),
    "credit_limit": (_limits, _COMPLETION),
    "standing": (_standings, (_ENROLMENT,)),
    "delegations": (_delegations, (_ENROLMENT,)),
    "plans": (_plans, ("monitoring.plan",)),
}
