"""What the example files must mean together: references that lead somewhere, periods and JP that agree."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Final, TypeAlias

from bina.demo.example.codes import ANSWERS
from bina.demo.example.marks import Pointer
from bina.demo.example.model import Batch, Programme, Tenant

Wrong: TypeAlias = Iterator[tuple[Pointer, str]]


def check_programme(programme: Programme, tenants: Mapping[str, Tenant], known: set[str]) -> Wrong:
    """Yield where a programme contradicts itself or points to nothing."""
    tenant = tenants.get(programme.facts.tenant)
    if tenant is None:
        yield ("programme", "tenant"), f"expected one of {', '.join(tenants)}; found '{programme.facts.tenant}'"
        return
    lines = {unit.key: unit.count or 1 for unit in tenant.units}
    for rule in RULES:
        yield from rule(programme, lines)
    for index, batch in enumerate(programme.batches):
        place: Pointer = ("batches", index)
        yield from _check_period(batch, place)
        yield from _check_groups(batch, place, lines)
        for at, shared in enumerate(batch.shared):
            if shared.programme not in known:
                yield (*place, "shared", at, "programme"), f"expected a programme code; found '{shared.programme}'"


def _unit(key: str, lines: Mapping[str, int], place: Pointer) -> Wrong:
    if key not in lines:
        yield place, f"expected a unit key of the tenant ({', '.join(lines)}); found '{key}'"


def _organizer(programme: Programme, lines: Mapping[str, int]) -> Wrong:
    yield from _unit(programme.facts.organizer_unit, lines, ("programme", "organizer_unit"))
    yield from _unit(programme.monitoring.visits.units, lines, ("monitoring", "visits", "units"))
    for index, score in enumerate(programme.monitoring.scores):
        yield from _unit(score.units, lines, ("monitoring", "scores", index, "units"))
        if bool(score.answers) == bool(score.value):
            yield ("monitoring", "scores", index), "expected either answers or value"
        if score.answers and len(score.answers) != ANSWERS:
            yield ("monitoring", "scores", index, "answers"), f"expected {ANSWERS} answers"


def _claims(programme: Programme, _: Mapping[str, int]) -> Wrong:
    sources = {source.key for source in programme.sources}
    for index, claim in enumerate(programme.claims):
        if claim.source not in sources:
            yield ("claims", index, "source"), f"expected one of {', '.join(sorted(sources))}; found '{claim.source}'"


def _sessions(programme: Programme, _: Mapping[str, int]) -> Wrong:
    for index, session in enumerate(programme.curriculum.sessions):
        earned = session.minutes // programme.facts.minutes_per_jp
        earned = 0 if session.kind == "CEREMONY" else earned
        if session.jp != earned:
            place: Pointer = ("curriculum", "sessions", index, "jp")
            yield place, f"expected {earned} JP for {session.minutes} minutes of {session.kind}; found {session.jp}"
        days = min((batch.planned.end - batch.planned.start).days + 1 for batch in programme.batches)
        if session.day > days:
            yield ("curriculum", "sessions", index, "day"), f"expected a day of the batch (1 to {days})"


def _speakers(programme: Programme, _: Mapping[str, int]) -> Wrong:
    sessions = {session.key for session in programme.curriculum.sessions}
    for index, speaker in enumerate(programme.curriculum.speakers):
        place: Pointer = ("curriculum", "speakers", index)
        if speaker.session not in sessions:
            yield (*place, "session"), f"expected a session key; found '{speaker.session}'"
        if (speaker.office is None) != (speaker.planned == "TO_BE_NAMED"):
            yield (*place, "office"), "expected an office, unless the slot is TO_BE_NAMED"


def _check_period(batch: Batch, place: Pointer) -> Wrong:
    if batch.planned.end < batch.planned.start:
        yield (*place, "planned", "end"), f"expected {batch.planned.start} or later"
    start, end = held(batch)
    if batch.moved and end < start:
        yield (*place, "moved", "end"), f"expected {start} or later"
    if batch.started.day != start:
        yield (*place, "started", "day"), f"expected {start}, the first day after every move"
    if batch.completed.day != end:
        yield (*place, "completed", "day"), f"expected {end}, the last day after every move"


def held(batch: Batch) -> tuple[date, date]:
    """Give the period after every move."""
    period = batch.moved or batch.planned
    return period.start, period.end


def _check_groups(batch: Batch, place: Pointer, lines: Mapping[str, int]) -> Wrong:
    if bool(batch.roster) == bool(batch.units):
        yield place, "expected either a roster of people or units with delegates"
    for index, group in enumerate(batch.roster):
        at: Pointer = (*place, "roster", index)
        yield from _unit(group.units, lines, (*at, "units"))
        if group.small > group.count:
            yield (*at, "small"), f"expected at most {group.count}"
        if (group.person_kind == "ASN") != (group.echelon is not None and group.position is not None):
            yield at, "expected echelon and position for ASN, and neither for NON_ASN"
    for index, units in enumerate(batch.units):
        at = (*place, "units", index)
        yield from _unit(units.units, lines, (*at, "units"))
        if units.count > lines.get(units.units, units.count):
            yield (*at, "count"), f"expected at most {lines[units.units]}, the units of that key"
        if units.small > units.count:
            yield (*at, "small"), f"expected at most {units.count}"


Rule: TypeAlias = Callable[[Programme, Mapping[str, int]], Wrong]
RULES: Final[tuple[Rule, ...]] = (_organizer, _claims, _sessions, _speakers)
