"""Learning hours (JP): how many a session is worth and how many one person earned in it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from curriculum.events import SessionKind
from eventkit.refusal import Fault

DEFAULT_MINUTES_PER_JP: Final = 45
WARN_ABOVE_JP_PER_DAY: Final = 10
REFUSE_ABOVE_JP_PER_DAY: Final = 12
WITHOUT_JP: Final = frozenset({SessionKind.CEREMONY, SessionKind.BREAK, SessionKind.TRAVEL})


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """What a session is worth: its planned minutes, its JP and the minutes that make one JP."""

    minutes: int
    jp: int
    minutes_per_jp: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Presence:
    """From when, and for how many minutes, one person was in a session of this worth."""

    start: datetime
    minutes: int
    worth: Worth


def jp_of(kind: SessionKind, minutes: int, minutes_per_jp: int) -> int:
    """Apply R-JP: whole JP only, never rounded up, none for ceremonies, breaks and travel."""
    return 0 if kind in WITHOUT_JP else minutes // minutes_per_jp


def earned(worth: Worth, attended_minutes: int) -> int:
    """Give the JP for the minutes attended: all of them for the whole session, else whole JP of what was attended."""
    if attended_minutes >= worth.minutes:
        return worth.jp
    return min(worth.jp, max(0, attended_minutes) // worth.minutes_per_jp)


def earned_over(presences: Iterable[Presence]) -> int:
    """Add up one person's JP; time that two sessions share counts once, for the one that began first."""
    total, until = 0, None
    for each in sorted(presences, key=lambda presence: presence.start):
        end = each.start + timedelta(minutes=each.minutes)
        shared = max(timedelta(), min(until, end) - each.start) if until else timedelta()
        total += earned(each.worth, each.minutes - int(shared.total_seconds() // 60))
        until = max(until, end) if until else end
    return total


def day_faults(jp_by_day: Iterable[tuple[int, int]]) -> tuple[list[Fault], list[Fault]]:
    """Apply R-JPDAY to pairs of day and JP; gives the warnings and the errors."""
    totals: dict[int, int] = {}
    for day, jp in jp_by_day:
        totals[day] = totals.get(day, 0) + jp
    heavy = [(day, jp) for day, jp in sorted(totals.items()) if jp > WARN_ABOVE_JP_PER_DAY]
    errors = [_day_fault("too_many_jp_in_a_day", day, jp) for day, jp in heavy if jp > REFUSE_ABOVE_JP_PER_DAY]
    warnings = [_day_fault("many_jp_in_a_day", day, jp) for day, jp in heavy if jp <= REFUSE_ABOVE_JP_PER_DAY]
    return warnings, errors


def _day_fault(code: str, day: int, jp: int) -> Fault:
    return Fault("/sessions", code, (("day", str(day + 1)), ("jp", str(jp))))
