"""Commands on programmes and the claims about them."""

from collections.abc import Callable

from eventkit.event import Event
from eventkit.mongo import Session, Unit
from eventkit.refusal import RefusedError
from registration import store
from registration.domain import programme as domain
from registration.domain.programme import (
    DecideProgramme,
    Programme,
    ProposeProgramme,
    RecordClaim,
    ReviewClaim,
)
from registration.domain.region import check_region
from registration.usecases.units import require_units

Decided = tuple[Programme, list[Event]]


def propose_programme(uow: Unit, command: ProposeProgramme) -> Programme:
    """Put a programme forward."""
    check_region(command.outline.organizer_region, "/organizer_region", store.regions())

    def work(session: Session) -> Programme:
        require_units(command.tenant, [command.outline.organizer_unit], "/organizer_unit", session)
        programme, events = domain.propose(command)
        return store.programmes.save(command.tenant, programme, events, session)

    return uow.run(work)


def approve_programme(uow: Unit, command: DecideProgramme) -> Programme:
    """Approve a programme, so that it may have batches."""
    return _change(uow, command, lambda programme, _: domain.approve(programme, command))


def cancel_programme(uow: Unit, command: DecideProgramme) -> Programme:
    """Give up a programme whose batches are all cancelled."""

    def decide(programme: Programme, session: Session) -> Decided:
        if store.has_batch_under_way(command.tenant, command.programme, session):
            raise RefusedError("CONFLICT", "programme_has_batches")
        return domain.cancel_programme(programme, command)

    return _change(uow, command, decide)


def record_claim(uow: Unit, command: RecordClaim) -> Programme:
    """Keep a published statement with its source."""
    return _change(uow, command, lambda programme, _: domain.record_claim(programme, command.claim))


def review_claim(uow: Unit, command: ReviewClaim) -> Programme:
    """Verify or dispute a statement."""
    return _change(uow, command, lambda programme, _: domain.review_claim(programme, command))


def _change(
    uow: Unit,
    command: DecideProgramme | RecordClaim | ReviewClaim,
    decide: Callable[[Programme, Session], Decided],
) -> Programme:
    def work(session: Session) -> Programme:
        programme = store.programmes.load(command.tenant, command.programme, session, expected=command.expected_version)
        changed, events = decide(programme, session)
        return store.programmes.save(command.tenant, changed, events, session)

    return uow.run(work)
