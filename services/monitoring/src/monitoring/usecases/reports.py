"""Read-only views over several collections: a batch's monitoring, a measure's results, the figures."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from eventkit.event import TenantId
from eventkit.mongo import Page, Session, Unit
from eventkit.refusal import NotFoundError
from monitoring import store
from monitoring.domain import measure
from monitoring.domain.item import ActionItem
from monitoring.domain.measure import Measure, MeasureState
from monitoring.domain.number import text_of
from monitoring.domain.plan import ActionPlan
from monitoring.domain.reference import BEHAVIOURS, DIMENSIONS
from monitoring.domain.seen import SeenBatch
from monitoring.usecases.measures import Outcomes


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureView:
    """A measure as it stands on a date."""

    measure: Measure
    expected: int
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchMonitoring:
    """Where the evaluation of a batch stands."""

    batch: SeenBatch
    as_of: date
    enrolled: int
    sessions_held: int
    completed: int
    plan_due_on: date | None
    plans: dict[str, int]
    plans_missing: int
    measures: list[MeasureView]


@dataclass(frozen=True, slots=True, kw_only=True)
class DimensionResult:
    """A mean, or its suppression."""

    dimension: str
    n: int | None
    mean: str | None
    suppressed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureResults:
    """The means of a closed measure; an open one shows none, so that no two readings reveal one answer."""

    measure: str
    state: MeasureState
    items: list[DimensionResult]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The service's own count of what it has published."""

    tenant: str
    figures: dict[str, int]
    batches: dict[str, dict[str, int]]


@dataclass(frozen=True, slots=True)
class Named:
    """A code and what it stands for."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class ReferenceData:
    """Dimensions and behaviours."""

    dimensions: list[Named]
    behaviours: list[Named]


@dataclass(frozen=True, slots=True)
class Action:
    """An item and the plan that it belongs to."""

    plan: ActionPlan
    item: ActionItem


def reference_data() -> ReferenceData:
    """Give dimensions and behaviours, the same for every tenant."""
    return ReferenceData(
        dimensions=[Named(code, name) for code, name in DIMENSIONS.items()],
        behaviours=[Named(code, name) for code, name in BEHAVIOURS.items()],
    )


def actions(unit: Unit, tenant: TenantId, asked: Mapping[str, object], place: store.Place) -> Page[Action]:
    """Give the items that claim a reference (in a year, if one is asked), following pages of their plans."""
    key, year = asked["reference_keys"], asked["year"]
    where = {"reference_keys": key, "batch": asked["batch"]}
    found = store.page_of(tenant, store.plans, where, unit.reading(), place)
    items = [
        Action(plan, item)
        for plan in found.items
        for item in plan.items
        if any(each.key == key and year in (None, each.year) for each in item.references)
    ]
    return Page(items, found.next_cursor)


def batch_outcomes(unit: Unit, tenant: TenantId, batch: str) -> Outcomes:
    """Give the latest comparisons of a batch."""
    session = unit.reading()
    require_batch(tenant, batch, session)
    return Outcomes(store.outcomes.select(tenant, {"batch": batch}, session))


def view_measure(unit: Unit, tenant: TenantId, id_: str, as_of: date) -> MeasureView:
    """Show one measure."""
    session = unit.reading()
    found = store.measures.load(tenant, id_, session)
    return _view(found, store.expected(tenant, found.batch, session), as_of)


def batch_monitoring(unit: Unit, tenant: TenantId, batch: str, as_of: date) -> BatchMonitoring:
    """Show where the evaluation of a batch stands on a date."""
    session = unit.reading()
    seen = require_batch(tenant, batch, session)
    enrolled = store.expected(tenant, batch, session)
    by_status = store.plans_by_status(tenant, batch, session)
    return BatchMonitoring(
        batch=seen,
        as_of=as_of,
        enrolled=enrolled,
        sessions_held=store.seen_sessions.count(tenant, {"batch": batch}, session),
        completed=store.seen_completions.count(tenant, {"batch": batch, "outcome": "COMPLETED"}, session),
        plan_due_on=measure.plan_due(seen.completed_on) if seen.completed_on else None,
        plans=by_status,
        plans_missing=max(0, enrolled - sum(by_status.values())),
        measures=[_view(each, enrolled, as_of) for each in store.measures_of(tenant, batch, session)],
    )


def measure_results(unit: Unit, tenant: TenantId, id_: str) -> MeasureResults:
    """Show the means of a closed measure, groups below five hidden."""
    session = unit.reading()
    found = store.measures.load(tenant, id_, session)
    asked = store.instrument(tenant, found.instrument, found.instrument_version, session)
    if found.state is not MeasureState.CLOSED or asked is None:
        return MeasureResults(measure=id_, state=found.state, items=[])
    means = measure.means(store.answers_of(tenant, id_, session), asked)
    items = [
        DimensionResult(
            dimension=each.dimension,
            n=None if each.mean is None else each.n,
            mean=None if each.mean is None else text_of(each.mean),
            suppressed=each.mean is None,
        )
        for each in means
    ]
    return MeasureResults(measure=id_, state=found.state, items=items)


def count_figures(unit: Unit, tenant: TenantId) -> Figures:
    """Count what the national view must agree with."""
    session = unit.reading()
    totals: dict[str, int] = {}
    batches: dict[str, dict[str, int]] = {
        each.id: dict.fromkeys(store.FIGURES, 0) for each in store.seen_batches.select(tenant, {}, session)
    }
    for name in store.FIGURES:
        found = store.counts_by_batch(tenant, name, session)
        totals[name] = sum(found.values())
        for batch, count in found.items():
            if batch is not None:
                batches.setdefault(batch, dict.fromkeys(store.FIGURES, 0))[name] = count
    return Figures(tenant=tenant, figures=totals, batches=batches)


def require_batch(tenant: TenantId, batch: str, session: Session) -> SeenBatch:
    """Give the batch; raises NotFoundError."""
    found = store.seen_batches.find(tenant, batch, session)
    if found is None:
        raise NotFoundError
    return found


def _view(found: Measure, expected: int, as_of: date) -> MeasureView:
    status = "OVERDUE" if measure.is_overdue(found, as_of) else found.state.value
    return MeasureView(measure=found, expected=expected, status=status)
