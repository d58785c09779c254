"""Commands on enrolments: decide, seat, name delegates and cover, check in."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from eventkit.event import Event, TenantId
from eventkit.mongo import Session, Unit
from eventkit.refusal import Fault, RefusedError
from registration import store
from registration.domain import arrival, roster, seat
from registration.domain.enrolment import Enrolment, MoveEnrolment, NameCover
from registration.domain.nomination import NominationRow, under
from registration.domain.person import CheckedPerson
from registration.domain.report import BulkReport, sum_up
from registration.domain.roster import MoveRoster
from registration.store.vault import TenantVault, Vault
from registration.usecases.nominations import find_subjects
from registration.usecases.persons import enter


@dataclass(frozen=True, slots=True, kw_only=True)
class NameDelegates:
    """Say who comes for a unit; each row is a known person or one typed in."""

    tenant: TenantId
    enrolment: str
    rows: tuple[NominationRow, ...]
    expected_version: int | None


def move_enrolment(uow: Unit, command: MoveEnrolment) -> Enrolment:
    """Confirm, queue, decline or withdraw one enrolment; seat and enrolment change together or not at all."""

    def work(session: Session) -> Enrolment:
        enrolment = store.enrolments.load(command.tenant, command.enrolment, session, expected=command.expected_version)
        batch = store.batches.load(command.tenant, enrolment.batch, session)
        seats, moved, events = seat.move_enrolment(batch, enrolment, command)
        if seats != batch:
            store.batches.save(command.tenant, seats, [], session)
        return _save(command.tenant, enrolment, (moved, events), session)

    return uow.run(work)


def move_roster(uow: Unit, command: MoveRoster) -> BulkReport:
    """Do the same to a list of enrolments in one transaction; a dry run only judges."""

    def work(session: Session) -> BulkReport:
        batch = store.batches.load(command.tenant, command.batch, session)
        known = store.enrolments.many(command.tenant, [row.enrolment for row in command.rows], session)
        outcome = roster.move_roster(batch, known, command)
        if not command.dry_run:
            if outcome.batch != batch:
                store.batches.save(command.tenant, outcome.batch, [], session)
            store.enrolments.save_many(command.tenant, list(outcome.changed.values()), session)
        return sum_up(outcome.reports, dry_run=command.dry_run)

    return work(uow.reading()) if command.dry_run else uow.run(work)


def name_delegates(uow: Unit, vault: Vault, command: NameDelegates) -> Enrolment:
    """Say who comes for a unit, entering persons that are new."""

    def decide(enrolment: Enrolment, session: Session) -> tuple[Enrolment, list[Event]]:
        own = store.open_vault(command.tenant, vault, session)
        delegates, entering = _delegates(command, own, enrolment.unit, session)
        if taken := store.delegated_elsewhere(command.tenant, enrolment, delegates, session):
            faults = [Fault(f"/delegates/{delegates.index(each)}", "DELEGATE_ELSEWHERE") for each in taken]
            raise RefusedError("CONFLICT", "delegate_elsewhere", faults)
        named = arrival.name_delegates(enrolment, delegates)
        enter(command.tenant, own, entering, session)
        return named

    return _change(uow, command, decide)


def name_cover(uow: Unit, command: NameCover) -> Enrolment:
    """Name the acting official of a head."""

    def decide(enrolment: Enrolment, session: Session) -> tuple[Enrolment, list[Event]]:
        acting = command.cover.acting
        if acting is not None and store.persons.find(command.tenant, acting, session) is None:
            raise RefusedError("INVALID", "invalid", [Fault("/acting", "UNKNOWN_ID")])
        return arrival.name_cover(enrolment, command.cover)

    return _change(uow, command, decide)


def _delegates(
    command: NameDelegates, own: TenantVault, unit: str | None, session: Session
) -> tuple[list[str], dict[str, CheckedPerson]]:
    subjects = find_subjects(command.tenant, own, command.rows, session)
    delegates: list[str] = []
    entering: dict[str, CheckedPerson] = {}
    faults: list[Fault] = []
    for place, (row, subject) in enumerate(zip(command.rows, subjects, strict=True)):
        faults += under(f"/delegates/{place}", subject.person_faults())
        delegates.append(row.new_person if subject.person is None else subject.person.id)
        if subject.entering is not None:
            # Who is typed in as a delegate belongs to the unit that sends them, whatever the row says.
            facts = replace(subject.entering.facts, unit=unit)
            entering[row.new_person] = replace(subject.entering, facts=facts)
    if faults:
        raise RefusedError("INVALID", "invalid", faults)
    return delegates, entering


def _change(
    uow: Unit,
    command: NameDelegates | NameCover,
    decide: Callable[[Enrolment, Session], tuple[Enrolment, list[Event]]],
) -> Enrolment:
    def work(session: Session) -> Enrolment:
        enrolment = store.enrolments.load(command.tenant, command.enrolment, session, expected=command.expected_version)
        return _save(command.tenant, enrolment, decide(enrolment, session), session)

    return uow.run(work)


def _save(tenant: TenantId, before: Enrolment, change: tuple[Enrolment, list[Event]], session: Session) -> Enrolment:
    after, events = change
    return before if after == before else store.enrolments.save(tenant, after, events, session)
