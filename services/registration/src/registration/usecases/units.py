"""Commands on organisation units."""

from collections.abc import Iterable

from eventkit.event import TenantId
from eventkit.mongo import Session
from eventkit.mongo import Unit as UnitOfWork
from eventkit.refusal import Fault, RefusedError
from registration import store
from registration.domain import unit as domain
from registration.domain.region import check_region
from registration.domain.unit import ChangeUnit, CloseUnit, RegisterUnit, Unit


def register_unit(uow: UnitOfWork, command: RegisterUnit) -> Unit:
    """Let a unit begin."""
    check_region(command.region, "/region", store.regions())

    def work(session: Session) -> Unit:
        require_units(command.tenant, [command.parent], "/parent", session)
        require_units(command.tenant, command.predecessors, "/predecessors", session)
        unit, events = domain.register_unit(command)
        return store.units.save(command.tenant, unit, events, session)

    return uow.run(work)


def change_unit(uow: UnitOfWork, command: ChangeUnit) -> Unit:
    """Describe a unit anew."""
    check_region(command.region, "/region", store.regions())

    def work(session: Session) -> Unit:
        unit = store.units.load(command.tenant, command.unit, session, expected=command.expected_version)
        require_units(command.tenant, [command.parent], "/parent", session)
        above = _ancestors(command.tenant, command.parent, session)
        changed, events = domain.change_unit(unit, command, above)
        return store.units.save(command.tenant, changed, events, session)

    return uow.run(work)


def close_unit(uow: UnitOfWork, command: CloseUnit) -> Unit:
    """Let a unit end."""

    def work(session: Session) -> Unit:
        unit = store.units.load(command.tenant, command.unit, session, expected=command.expected_version)
        require_units(command.tenant, command.successors, "/successors", session)
        closed, events = domain.close_unit(unit, command)
        return store.units.save(command.tenant, closed, events, session)

    return uow.run(work)


def require_units(tenant: TenantId, ids: Iterable[str | None], pointer: str, session: Session) -> None:
    """Refuse ids that name no unit of the tenant."""
    wanted = {each for each in ids if each is not None}
    if wanted and len(store.units.many(tenant, wanted, session)) != len(wanted):
        raise RefusedError("INVALID", "invalid", [Fault(pointer, "UNKNOWN_ID")])


def _ancestors(tenant: TenantId, parent: str | None, session: Session) -> list[str]:
    found: list[str] = []
    while parent is not None and parent not in found:
        found.append(parent)
        parent = store.units.load(tenant, parent, session).parent
    return found
