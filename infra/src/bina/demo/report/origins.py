"""Says once for each kind of figure what it means, who said it and when."""

from collections.abc import Iterable
from dataclasses import replace

from bina.demo.report.model import Figure, Provenance


def origins_of(figures: Iterable[Figure]) -> list[Provenance]:
    """List the origins in order of appearance; of the same one read several times, the last moment counts."""
    found: dict[tuple[str, str], Provenance] = {}
    for figure in figures:
        origin = figure.provenance
        known = found.get((origin.definition, origin.source))
        last = max(origin.as_of, known.as_of) if known else origin.as_of
        found[origin.definition, origin.source] = replace(origin, as_of=last)
    return list(found.values())
