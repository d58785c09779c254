"""What came of the programmes: JP, measures and their due dates, outcomes that may be shown."""

from collections.abc import Iterable

from eventkit.mongo import Session, Unit
from national import store
from national.domain import (
    RULE,
    THRESHOLD,
    Batch,
    Filter,
    JpLine,
    JpReport,
    MeasureLine,
    MeasureReport,
    OutcomeLine,
    OutcomeReport,
    Paging,
    Version,
    page_of,
)
from national.usecases.register import newest_jp
from national.usecases.selection import Selection, key_of, select
from national.usecases.snapshot import basis, read
from national.usecases.tables import persons_by_row

_SHOWN = "SHOWN"


def report_jp(uow: Unit, wanted: Filter, paging: Paging) -> JpReport:
    """Give the JP of each batch: of the curriculum, of its sessions, and credited to at least five persons."""

    def work(session: Session) -> JpReport:
        selection = select(wanted, session)
        sources = _JpSources(selection, session)
        every = [sources.line(key, batch) for key, batch in selection.wanted.items()]
        lines, following = page_of(every, paging)
        topics = ("curriculum.version", "curriculum.session", "curriculum.completion", "registration.enrolment")
        return JpReport(
            basis=basis(session, topics, ["jp_curriculum", "sessions", "jp_scheduled", "jp_held", "jp_credited"]),
            rule=RULE,
            lines=lines,
            jp_scheduled=sum(line.jp_scheduled for line in every),
            jp_held=sum(line.jp_held for line in every),
            jp_credited=sum(line.jp_credited or 0 for line in every),
            withheld=sum(line.hidden for line in every),
            next_cursor=following,
        )

    return read(uow, work)


class _JpSources:
    """The tallies that a line of JP is made from, by batch."""

    def __init__(self, selection: Selection, session: Session) -> None:
        self._selection = selection
        self._persons = persons_by_row(session)
        self._sessions: dict[str, list[store.SessionTally]] = {}
        for taught in store.session_tallies(store.NATION, session):
            self._sessions.setdefault(key_of(taught.tenant, taught.batch), []).append(taught)
        self._credits: dict[str, list[store.CompletionTally]] = {}
        for credit in store.completion_tallies(store.NATION, session):
            self._credits.setdefault(key_of(credit.tenant, credit.batch), []).append(credit)
        self._versions: dict[str, list[Version]] = {}
        for each in store.select(store.NATION, store.versions, {}, session):
            self._versions.setdefault(key_of(each.tenant, each.programme), []).append(each)

    def line(self, key: str, batch: Batch) -> JpLine:
        sessions = [each for each in self._sessions.get(key, ()) if each.status != "CANCELLED"]
        held = [each for each in sessions if each.status == "HELD"]
        earned = self._credits.get(key, ())
        few = min(self._persons.get(key, 0), sum(each.persons for each in earned)) < THRESHOLD
        hidden = bool(earned) and few
        return JpLine(
            group=self._selection.group(batch),
            year=batch.year,
            jp_curriculum=newest_jp(self._versions.get(key_of(batch.tenant, batch.programme), ())),
            sessions=sum(each.sessions for each in sessions),
            sessions_held=sum(each.sessions for each in held),
            jp_scheduled=sum(each.jp for each in sessions),
            jp_held=sum(each.jp for each in held),
            jp_credited=None if hidden else sum(each.jp_credited for each in earned),
            hidden=hidden,
        )


def report_measures(uow: Unit, wanted: Filter, paging: Paging) -> MeasureReport:
    """Give the measures of batches in the order of their due dates."""

    def work(session: Session) -> MeasureReport:
        selection = select(wanted, session)
        found = store.select(store.Scope(wanted.region), store.measures, {"batch": {"$ne": None}}, session)
        every = [
            MeasureLine(
                group=selection.group(selection.wanted[key]),
                measure=each.id,
                kind=each.kind,
                instrument=each.instrument,
                version=each.version,
                status=each.status,
                due_on=each.due_on,
            )
            for each in found
            if (key := key_of(each.tenant, each.batch or "")) in selection.wanted
        ]
        lines, following = page_of(every, paging)
        return MeasureReport(
            basis=basis(session, ["monitoring.measure"], ["measures"]), lines=lines, next_cursor=following
        )

    return read(uow, work)


def report_outcomes(uow: Unit, wanted: Filter, paging: Paging) -> OutcomeReport:
    """Give the outcomes that may be shown, and how many there are of each status."""

    def work(session: Session) -> OutcomeReport:
        selection = select(wanted, session)
        every = store.select(store.Scope(wanted.region), store.outcomes, {}, session)
        of_batches = [each for each in every if key_of(each.tenant, each.batch or "") in selection.wanted]
        lines, following = page_of(
            [
                OutcomeLine(
                    group=selection.group(selection.wanted[key_of(each.tenant, each.batch or "")]),
                    outcome=each.id,
                    follow_up=each.follow_up,
                    dimension=each.dimension,
                    pairs=each.pairs,
                    difference=each.difference,
                    interval_low=each.interval_low,
                    interval_high=each.interval_high,
                    method_version=each.method_version,
                )
                for each in of_batches
                if each.status == _SHOWN
            ],
            paging,
        )
        return OutcomeReport(
            basis=basis(session, ["monitoring.outcome"], ["outcomes"]),
            by_status=_counted(each.status for each in of_batches),
            lines=lines,
            next_cursor=following,
        )

    return read(uow, work)


def _counted(statuses: Iterable[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for status in statuses:
        counts[status] = counts.get(status, 0) + 1
    return dict(sorted(counts.items()))
