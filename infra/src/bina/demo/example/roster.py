"""Invents the people and numbers the units, the same every time: nobody here is or was a real participant."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Final, Literal, TypeAlias

from bina.demo.example.model import Batch, Examples, PersonGroup, Programme, Tenant, UnitGroup

Scale: TypeAlias = Literal["full", "small"]

FIRST_BIRTH: Final = date(1968, 1, 1)
DAYS_APART: Final = 9  # every invented person has a birth date of their own, so that serial 999 is enough
SERIAL: Final = "999"  # no number is reserved for tests; this one is rarely given
AGE_AT_APPOINTMENT: Final = 25
PPPK_YEAR: Final = 2021
DELEGATE_CATEGORY: Final = {"ADMINISTRATOR": "ADMINISTRATOR_LAIN", "PENGAWAS": "PENGAWAS_LAIN"}


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitEntry:
    """One organisation unit, numbered where its line stands for several."""

    ref: str
    key: str
    name: str
    kind: str
    parent: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """An invented participant; the reference tells where in the examples the person comes from."""

    ref: str
    name: str
    number: str | None
    born: date
    person_kind: str
    asn_status: str
    category: str
    echelon: str | None
    position: str | None
    unit: str
    cover: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delegation:
    """A unit that takes part and who comes for it."""

    unit: str
    category: str
    delegates: tuple[Person, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchRoster:
    """Who takes part in one batch: people, or units with delegates."""

    people: tuple[Person, ...] = ()
    delegations: tuple[Delegation, ...] = ()

    @property
    def everyone(self) -> tuple[Person, ...]:
        return self.people + tuple(person for unit in self.delegations for person in unit.delegates)


def entries_of(tenant: Tenant) -> tuple[UnitEntry, ...]:
    """Number the units of a tenant, parents before children."""
    found: list[UnitEntry] = []
    for line in sorted(tenant.units, key=lambda unit: unit.parent is not None):
        for number in range(1, (line.count or 1) + 1):
            ref = unit_ref(line.key, number) if line.count else line.key
            name = line.name.replace("{n}", f"{number:02d}")
            found.append(UnitEntry(ref=ref, key=line.key, name=name, kind=line.kind, parent=line.parent))
    return tuple(found)


def unit_ref(key: str, number: int) -> str:
    """Name one of several units of a line."""
    return f"{key}-{number:02d}"


def refs_of(tenant: Tenant, key: str, first: int, amount: int) -> list[str]:
    """Spread an amount over the units of a line, from the first on and round again."""
    line = next(unit for unit in tenant.units if unit.key == key)
    if line.count is None:
        return [line.key] * amount
    return [unit_ref(key, (first - 1 + index) % line.count + 1) for index in range(amount)]


def rosters_of(examples: Examples, scale: Scale) -> Mapping[tuple[str, str], BatchRoster]:
    """Invent everybody; the small roster takes the first people of every group of the full one."""
    ordinals = _Ordinals()
    full = {
        (programme.code, batch.key): _invent(examples.tenants[programme.facts.tenant], programme, batch, ordinals)
        for programme in examples.programmes
        for batch in programme.batches
    }
    shared = {place: _share(examples, place, roster, full) for place, roster in full.items()}
    if scale == "full":
        return shared
    batches = {(programme.code, batch.key): batch for programme in examples.programmes for batch in programme.batches}
    return {place: _shrink(batches[place], roster) for place, roster in shared.items()}


@dataclass(slots=True)
class _Ordinals:
    overall: int = 0
    by_tenant: dict[str, int] = field(default_factory=dict)

    def take(self, tenant: str) -> tuple[int, int]:
        self.overall += 1
        self.by_tenant[tenant] = self.by_tenant.get(tenant, 0) + 1
        return self.overall, self.by_tenant[tenant]


def _invent(tenant: Tenant, programme: Programme, batch: Batch, ordinals: _Ordinals) -> BatchRoster:
    place = f"{programme.code}/{batch.key}"
    people: list[Person] = []
    for line, group in enumerate(batch.roster, 1):
        units = refs_of(tenant, group.units, group.first_unit, group.count)
        for member, unit in enumerate(units, 1):
            ref = f"{place}/{line}/{member:03d}"
            people.append(_person(ref, unit, group, ordinals.take(tenant.code)))
    delegations = tuple(_delegations(tenant, place, batch.units, ordinals))
    return BatchRoster(people=tuple(people), delegations=delegations)


def _delegations(tenant: Tenant, place: str, groups: Sequence[UnitGroup], ordinals: _Ordinals) -> Iterator[Delegation]:
    for group in groups:
        for unit in refs_of(tenant, group.units, 1, group.count):
            delegates = tuple(
                _person(f"{place}/{unit}/{number}", unit, group, ordinals.take(tenant.code))
                for number in range(1, group.delegates + 1)
            )
            yield Delegation(unit=unit, category=group.category, delegates=delegates)


def _person(ref: str, unit: str, group: PersonGroup | UnitGroup, ordinals: tuple[int, int]) -> Person:
    overall, in_tenant = ordinals
    born = FIRST_BIRTH + timedelta(days=DAYS_APART * overall)
    people = group if isinstance(group, PersonGroup) else None
    is_asn = people is None or people.person_kind == "ASN"
    status = people.asn_status if people and is_asn else "PNS" if is_asn else "NON_ASN"
    return Person(
        ref=ref,
        name=f"Peserta {in_tenant:03d}",
        number=employee_number(born, status, overall) if is_asn else None,
        born=born,
        person_kind="ASN" if is_asn else "NON_ASN",
        asn_status=status,
        category=people.category if people else DELEGATE_CATEGORY[group.position or ""],
        echelon=group.echelon,
        position=group.position,
        unit=unit,
        cover=people.cover if people else None,
    )


def employee_number(born: date, asn_status: str, ordinal: int) -> str:
    """Build a number of valid form: birth date, appointment, sex, serial."""
    sex = 1 + ordinal % 2
    if asn_status == "PPPK":
        return f"{born:%Y%m%d}{PPPK_YEAR}21{sex}{SERIAL}"
    return f"{born:%Y%m%d}{born.year + AGE_AT_APPOINTMENT}{1 + ordinal % 12:02d}{sex}{SERIAL}"


def _share(
    examples: Examples,
    place: tuple[str, str],
    roster: BatchRoster,
    full: Mapping[tuple[str, str], BatchRoster],
) -> BatchRoster:
    programme = next(programme for programme in examples.programmes if programme.code == place[0])
    batch = next(batch for batch in programme.batches if batch.key == place[1])
    delegations = roster.delegations
    for shared in batch.shared:
        others = [p for (code, _), other in full.items() if code == shared.programme for p in other.people]
        same = [person for person in others if person.category == shared.category]
        person = replace(same[shared.member - 1], cover=None)
        delegations = tuple(
            replace(unit, delegates=(person, *unit.delegates[1:])) if unit.unit == shared.unit else unit
            for unit in delegations
        )
    return replace(roster, delegations=delegations)


def _shrink(batch: Batch, roster: BatchRoster) -> BatchRoster:
    at, people = 0, list[Person]()
    for group in batch.roster:
        people += roster.people[at : at + group.small]
        at += group.count
    at, delegations = 0, list[Delegation]()
    for units in batch.units:
        delegations += roster.delegations[at : at + units.small]
        at += units.count
    return BatchRoster(people=tuple(people), delegations=tuple(delegations))
