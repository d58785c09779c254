"""One run over all programmes: tenants and units first, then the programmes side by side."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from bina.demo.drive import organisation
from bina.demo.drive.access import NATIONAL, Caller, Places, Tokens
from bina.demo.drive.client import Client, Tally
from bina.demo.drive.progress import Board
from bina.demo.drive.stages import live
from bina.demo.drive.work import BatchWork, People, Staff, Work
from bina.demo.example.model import Examples, Programme, Tenant
from bina.demo.example.roster import BatchRoster, Scale, UnitEntry, entries_of, rosters_of, unit_ref

AT_ONCE = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What a run shall take from the examples."""

    scale: Scale = "full"
    with_first_wave: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a run did: which programmes it took through, which were there, and how many writes that were."""

    driven: tuple[str, ...]
    already_there: tuple[str, ...]
    tally: Tally


class Run:
    """One run against one platform."""

    def __init__(self, examples: Examples, choice: Choice, places: Places) -> None:
        self._examples = chosen(examples, choice)
        self._choice = choice
        self._rosters = rosters_of(examples, choice.scale)
        self.tally = Tally()
        self._places = places
        self._tokens = Tokens(places)

    def connect(self, caller: Caller) -> Client:
        """Open the way of one caller."""
        return Client(self._places, self._tokens, caller, self.tally)

    def go(self, board: Board) -> Outcome:
        """Drive everything; the first error of any programme ends the run."""
        tenants = list(self._examples.tenants.values())
        with ThreadPoolExecutor(AT_ONCE) as pool:
            units = dict(zip((each.code for each in tenants), pool.map(self._prepare, tenants), strict=True))
            people = {tenant.code: People() for tenant in tenants}
            works = [self._work(each, units, people, board) for each in self._examples.programmes]
            driven = list(pool.map(lambda work: live(work, self._choice.scale), works))
        return Outcome(
            driven=tuple(work.code for work, new in zip(works, driven, strict=True) if new),
            already_there=tuple(work.code for work, new in zip(works, driven, strict=True) if not new),
            tally=self.tally,
        )

    def _prepare(self, tenant: Tenant) -> Mapping[str, str]:
        organisation.onboard(self.connect(Caller(NATIONAL, "platform_admin")), tenant)
        admin = self.connect(Caller(tenant.code, "tenant_admin"))
        return organisation.register_units(admin, self._entries(tenant))

    def _entries(self, tenant: Tenant) -> list[UnitEntry]:
        everything = entries_of(tenant)
        if self._choice.scale == "full":
            return list(everything)
        used = used_units(self._examples, self._rosters, tenant)
        return [entry for entry in everything if entry.ref in used]

    def _work(
        self,
        programme: Programme,
        units: Mapping[str, Mapping[str, str]],
        people: Mapping[str, People],
        board: Board,
    ) -> Work:
        tenant = self._examples.tenants[programme.facts.tenant]
        batches = [
            BatchWork(batch=batch, roster=self._rosters[programme.code, batch.key]) for batch in programme.batches
        ]
        return Work(
            programme=programme,
            tenant=tenant,
            entries=entries_of(tenant),
            batches=batches,
            staff=Staff(tenant.code, self.connect),
            units=units[tenant.code],
            people=people[tenant.code],
            track=board.track(programme.code),
        )


def chosen(examples: Examples, choice: Choice) -> Examples:
    """Leave out the optional batches unless they are wanted."""
    if choice.with_first_wave:
        return examples
    programmes = tuple(
        replace(programme, batches=tuple(batch for batch in programme.batches if not batch.optional))
        for programme in examples.programmes
    )
    return replace(examples, programmes=programmes)


def used_units(examples: Examples, rosters: Mapping[tuple[str, str], BatchRoster], tenant: Tenant) -> set[str]:
    """Name the units that the small roster needs, parents included."""
    used: set[str] = set()
    for programme in examples.programmes:
        if programme.facts.tenant != tenant.code:
            continue
        used.add(programme.facts.organizer_unit)
        for batch in programme.batches:
            roster = rosters[programme.code, batch.key]
            used |= {person.unit for person in roster.everyone} | {each.unit for each in roster.delegations}
        monitoring = programme.monitoring
        groups = [(monitoring.visits.units, monitoring.visits.small)]
        groups += [(score.units, score.small) for score in monitoring.scores]
        used |= {unit_ref(key, number) for key, amount in groups for number in range(1, amount + 1)}
    parents = {entry.parent for entry in entries_of(tenant) if entry.ref in used and entry.parent}
    return used | parents
