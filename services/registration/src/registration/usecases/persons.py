"""Commands on persons, and the few readings that need a key."""

from eventkit.event import TenantId
from eventkit.mongo import Session, Unit
from eventkit.refusal import NotFoundError, RefusedError
from registration import store
from registration.domain import person as domain
from registration.domain.number import read_number
from registration.domain.person import CheckedPerson, ErasePerson, Person, RegisterPerson, TransferPerson
from registration.store.vault import Identity, TenantVault, Vault
from registration.usecases.units import require_units


def register_person(uow: Unit, vault: Vault, command: RegisterPerson) -> Person:
    """Enter one person, sealed; a number that is known already is refused."""
    checked = domain.check_person(command.facts, command.today)
    if checked.faults:
        raise RefusedError("INVALID", "invalid", checked.faults)

    def work(session: Session) -> Person:
        require_units(command.tenant, [command.facts.unit], "/unit", session)
        own = store.open_vault(command.tenant, vault, session)
        known = person_by_number(command.tenant, own, checked.number, session)
        if known is not None:
            raise RefusedError("CONFLICT", "person_exists", person=known.id)
        return enter(command.tenant, own, {command.person: checked}, session)[0]

    return uow.run(work)


def transfer_person(uow: Unit, command: TransferPerson) -> Person:
    """Move a person to another unit."""

    def work(session: Session) -> Person:
        person = store.persons.load(command.tenant, command.person, session, expected=command.expected_version)
        require_units(command.tenant, [command.unit], "/unit", session)
        return store.persons.save(command.tenant, domain.transfer_person(person, command.unit), [], session)

    return uow.run(work)


def erase_person(uow: Unit, command: ErasePerson) -> Person:
    """Destroy a person's key; what was encrypted with it is lost, here and in every backup without the key."""

    def work(session: Session) -> Person:
        person = store.persons.load(command.tenant, command.person, session, expected=command.expected_version)
        erased = domain.erase_person(person, command.at)
        store.person_keys.remove(command.tenant, command.person, session)
        return store.persons.save(command.tenant, erased, [], session)

    return uow.run(work)


def find_person(uow: Unit, vault: Vault, command: RegisterPerson) -> Person:
    """Find a person by number; a number that nobody has is refused like an unknown id."""
    session = uow.reading()
    own = store.open_vault(command.tenant, vault, session)
    number = read_number(command.facts.employee_number or "", command.today).digits
    person = person_by_number(command.tenant, own, number, session)
    if person is None:
        raise NotFoundError
    return person


def person_by_number(tenant: TenantId, own: TenantVault, number: str | None, session: Session) -> Person | None:
    """Give the person who has a number."""
    if number is None:
        return None
    lookup = own.lookup(number)
    return store.persons_by_lookup(tenant, [lookup], session).get(lookup)


def enter(tenant: TenantId, own: TenantVault, entering: dict[str, CheckedPerson], session: Session) -> list[Person]:
    """Store new persons with their keys, in the order given."""
    people, keys = [], []
    for identity, checked in entering.items():
        key, sealed = own.seal(identity, Identity(name=checked.facts.name, number=checked.number))
        lookup = None if checked.number is None else own.lookup(checked.number)
        people.append(domain.enter_person(identity, checked, sealed, lookup))
        keys.append(key)
    store.person_keys.put_many(tenant, keys, session)
    return store.persons.save_many(tenant, [(person, []) for person in people], session)
