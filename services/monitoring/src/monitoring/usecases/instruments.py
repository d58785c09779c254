"""Commands on instruments."""

from datetime import datetime

from eventkit.event import TenantId
from eventkit.mongo import Session, Unit
from eventkit.refusal import RefusedError
from monitoring import store
from monitoring.domain import instrument
from monitoring.domain.instrument import DraftInstrument, Instrument, Item


def draft_instrument(unit: Unit, command: DraftInstrument) -> Instrument:
    """Write down a new version of an instrument."""

    def work(session: Session) -> Instrument:
        drafted = instrument.draft(command)
        if store.instruments.find(command.tenant, drafted.id, session):
            raise RefusedError("CONFLICT", "instrument_exists", instrument=command.code, version=command.number)
        return store.instruments.save(command.tenant, drafted, [], session)

    return unit.run(work)


def revise_instrument(unit: Unit, tenant: TenantId, id_: str, title: str, items: tuple[Item, ...]) -> Instrument:
    """Change a draft."""

    def work(session: Session) -> Instrument:
        found = store.instruments.load(tenant, id_, session)
        return store.instruments.save(tenant, instrument.revise(found, title, items), [], session)

    return unit.run(work)


def publish_instrument(unit: Unit, tenant: TenantId, id_: str, at: datetime, expected: int | None) -> Instrument:
    """Freeze a version."""

    def work(session: Session) -> Instrument:
        found = store.instruments.load(tenant, id_, session, expected=expected)
        return store.instruments.save(tenant, instrument.publish(found, at), [], session)

    return unit.run(work)
