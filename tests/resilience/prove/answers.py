"""What callers were answered in a stretch of time, read from the ledger, and what must hold of it."""

import time
from collections import Counter
from collections.abc import Sequence
from typing import Final

from prove.arena import Arena
from prove.record import Attempt
from prove.scenario import Counterexample

FIRST_5XX: Final = 500
UNAVAILABLE: Final = 503


def between(arena: Arena, since: float, until: float | None = None) -> list[Attempt]:
    """Give what was sent in this stretch of wall-clock time and has ended."""
    end = time.time() if until is None else until
    return [each for each in arena.ground.ledger.snapshot() if since <= each.sent < end]


def statuses(attempts: Sequence[Attempt]) -> dict[int, int]:
    """Count the answers by status; 0 stands for a broken or refused connection."""
    return dict(sorted(Counter(each.status for each in attempts).items()))


def seconds(attempts: Sequence[Attempt]) -> list[float]:
    """Give how long each took."""
    return [each.answered - each.sent for each in attempts]


def percentile(values: Sequence[float], share: float) -> float:
    """Give the value below which this share lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def demand(holds: object, rule: str, about: str, **seen: object) -> None:
    """Raise a Counterexample unless it holds."""
    if not holds:
        raise Counterexample(rule, about, **seen)


def refuse_only_with_503(rule: str, attempts: Sequence[Attempt]) -> None:
    """Demand that whatever the service could not do was answered 503."""
    wrong = [each for each in attempts if each.status >= FIRST_5XX and each.status != UNAVAILABLE]
    demand(not wrong, rule, "answers of 5xx other than 503", count=len(wrong), first=wrong[:1])


def no_5xx(rule: str, attempts: Sequence[Attempt], when: str) -> None:
    """Demand that nothing was refused for want of a store."""
    wrong = [each for each in attempts if each.status >= FIRST_5XX]
    demand(not wrong, rule, f"no 5xx {when}", of=len(attempts), statuses=statuses(wrong), first=wrong[:1])


def no_wrong_refusal(arena: Arena, rule: str, attempts: Sequence[Attempt]) -> None:
    """Demand that nothing was refused for good whose effect is there all the same."""
    for each in attempts:
        marker = each.intention.marker
        if marker and each.is_final and not each.is_success and _exists(arena, each):
            raise Counterexample(rule, f"{each.intention.kind} {marker}", answered=each.status, code=each.code)


def _exists(arena: Arena, attempt: Attempt) -> bool:
    made = attempt.intention
    names = [{name: made.marker} for name in ("name", "code", "number", "checklist")]
    found = arena.database(made.service)[made.kind].find_one({"tenant": made.tenant, "$or": names})
    return found is not None


def until_2xx(arena: Arena, since: float, *, service: str, within: float = 60) -> float:
    """Wait until a write to a service is acknowledged that was sent after this moment; gives how long it took."""

    def found() -> list[float]:
        return [
            each.answered - since
            for each in between(arena, since)
            if each.is_success and each.intention.service == service and each.intention.method != "GET"
        ]

    arena.until(lambda: bool(found()), within, f"{service} acknowledges a write")
    return min(found())
