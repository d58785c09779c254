"""Commands on measures: opened by the life of a batch or by hand, answered in bulk, closed, compared."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from eventkit.event import TenantId
from eventkit.mongo import Session, Unit
from eventkit.refusal import Fault, NotFoundError, RefusedError
from monitoring import store
from monitoring.domain import measure, outcome
from monitoring.domain.instrument import Instrument, InstrumentState
from monitoring.domain.measure import Answer, GiveAnswer, Measure, MeasureKind, MeasureState, OpenMeasure
from monitoring.domain.outcome import Comparison, Outcome
from monitoring.domain.report import Report, Row, RowStatus, merged, refused, rejected
from monitoring.domain.seen import SeenEnrolment


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """A measure to open by hand; without an instrument it asks what the batch's baseline asked."""

    tenant: TenantId
    batch: str
    kind: MeasureKind
    due_on: date
    instrument: str | None
    number: int | None


@dataclass(frozen=True, slots=True)
class Outcomes:
    """The comparisons of one batch."""

    items: list[Outcome]


@dataclass(frozen=True, slots=True)
class _Judgement:
    report: Report
    answers: list[Answer]


def open_measure(unit: Unit, asking: Asking) -> Measure:
    """Open a measure that the life of the batch does not open by itself, or not with this instrument."""

    def work(session: Session) -> Measure:
        if store.seen_batches.find(asking.tenant, asking.batch, session) is None:
            raise NotFoundError
        if store.measures.find(asking.tenant, measure.measure_id(asking.batch, asking.kind), session):
            raise RefusedError("CONFLICT", "measure_exists", measure_kind=asking.kind)
        asked = _instrument_for(asking.tenant, asking, session)
        return _open(asking.tenant, asking.batch, {asking.kind: asking.due_on}, asked, session)[0]

    return unit.run(work)


def follow_schedule(unit: Unit, tenant: TenantId, batch: str, due: Mapping[MeasureKind, date]) -> None:
    """Make the measures of a batch stand at these dates: open what is missing, move what is open."""

    def work(session: Session) -> None:
        ids = {measure.measure_id(batch, kind): kind for kind in due}
        known = store.measures.many(tenant, ids, session)
        expected = store.expected(tenant, batch, session)
        moved = [measure.move(each, due[each.kind], expected) for each in known.values()]
        store.measures.save_many(tenant, [(each, events) for each, events in moved if events], session)
        missing = {kind: due[kind] for id_, kind in ids.items() if id_ not in known}
        if missing:
            _open(tenant, batch, missing, _same_as_baseline(tenant, batch, session), session)

    unit.run(work)


def call_off(unit: Unit, tenant: TenantId, batch: str) -> None:
    """Close the open measures of a batch that does not take place."""

    def work(session: Session) -> None:
        still_open = [each for each in store.measures_of(tenant, batch, session) if each.state is MeasureState.OPEN]
        expected = store.expected(tenant, batch, session)
        closed = [measure.close(each, "BATCH_CANCELLED", expected) for each in still_open]
        store.measures.save_many(tenant, closed, session)

    unit.run(work)


def take_answers(unit: Unit, tenant: TenantId, id_: str, rows: Sequence[GiveAnswer | Row]) -> Report:
    """Store the good rows and report all of them."""

    def work(session: Session) -> Report:
        found = store.measures.load(tenant, id_, session)
        judgement = _judge(tenant, found, rows, session)
        store.answers.put_many(tenant, judgement.answers, session)
        received = store.participants_answered(tenant, id_, session)
        if judgement.answers:
            store.measures.save(tenant, measure.receive(found, received), [], session)
        return judgement.report

    return unit.run(work)


def preview_answers(unit: Unit, tenant: TenantId, id_: str, rows: Sequence[GiveAnswer | Row]) -> Report:
    """Report what storing the rows would say; stores nothing."""
    session = unit.reading()
    return _judge(tenant, store.measures.load(tenant, id_, session), rows, session).report


def close_measure(unit: Unit, tenant: TenantId, id_: str, expected_version: int | None) -> Measure:
    """End a measure and publish the means that may be shown."""

    def work(session: Session) -> Measure:
        found = store.measures.load(tenant, id_, session, expected=expected_version)
        closed, events = measure.close(found, "BY_HAND", store.expected(tenant, found.batch, session))
        means = measure.means(store.answers_of(tenant, id_, session), _instrument_of(tenant, found, session))
        return store.measures.save(tenant, closed, [*events, *measure.publish_means(closed, means)], session)

    return unit.run(work)


