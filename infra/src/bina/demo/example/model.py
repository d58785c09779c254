"""The source programmes as frozen data; what the YAML files under `examples/programmes` load into."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time

from bina.demo.example.measuring import Monitoring


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One line of units: a single unit, or `count` numbered ones of a kind."""

    key: str
    name: str
    kind: str
    count: int | None = None
    parent: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenant:
    """A regional government with the units that take part."""

    code: str
    name: str
    kind: str
    time_zone: str
    units: tuple[Unit, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """A public office; the label is for people to read."""

    office: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeFacts:
    """What a programme is for, on which basis and who answers for it."""

    code: str
    tenant: str
    kind: str
    title: str
    organizer_unit: str
    sponsor: Office
    initiative: str
    legal_basis: str
    objectives: tuple[str, ...]
    values: tuple[str, ...]
    minutes_per_jp: int
    preceded_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a claim was published."""

    key: str
    title: str
    published: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A published statement that is kept as said, never as a fact."""

    key: str
    subject: str
    value: str
    source: str
    status: str
    conflict: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One session of the curriculum, dated by the day of the batch."""

    key: str
    title: str
    kind: str
    day: int
    start: time
    minutes: int
    jp: int
    echelons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """A speaker slot: an office first, its holder only as a label, and the states it goes through."""

    session: str
    role: str
    levels: tuple[str, ...]
    planned: str
    office: str | None = None
    holder: str | None = None
    on_behalf_of: str | None = None
    final: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Curriculum:
    """The sessions of a programme and who speaks in them."""

    sessions: tuple[Session, ...]
    speakers: tuple[Speaker, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Venue:
    """Where a batch is held; the region may differ from the organiser's or be unknown."""

    time_zone: str
    name: str | None = None
    region: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """First and last day."""

    start: date
    end: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A local day and time at the venue."""

    day: date
    time: time


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A change of the planned period or venue, with its reason and decider."""

    start: date
    end: date
    venue: Venue
    reason: str
    decided_by: str
    decided_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonGroup:
    """People of one category; `small` is their number on the small roster."""

    category: str
    count: int
    small: int
    units: str
    first_unit: int = 1
    person_kind: str = "ASN"
    asn_status: str = "PNS"
    echelon: str | None = None
    position: str | None = None
    cover: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitGroup:
    """Units that take part, each through its delegates."""

    category: str
    units: str
    count: int
    small: int
    delegates: int
    echelon: str
    position: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedPerson:
    """A participant of another programme who is also a delegate here."""

    programme: str
    category: str
    member: int
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """One wave: its plan, what really happened, and who took part."""

    key: str
    number: int
    venue: Venue
    planned: Period
    started: Moment
    completed: Moment
    moved: Move | None = None
    optional: bool = False
    roster: tuple[PersonGroup, ...] = ()
    units: tuple[UnitGroup, ...] = ()
    shared: tuple[SharedPerson, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """One source programme, whole."""

    facts: ProgrammeFacts
    sources: tuple[Source, ...]
    claims: tuple[Claim, ...]
    curriculum: Curriculum
    batches: tuple[Batch, ...]
    monitoring: Monitoring

    @property
    def code(self) -> str:
        return self.facts.code


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """What a figure must be; `wave` names the optional batch that it needs, `unless` the one that changes it."""

    key: str
    value: str | None = None
    full: str | None = None
    small: str | None = None
    wave: str | None = None
    unless: str | None = None

    def at(self, scale: str) -> str:
        """Give the value for a roster scale."""
        return self.value or (self.full if scale == "full" else self.small) or ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Examples:
    """All that `bina demo` drives through the platform."""

    tenants: Mapping[str, Tenant]
    programmes: tuple[Programme, ...]
    expected: tuple[Expectation, ...]

    def expected_of(self, scale: str) -> Mapping[str, str]:
        """Give what every figure must be in a run of these batches."""
        waves = {f"{each.code}.{batch.key}" for each in self.programmes for batch in each.batches}
        meant = [each for each in self.expected if each.wave in {None, *waves} and each.unless not in waves]
        return {each.key: each.at(scale) for each in meant}
