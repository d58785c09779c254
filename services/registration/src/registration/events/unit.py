"""Facts about organisation units; topic `registration.unit`, key = unit."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Final

from eventkit.event import Event, EventSchema
from registration.events import wire

UNIT_KINDS: Final = (
    "SEKRETARIAT_DAERAH",
    "BAGIAN_SETDA",
    "BIRO_SETDA",
    "SEKRETARIAT_DPRD",
    "INSPEKTORAT",
    "DINAS",
    "BADAN",
    "RSUD",
    "SATPOL_PP",
    "KECAMATAN",
    "KELURAHAN",
    "UPTD",
    "CABANG_DINAS",
    "BUMD",
    "INSTANSI_PUSAT",
    "LAINNYA",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitDescribed(Event):
    """What registered and changed units have in common: the whole state of the unit."""

    unit: str
    kind: str
    name: str
    region: str
    parent: str | None
    valid_from: date
    valid_to: date | None
    predecessors: tuple[str, ...]
    successors: tuple[str, ...]


class UnitDescribedSchema(EventSchema):
    """The wire form of a unit's whole state."""

    unit = wire.identifier("the unit")
    kind = wire.choice("kind of unit", UNIT_KINDS)
    name = wire.label("official name of the unit")
    region = wire.region("region in which the unit works")
    parent = wire.identifier("the unit above", nullable=True)
    valid_from = wire.day("first day of the unit")
    valid_to = wire.day("last day of the unit, null while it lives", nullable=True)
    predecessors = wire.identifiers("units that were merged or split into this one")
    successors = wire.identifiers("units that took over")


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitRegistered(UnitDescribed):
    """An organisation unit begins."""

    type: ClassVar[str] = "id.bina.registration.unit.registered.v1"


class UnitRegisteredSchema(UnitDescribedSchema):
    builds = UnitRegistered


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitChanged(UnitDescribed):
    """A unit has another name, parent, kind or period than before."""

    type: ClassVar[str] = "id.bina.registration.unit.changed.v1"


class UnitChangedSchema(UnitDescribedSchema):
    builds = UnitChanged


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitClosed(Event):
    """A unit ends; its history stays."""

    type: ClassVar[str] = "id.bina.registration.unit.closed.v1"
    unit: str
    valid_to: date
    successors: tuple[str, ...]


class UnitClosedSchema(EventSchema):
    builds = UnitClosed
    unit = wire.identifier("the unit")
    valid_to = wire.day("last day of the unit")
    successors = wire.identifiers("units that took over")
