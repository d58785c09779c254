"""Commands on monitoring visits and on the register of innovations."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from eventkit.event import Event, TenantId
from eventkit.mongo import Session, Unit
from eventkit.refusal import Fault, RefusedError
from monitoring import store
from monitoring.domain import innovation, visit
from monitoring.domain.innovation import Innovation, InnovationState, RegisterInnovation
from monitoring.domain.visit import RecordVisit, ScheduleVisit, Visit

Decision = Callable[[Visit], tuple[Visit, list[Event]]]


@dataclass(frozen=True, slots=True)
class FindingOf:
    """One finding of one visit."""

    tenant: TenantId
    visit: str
    number: int


def schedule_visit(unit: Unit, command: ScheduleVisit) -> Visit:
    """Plan the next visit of a unit's series."""

    def work(session: Session) -> Visit:
        require_known(command.tenant, command.unit, command.batch, session)
        where = {"unit": command.unit, "checklist": command.checklist, "batch": command.batch}
        series = store.visits.select(command.tenant, where, session)
        scheduled, events = visit.schedule(command, series)
        return store.visits.save(command.tenant, scheduled, events, session)

    return unit.run(work)


def change_visit(unit: Unit, tenant: TenantId, id_: str, expected: int | None, decide: Decision) -> Visit:
    """Let one decision change one visit."""

    def work(session: Session) -> Visit:
        changed, events = decide(store.visits.load(tenant, id_, session, expected=expected))
        return store.visits.save(tenant, changed, events, session)

    return unit.run(work)


def record_visit(unit: Unit, tenant: TenantId, id_: str, expected: int | None, command: RecordVisit) -> Visit:
    """Write down what a visit found."""
    return change_visit(unit, tenant, id_, expected, lambda found: visit.record(found, command))


def close_visit(unit: Unit, tenant: TenantId, id_: str, expected: int | None) -> Visit:
    """End a visit whose findings are settled."""
    return change_visit(unit, tenant, id_, expected, visit.close)


def respond_to_finding(unit: Unit, target: FindingOf, response: str, on: date) -> Visit:
    """Take the owner unit's answer; nobody else is told before the visit is closed."""
    return change_visit(
        unit, target.tenant, target.visit, None, lambda found: (visit.respond(found, target.number, response, on), [])
    )


def settle_finding(unit: Unit, target: FindingOf, on: date) -> Visit:
    """Accept the answer to a finding."""
    return change_visit(
        unit, target.tenant, target.visit, None, lambda found: (visit.settle(found, target.number, on), [])
    )


def register_innovation(unit: Unit, command: RegisterInnovation) -> Innovation:
    """Put an innovation on the register."""

    def work(session: Session) -> Innovation:
        require_known(command.tenant, command.unit, command.batch, session)
        return store.innovations.save(command.tenant, innovation.register(command), [], session)

    return unit.run(work)


def advance_innovation(
    unit: Unit, tenant: TenantId, id_: str, state: InnovationState, expected: int | None
) -> Innovation:
    """Move an innovation on."""

    def work(session: Session) -> Innovation:
        found = store.innovations.load(tenant, id_, session, expected=expected)
        return store.innovations.save(tenant, innovation.advance(found, state), [], session)

    return unit.run(work)


def require_known(tenant: TenantId, unit: str | None, batch: str | None, session: Session) -> None:
    """Refuse a unit or batch of which registration has not told (yet)."""
    faults = []
    if unit is not None and store.seen_units.find(tenant, unit, session) is None:
        faults.append(Fault("/unit", "unit_unknown"))
    if batch is not None and store.seen_batches.find(tenant, batch, session) is None:
        faults.append(Fault("/batch", "batch_unknown"))
    if faults:
        raise RefusedError("INVALID", "invalid", faults)
