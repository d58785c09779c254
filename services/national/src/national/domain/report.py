"""What a report consists of: figures with their definition, their moment and the topics behind them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from national.domain.register import Claim, Schedule


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """How far a topic has been read, over all tenants: the number of records before this position."""

    topic: str
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """Where figures come from; `as_of` is the newest event behind any of them."""

    as_of: datetime | None
    provenance: tuple[Source, ...]
    definitions: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One figure of a table; a hidden one has no count, `at_least` sums what is shown of it elsewhere."""

    name: str
    count: int | None
    hidden: bool
    at_least: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """What a row of a table is about; the codes that do not apply are None."""

    region: str | None = None
    region_name: str | None = None
    programme: str | None = None
    programme_code: str | None = None
    batch: str | None = None
    batch_number: str | None = None

    @property
    def key(self) -> str:
        return f"{self.region or ''}:{self.programme or ''}:{self.batch or ''}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row: a group of batches with its cells; batches with fewer than five persons are `withheld` from it."""

    group: Group
    batches: int
    withheld: int
    total: int | None
    hidden: bool
    cells: tuple[Cell, ...]

    @property
    def key(self) -> str:
        return self.group.key


@dataclass(frozen=True, slots=True, kw_only=True)
class TableReport:
    """A protected table of persons or of what belongs to persons."""

    basis: Basis
    partition: str
    rule: str
    total: Line
    lines: tuple[Line, ...]
    next_cursor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """A speaker slot of a batch: an office and its state, never a name."""

    office_code: str | None
    government_level: str | None
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchEntry:
    """A batch in the register: the first plan, every later one, and what really happened."""

    id: str
    number: str
    status: str
    planned: Schedule | None
    schedules: tuple[Schedule, ...]
    provisional: bool
    time_zone: str | None
    venue_region: str | None
    venue_name: str | None
    seats_total: int
    actual_start: date | None
    actual_end: date | None
    started_at: datetime | None
    ended_at: datetime | None
    speakers: tuple[Speaker, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeEntry:
    """A programme in the register with its batches and its claims."""

    id: str
    tenant: str
    tenant_name: str | None
    code: str
    kind: str
    title: str
    status: str
    organizer_region: str
    organizer_unit: str | None
    objectives: tuple[str, ...]
    values: tuple[str, ...]
    initiative: str
    preceding_programme: str | None
    minutes_per_jp: int | None
    jp_curriculum: int | None
    claims: tuple[Claim, ...]
    batches: tuple[BatchEntry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterReport:
    """A page of the register."""

    basis: Basis
    items: tuple[ProgrammeEntry, ...]
    next_cursor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionCoverage:
    """What the governments of a region ran; a province stands for itself and its children."""

    code: str
    name: str
    kind: str
    regions: int
    active: int
    programmes: int
    batches: int
    by_kind: Mapping[str, int]
    by_status: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageReport:
    """Coverage of the nation by province, or of a province by its own government and its children."""

    basis: Basis
    total: RegionCoverage
    regions: tuple[RegionCoverage, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class JpLine:
    """JP of one batch: of the curriculum, of its sessions, and credited to persons; None where too few persons."""

    group: Group
    year: int | None
    jp_curriculum: int | None
    sessions: int
    sessions_held: int
    jp_scheduled: int
    jp_held: int
    jp_credited: int | None
    hidden: bool

    @property
    def key(self) -> str:
        return self.group.key


@dataclass(frozen=True, slots=True, kw_only=True)
class JpReport:
    """JP by batch and in all; batches whose credit is hidden are left out of the total."""

    basis: Basis
    rule: str
    lines: tuple[JpLine, ...]
    jp_scheduled: int
    jp_held: int
    jp_credited: int
    withheld: int
    next_cursor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureLine:
    """A measure of a batch with its due date; how many answered stays with its owner."""

    group: Group
    measure: str
    kind: str
    instrument: str
    version: int
    status: str
    due_on: date | None

    @property
    def key(self) -> str:
        return f"{self.due_on or ''}:{self.group.key}:{self.measure}"


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureReport:
    """Measures in the order of their due dates, one line each."""

    basis: Basis
    lines: tuple[MeasureLine, ...]
    next_cursor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeLine:
    """Before against after for one dimension; only what monitoring declares fit to be shown."""

    group: Group
    outcome: str
    follow_up: str
    dimension: str
    pairs: int
    difference: str | None
    interval_low: str | None
    interval_high: str | None
    method_version: str

    @property
    def key(self) -> str:
        return f"{self.group.key}:{self.follow_up}:{self.dimension}:{self.outcome}"


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeReport:
    """Shown outcomes, and how many were computed with which status."""

    basis: Basis
    by_status: Mapping[str, int]
    lines: tuple[OutcomeLine, ...]
    next_cursor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Freshness:
    """When the newest event of a topic that we applied for a tenant happened."""

    tenant: str
    tenant_name: str | None
    topic: str
    last_event_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FreshnessReport:
    """How old the figures of each tenant are."""

    basis: Basis
    tenants: tuple[Freshness, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """The services' own figures as national sees them; None for figures that the caller may not see exactly."""

    basis: Basis
    tenant: str
    figures: Mapping[str, int | None]
    batches: Mapping[str, Mapping[str, int | None]]
    hidden: tuple[str, ...]
    freshness: tuple[Freshness, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """A fingerprint of every kept document, by collection and in all: equal digests mean equal views."""

    digest: str
    collections: Mapping[str, str]
    documents: Mapping[str, int]
