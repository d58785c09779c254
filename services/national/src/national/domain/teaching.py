"""What was taught: curriculum versions, sessions, and the offices that speak."""

from dataclasses import dataclass
from datetime import datetime

from national.domain.seen import Seen


@dataclass(frozen=True, slots=True, kw_only=True)
class Version(Seen):
    """The newest published version of a curriculum."""

    programme: str = ""
    version: int = 0
    session_count: int = 0
    jp_total: int = 0
    minutes_per_jp: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Session(Seen):
    """A session of a batch; attendance stays with its owner."""

    batch: str = ""
    kind: str = ""
    jp: int = 0
    start: datetime | None = None
    end: datetime | None = None
    eligible: tuple[str, ...] = ()
    schedule_version: int = 0
    status: str = "SCHEDULED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Engagement(Seen):
    """A speaker slot: an office and its state."""

    session: str = ""
    batch: str | None = None
    office_code: str | None = None
    government_level: str | None = None
    status: str = ""
