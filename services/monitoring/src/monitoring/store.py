"""The only module that knows MongoDB; every function takes the tenant first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, TypeVar

from pymongo import ASCENDING, DESCENDING, IndexModel

from eventkit.event import TenantId
from eventkit.mongo import Aggregates, Documents, Page, Records, Session
from monitoring.domain.innovation import Innovation
from monitoring.domain.instrument import STANDARD, Instrument, InstrumentState, instrument_id
from monitoring.domain.measure import Answer, Measure
from monitoring.domain.outcome import Outcome, OutcomeStatus
from monitoring.domain.plan import ActionPlan, PlanState
from monitoring.domain.rubric import WEIGHT_SETS, WeightSet
from monitoring.domain.score import Score, Simulation
from monitoring.domain.seen import TAKING_PART, SeenBatch, SeenCompletion, SeenEnrolment, SeenSession, SeenUnit
from monitoring.domain.visit import Visit, VisitState
from monitoring.events import SCHEMAS

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page begins and how long it is."""

    cursor: str | None
    size: int


def _index(*fields: str) -> IndexModel:
    return IndexModel([("tenant", ASCENDING), *((field, ASCENDING) for field in fields)])


instruments: Final = Aggregates("instruments", Instrument, schemas={}, indexes=[_index("state")])
measures: Final = Aggregates("measures", Measure, schemas=SCHEMAS, indexes=[_index("batch")])
answers: Final = Records("answers", Answer, indexes=[_index("measure", "enrolment")])
outcomes: Final = Aggregates("outcomes", Outcome, schemas=SCHEMAS, indexes=[_index("batch")])
plans: Final = Aggregates(
    "plans",
    ActionPlan,
    schemas=SCHEMAS,
    indexes=[_index("batch"), _index("reference_keys"), _index("next_due_on"), _index("state")],
)
visits: Final = Aggregates("visits", Visit, schemas=SCHEMAS, indexes=[_index("unit", "checklist"), _index("batch")])
scores: Final = Aggregates("scores", Score, schemas=SCHEMAS, indexes=[_index("unit")])
simulations: Final = Records("simulations", Simulation, indexes=[_index("batch")])
weight_sets: Final = Records("weight_sets", WeightSet)
innovations: Final = Aggregates("innovations", Innovation, schemas={}, indexes=[_index("unit")])
seen_units: Final = Documents("seen_units", SeenUnit)
seen_batches: Final = Documents("seen_batches", SeenBatch)
seen_enrolments: Final = Documents("seen_enrolments", SeenEnrolment, indexes=[_index("batch", "state")])
seen_sessions: Final = Documents("seen_sessions", SeenSession, indexes=[_index("batch")])
seen_completions: Final = Documents("seen_completions", SeenCompletion, indexes=[_index("batch")])

COLLECTIONS: Final[tuple[Documents[Any], ...]] = (
    instruments,
    measures,
    answers,
    outcomes,
    plans,
    visits,
    scores,
    simulations,
    weight_sets,
    innovations,
)


def instrument(tenant: TenantId, code: str, number: int, session: Session) -> Instrument | None:
    """Give one version of an instrument: the tenant's own, or the standard one."""
    if (code, number) == (STANDARD.code, STANDARD.number):
        return STANDARD
    return instruments.find(tenant, instrument_id(code, number), session)


def instrument_by_id(tenant: TenantId, id_: str, session: Session) -> Instrument:
    """Give one version by its id, the standard one too; raises NotFoundError."""
    return STANDARD if id_ == STANDARD.id else instruments.load(tenant, id_, session)


def instrument_in_use(tenant: TenantId, session: Session) -> Instrument:
    """Give what a new baseline asks: the tenant's latest published version, or the standard one."""
    newest: Sequence[tuple[str, int]] = (("published_at", DESCENDING),)
    found = instruments.select(tenant, {"state": InstrumentState.PUBLISHED}, session, sort=newest, limit=1)
    return found[0] if found else STANDARD


def weight_set(tenant: TenantId, id_: str, session: Session) -> WeightSet | None:
    """Give a rubric: one of the regulations, or the tenant's own."""
    return WEIGHT_SETS.get(id_) or weight_sets.find(tenant, id_, session)


def measures_of(tenant: TenantId, batch: str, session: Session) -> list[Measure]:
    """Give the measures of a batch in the order of their due dates."""
    return measures.select(tenant, {"batch": batch}, session, sort=(("due_on", ASCENDING), ("_id", ASCENDING)))


def answers_of(tenant: TenantId, measure: str, session: Session) -> list[Answer]:
    """Give every answer to a measure."""
    return answers.select(tenant, {"measure": measure}, session)


def participants_answered(tenant: TenantId, measure: str, session: Session) -> int:
    """Count the participants who have been answered for."""
    stages: list[Mapping[str, Any]] = [
        {"$match": {"measure": measure}},
        {"$group": {"_id": "$enrolment"}},
        {"$count": "n"},
    ]
    found = answers.aggregate(tenant, stages, session)
    return int(found[0]["n"]) if found else 0


def expected(tenant: TenantId, batch: str, session: Session) -> int:
    """Count the enrolments of a batch that take part, as far as we have heard."""
    return seen_enrolments.count(tenant, {"batch": batch, "state": {"$in": list(TAKING_PART)}}, session)


def late_plans(tenant: TenantId, as_of: date, limit: int, session: Session) -> list[ActionPlan]:
    """Give plans with an item whose date has passed and of which nobody has been told."""
    due: Sequence[tuple[str, int]] = (("next_due_on", ASCENDING), ("_id", ASCENDING))
    return plans.select(tenant, {"next_due_on": {"$lt": as_of.isoformat()}}, session, sort=due, limit=limit)


def plans_by_status(tenant: TenantId, batch: str, session: Session) -> dict[str, int]:
    """Count the plans of a batch by state."""
    stages: list[Mapping[str, Any]] = [{"$match": {"batch": batch}}, {"$group": {"_id": "$state", "n": {"$sum": 1}}}]
    return {each["_id"]: each["n"] for each in plans.aggregate(tenant, stages, session)}


def page_of(
    tenant: TenantId, collection: Documents[T], where: Mapping[str, object], session: Session, place: Place
) -> Page[T]:
    """Give a page of what has the given values; a filter that is None does not count."""
    given = {name: value for name, value in where.items() if value is not None}
    return collection.page(tenant, given, session, cursor=place.cursor, size=place.size)


FIGURES: Final[Mapping[str, tuple[Documents[Any], Mapping[str, str]]]] = {
    "measures_opened": (measures, {}),
    "plans_submitted": (plans, {}),
    "plans_verified": (plans, {"state": PlanState.COMPLETED}),
    "visits_closed": (visits, {"state": VisitState.CLOSED}),
    "outcomes_shown": (outcomes, {"status": OutcomeStatus.SHOWN}),
}


def counts_by_batch(tenant: TenantId, figure: str, session: Session) -> dict[str | None, int]:
    """Count one figure for each batch; what belongs to no batch stands under None."""
    collection, where = FIGURES[figure]
    stages: list[Mapping[str, Any]] = [{"$match": dict(where)}, {"$group": {"_id": "$batch", "n": {"$sum": 1}}}]
    return {each["_id"]: each["n"] for each in collection.aggregate(tenant, stages, session)}
