"""What every kept document has: whose it is and when its newest event happened.

`seen_at` is the event's own time, so that a replay gives the same document.
"""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One aggregate of another service as its events describe it; nothing here identifies a person."""

    id: str
    tenant: str
    seen_at: datetime
