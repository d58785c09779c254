"""Putting people and units forward: in bulk, and one in the place of another."""

from collections.abc import Iterable, Sequence

from eventkit.event import TenantId
from eventkit.mongo import Session, Unit
from eventkit.refusal import RefusedError
from registration import store
from registration.domain import nomination as domain
from registration.domain.batch import Batch
from registration.domain.enrolment import Enrolment
from registration.domain.nomination import Nominated, NominateRoster, NominationRow, Subject, SubstituteEnrolment
from registration.domain.person import CheckedPerson, check_person
from registration.domain.report import BulkReport, sum_up
from registration.store.vault import TenantVault, Vault
from registration.usecases.persons import enter


def nominate_roster(uow: Unit, vault: Vault, command: NominateRoster) -> BulkReport:
    """Judge a list and store the rows that hold, all in one transaction; a dry run only judges."""

    def work(session: Session) -> BulkReport:
        batch = store.batches.load(command.tenant, command.batch, session)
        own = store.open_vault(command.tenant, vault, session)
        subjects = find_subjects(command.tenant, own, command.rows, session)
        held = store.held(command.tenant, _holders(batch, command.rows, subjects), session)
        reports, accepted = domain.judge_roster(batch, command, subjects, held)
        if not command.dry_run:
            _store(command.tenant, own, accepted, session)
        return sum_up(reports, dry_run=command.dry_run)

    return work(uow.reading()) if command.dry_run else uow.run(work)


def substitute_enrolment(uow: Unit, vault: Vault, command: SubstituteEnrolment) -> Enrolment:
    """Let somebody else take a seat; gives the new enrolment."""

    def work(session: Session) -> Enrolment:
        leaving = store.enrolments.load(command.tenant, command.enrolment, session, expected=command.expected_version)
        batch = store.batches.load(command.tenant, leaving.batch, session)
        own = store.open_vault(command.tenant, vault, session)
        subject = find_subjects(command.tenant, own, [command.row], session)[0]
        if faults := tuple(domain.row_faults(command.row, subject, batch.plan.start)):
            raise RefusedError("INVALID", "invalid", domain.under("/replacement", faults))
        if store.held(command.tenant, _holders(batch, [command.row], [subject]), session):
            raise RefusedError("CONFLICT", "replacement_already_enrolled")
        seats, left, seated = domain.substitute(batch, leaving, command, subject)
        if subject.entering is not None:
            enter(command.tenant, own, {command.row.new_person: subject.entering}, session)
        store.batches.save(command.tenant, seats, [], session)
        return store.enrolments.save_many(command.tenant, [left, seated], session)[1]

    return uow.run(work)


def find_subjects(tenant: TenantId, own: TenantVault, rows: Sequence[NominationRow], session: Session) -> list[Subject]:
    """Find whom the rows are about, in a handful of queries for the whole list."""
    checked = {row.enrolment: check_person(row.facts, session.at.date()) for row in rows if row.facts is not None}
    lookups = {key: own.lookup(each.number) for key, each in checked.items() if each.number is not None}
    known = store.persons_by_lookup(tenant, lookups.values(), session)
    people = store.persons.many(tenant, _given(row.person for row in rows), session)
    units = store.units.many(tenant, _given(row.unit for row in rows), session)
    seen: set[str] = set()
    subjects = []
    for row in rows:
        lookup = lookups.get(row.enrolment, "")
        person = people.get(row.person or "") or known.get(lookup)
        entering = checked.get(row.enrolment) if person is None else None
        repeats = entering is not None and lookup in seen
        seen |= {lookup} - {""}
        subjects.append(Subject(person=person, entering=entering, unit=units.get(row.unit or ""), repeats=repeats))
    return subjects


def _given(ids: Iterable[str | None]) -> set[str]:
    return {each for each in ids if each is not None}


def _holders(batch: Batch, rows: Sequence[NominationRow], subjects: Sequence[Subject]) -> list[str]:
    return [domain.wanted_holder(batch, row, subject) for row, subject in zip(rows, subjects, strict=True)]


def _store(tenant: TenantId, own: TenantVault, accepted: Sequence[Nominated], session: Session) -> None:
    entering: dict[str, CheckedPerson] = {}
    for each in accepted:
        if each.subject.entering is not None and each.enrolment.person is not None:
            entering[each.enrolment.person] = each.subject.entering
    enter(tenant, own, entering, session)
    store.enrolments.save_many(tenant, [(each.enrolment, each.events) for each in accepted], session)
