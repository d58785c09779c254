"""Holds the figures of a report against what the examples say they must be."""

from collections.abc import Iterable, Mapping

from bina.demo.report.model import Check, Figure


def check_figures(figures: Iterable[Figure], expected: Mapping[str, str]) -> tuple[Check, ...]:
    """Compare every expectation; one that no figure answers fails too, and so does a figure shown two ways."""
    found: dict[str, set[str]] = {}
    for figure in figures:
        found.setdefault(figure.key, set()).add(str(figure.value))
    return tuple(
        Check(key=key, expected=value, found=" | ".join(sorted(found[key])) if key in found else None)
        for key, value in expected.items()
    )
