"""Kemendagri region codes: dotted form, levels and the loaded set of provinces, regencies and cities."""

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from eventkit.refusal import Fault, RefusedError

_FORM: Final = re.compile(r"[0-9]{2}(\.[0-9]{2}(\.[0-9]{2}(\.[0-9]{4})?)?)?")
_REGENCIES: Final = range(1, 70)
_CITIES: Final = range(71, 100)
_VILLAGE_KINDS: Final = "123"
_VILLAGE_LEVEL: Final = 4


@dataclass(frozen=True, slots=True)
class Region:
    """A province, regency or city."""

    code: str
    name: str
    level: int
    kind: str
    parent: str | None
    time_zone: str


def parse_regions(text: str) -> Mapping[str, Region]:
    """Read the table of regions."""
    rows = csv.DictReader(io.StringIO(text))
    return {
        row["code"]: Region(
            code=row["code"],
            name=row["name"],
            level=int(row["level"]),
            kind=row["type"].upper(),
            parent=row["parent_code"] or None,
            time_zone=row["timezone"],
        )
        for row in rows
    }


def region_fault(code: str, regions: Mapping[str, Region]) -> str:
    """Say what is wrong with a region code, or nothing; below the regency only the form is known."""
    if not _FORM.fullmatch(code):
        return "REGION_FORMAT"
    parts = code.split(".")
    if parts[0] not in regions:
        return "UNKNOWN_PROVINCE"
    if len(parts) > 1 and int(parts[1]) not in _REGENCIES and int(parts[1]) not in _CITIES:
        return "REGENCY_RANGE"
    if len(parts) == _VILLAGE_LEVEL and parts[3][0] not in _VILLAGE_KINDS:
        return "VILLAGE_KIND"
    return "" if ".".join(parts[:2]) in regions else "REGION_UNKNOWN"


def check_region(code: str | None, pointer: str, regions: Mapping[str, Region]) -> None:
    """Refuse a code that is malformed or not in the loaded set."""
    if code is None:
        return
    if fault := region_fault(code, regions):
        raise RefusedError("INVALID", "invalid", [Fault(pointer, fault, (("region", code),))])


def enclosing(code: str, regions: Mapping[str, Region]) -> Region:
    """Give the smallest loaded region that a valid code lies in."""
    return regions[".".join(code.split(".")[:2])]
