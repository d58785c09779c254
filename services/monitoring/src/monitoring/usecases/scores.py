"""Commands on unit scores, on rubrics and on practice scores, which never meet."""

from collections.abc import Sequence
from dataclasses import dataclass

from eventkit.event import Event, TenantId
from eventkit.mongo import Session, Unit
from eventkit.refusal import RefusedError
from monitoring import store
from monitoring.domain import rubric, score
from monitoring.domain.rubric import WEIGHT_SETS, WeightSet
from monitoring.domain.score import RecordScore, RecordServiceIndex, Score, Simulate, Simulation
from monitoring.usecases.visits import require_known


@dataclass(frozen=True, slots=True)
class WeightSets:
    """The rubrics that a tenant may use."""

    items: list[WeightSet]


def record_score(unit: Unit, command: RecordScore) -> Score:
    """Note a score that somebody else issued."""
    recorded, events = score.record(command)
    return _save(unit, command.tenant, recorded, events)


def record_service_index(unit: Unit, command: RecordServiceIndex) -> Score:
    """Compute and note the service index of a unit's survey."""
    recorded, events = score.record_service_index(command)
    return _save(unit, command.tenant, recorded, events)


def simulate(unit: Unit, command: Simulate) -> Simulation:
    """Practise scoring; nothing of it is published."""

    def work(session: Session) -> Simulation:
        require_known(command.tenant, command.unit, command.batch, session)
        weights = store.weight_set(command.tenant, command.weight_set, session)
        if weights is None:
            raise RefusedError("INVALID", "weight_set_unknown", weight_set=command.weight_set)
        return store.simulations.put(command.tenant, score.simulate(command, weights), session)

    return unit.run(work)


def add_weight_set(unit: Unit, tenant: TenantId, weights: WeightSet) -> WeightSet:
    """Add a rubric of the tenant's own; one that exists is never changed."""

    def work(session: Session) -> WeightSet:
        if store.weight_set(tenant, weights.id, session):
            raise RefusedError("CONFLICT", "weight_set_exists", weight_set=weights.id)
        return store.weight_sets.put(tenant, rubric.checked(weights), session)

    return unit.run(work)


def known_weight_sets(unit: Unit, tenant: TenantId) -> WeightSets:
    """List the rubrics of the regulations and the tenant's own."""
    return WeightSets([*WEIGHT_SETS.values(), *store.weight_sets.select(tenant, {}, unit.reading())])


def _save(unit: Unit, tenant: TenantId, recorded: Score, events: Sequence[Event]) -> Score:
    def work(session: Session) -> Score:
        require_known(tenant, recorded.unit, None, session)
        if store.scores.find(tenant, recorded.id, session):
            raise RefusedError("CONFLICT", "score_exists", instrument=recorded.instrument, period=recorded.period)
        return store.scores.save(tenant, recorded, events, session)

    return unit.run(work)
