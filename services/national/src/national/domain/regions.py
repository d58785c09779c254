"""The provinces, regencies and cities of Indonesia as published with this package (MIT, see data/NOTICE)."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """A province, or a regency or city within one; `code` is the dotted Kemendagri code."""

    code: str
    name: str
    kind: str
    parent: str | None


@cache
def known() -> Mapping[str, Region]:
    """Give every region by code, in the order of codes."""
    text = (files("national") / "data" / "regions_l1_l2.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    read = [
        Region(code=row["code"], name=row["name"], kind=row["type"].upper(), parent=row["parent_code"] or None)
        for row in rows
    ]
    return {each.code: each for each in sorted(read, key=lambda region: region.code)}


def provinces() -> list[Region]:
    """Give the provinces."""
    return [each for each in known().values() if each.parent is None]


def children(province: str) -> list[Region]:
    """Give the regencies and cities of a province."""
    return [each for each in known().values() if each.parent == province]


def name_of(code: str) -> str | None:
    """Name a region; None for a code outside the published list."""
    region = known().get(code)
    return region.name if region else None