def compute_outcomes(unit: Unit, tenant: TenantId, batch: str, follow_up: MeasureKind) -> Outcomes:
    """Compare a closed follow-up with the baseline, dimension by dimension."""
    reading = unit.reading()
    after = store.measures.load(tenant, measure.measure_id(batch, follow_up), reading)
    if after.state is not MeasureState.CLOSED:
        raise RefusedError("CONFLICT", "measure_open", measure_kind=follow_up)
    # The resampling takes long enough to be kept out of the transaction; a closed measure does not change.
    computed = [outcome.compare(each) for each in _comparisons(tenant, after, reading)]

    def work(session: Session) -> Outcomes:
        stored = store.outcomes.many(tenant, [each.id for each in computed], session)
        renewed = [outcome.renew(stored.get(each.id), each) for each in computed]
        store.outcomes.save_many(tenant, [(each, events) for each, events in renewed if events], session)
        return Outcomes([each for each, _ in renewed])

    return unit.run(work)


def _open(
    tenant: TenantId, batch: str, due: Mapping[MeasureKind, date], asked: Instrument, session: Session
) -> list[Measure]:
    expected = store.expected(tenant, batch, session)
    commands = [
        OpenMeasure(
            tenant=tenant,
            batch=batch,
            kind=kind,
            instrument=asked.code,
            instrument_version=asked.number,
            due_on=day,
            expected=expected,
        )
        for kind, day in due.items()
    ]
    return store.measures.save_many(tenant, [measure.start(each) for each in commands], session)


def _instrument_for(tenant: TenantId, asking: Asking, session: Session) -> Instrument:
    if asking.instrument is None:
        return _same_as_baseline(tenant, asking.batch, session)
    found = store.instrument(tenant, asking.instrument, asking.number or 1, session)
    if found is None or found.state is not InstrumentState.PUBLISHED:
        raise RefusedError("INVALID", "instrument_unknown", instrument=asking.instrument, version=asking.number or 1)
    return found


def _same_as_baseline(tenant: TenantId, batch: str, session: Session) -> Instrument:
    baseline = store.measures.find(tenant, measure.measure_id(batch, MeasureKind.BASELINE), session)
    return _instrument_of(tenant, baseline, session) if baseline else store.instrument_in_use(tenant, session)


def _instrument_of(tenant: TenantId, found: Measure, session: Session) -> Instrument:
    asked = store.instrument(tenant, found.instrument, found.instrument_version, session)
    if asked is None:
        raise NotFoundError
    return asked


def _judge(tenant: TenantId, found: Measure, rows: Sequence[GiveAnswer | Row], session: Session) -> _Judgement:
    asked = _instrument_of(tenant, found, session)
    given = [row for row in rows if isinstance(row, GiveAnswer)]
    enrolments = store.seen_enrolments.many(tenant, {row.enrolment for row in given}, session)
    taken: dict[str, Answer] = {}
    judgements: list[Row] = []
    for row in given:
        answered = _answer(found, asked, row, enrolments, session)
        if isinstance(answered, Row):
            judgements.append(answered)
        elif answered.id in taken:
            judgements.append(rejected(row.row, Fault("", "answer_repeated")))
        else:
            taken[answered.id] = answered
            judgements.append(Row(row.row, RowStatus.ACCEPTED, answered.id))
    known = store.answers.many(tenant, taken, session)
    settled = [_against_known(row, taken, known) for row in judgements]
    new = [each for each in taken.values() if each.id not in known]
    return _Judgement(merged(settled, [row for row in rows if isinstance(row, Row)]), new)


def _answer(
    found: Measure, asked: Instrument, given: GiveAnswer, enrolments: Mapping[str, SeenEnrolment], session: Session
) -> Answer | Row:
    enrolment = enrolments.get(given.enrolment)
    if enrolment is None or enrolment.batch != found.batch:
        return rejected(given.row, Fault("/enrolment", "enrolment_unknown"))
    try:
        return measure.answer(found, asked, given, session.at)
    except RefusedError as refusal:
        return refused(given.row, refusal)


def _against_known(row: Row, taken: Mapping[str, Answer], known: Mapping[str, Answer]) -> Row:
    """One answer per rater: the same again changes nothing, another one is refused."""
    if row.id is None or row.id not in known:
        return row
    if known[row.id].items == taken[row.id].items:
        return Row(row.row, RowStatus.UNCHANGED, row.id)
    return rejected(row.row, Fault("", "already_answered"))


def _comparisons(tenant: TenantId, after: Measure, session: Session) -> list[Comparison]:
    asked = _instrument_of(tenant, after, session)
    scored = measure.scores(store.answers_of(tenant, after.id, session), asked)
    base = _baseline_scores(tenant, after, asked, session)
    return [
        Comparison(after.batch, after.kind, dimension, base.get(dimension) if base else None, people)
        for dimension, people in scored.items()
    ]


def _baseline_scores(
    tenant: TenantId, after: Measure, asked: Instrument, session: Session
) -> dict[str, dict[str, Fraction]] | None:
    """Give the scores before, only where the same version of the same instrument was asked."""
    baseline = store.measures.find(tenant, measure.measure_id(after.batch, MeasureKind.BASELINE), session)
    if baseline is None or (baseline.instrument, baseline.instrument_version) != (asked.code, asked.number):
        return None
    return measure.scores(store.answers_of(tenant, baseline.id, session), asked)
