"""Organisation units of a tenant with the days on which they exist, and who took over from whom."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from eventkit.event import Aggregate, Event, TenantId
from eventkit.refusal import Fault, RefusedError
from registration.events import UnitChanged, UnitClosed, UnitRegistered
from registration.events.unit import UnitDescribed

D = TypeVar("D", bound=UnitDescribed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit(Aggregate):
    """An office of the tenant; it lives from `valid_from` to `valid_to`, both included."""

    kind: str
    name: str
    region: str
    parent: str | None
    valid_from: date
    valid_to: date | None = None
    predecessors: tuple[str, ...] = ()
    successors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterUnit:
    """Let a unit begin."""

    tenant: TenantId
    unit: str
    kind: str
    name: str
    region: str
    parent: str | None
    valid_from: date
    predecessors: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeUnit:
    """Give a unit another name, kind, region or parent; None leaves what is there."""

    tenant: TenantId
    unit: str
    kind: str | None
    name: str | None
    region: str | None
    parent: str | None
    expected_version: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseUnit:
    """Let a unit end, with those that take over."""

    tenant: TenantId
    unit: str
    valid_to: date
    successors: tuple[str, ...]
    expected_version: int | None


def is_alive(unit: Unit, on: date) -> bool:
    """Say whether the unit exists on a day."""
    return unit.valid_from <= on and (unit.valid_to is None or on <= unit.valid_to)


def register_unit(command: RegisterUnit) -> tuple[Unit, list[Event]]:
    """Begin a unit."""
    unit = Unit(
        id=command.unit,
        kind=command.kind,
        name=command.name,
        region=command.region,
        parent=command.parent,
        valid_from=command.valid_from,
        predecessors=command.predecessors,
    )
    return unit, [_described(unit, UnitRegistered)]


def change_unit(unit: Unit, command: ChangeUnit, ancestors: Sequence[str] = ()) -> tuple[Unit, list[Event]]:
    """Describe a living unit anew; `ancestors` are the units above the new parent, itself included."""
    _refuse_closed(unit)
    if unit.id in ancestors:
        raise RefusedError("INVALID", "invalid", [Fault("/parent", "UNIT_CYCLE")])
    changed = replace(
        unit,
        kind=command.kind or unit.kind,
        name=command.name or unit.name,
        region=command.region or unit.region,
        parent=command.parent or unit.parent,
    )
    return changed, [] if changed == unit else [_described(changed, UnitChanged)]


def close_unit(unit: Unit, command: CloseUnit) -> tuple[Unit, list[Event]]:
    """End a unit on its last day; it stays readable for every earlier day."""
    _refuse_closed(unit)
    if command.valid_to < unit.valid_from:
        raise RefusedError("INVALID", "invalid", [Fault("/valid_to", "PERIOD_ORDER")])
    closed = replace(unit, valid_to=command.valid_to, successors=command.successors)
    return closed, [UnitClosed(unit=unit.id, valid_to=command.valid_to, successors=command.successors)]


def _refuse_closed(unit: Unit) -> None:
    if unit.valid_to is not None:
        raise RefusedError("CONFLICT", "unit_closed", valid_to=unit.valid_to.isoformat())


def _described(unit: Unit, fact: type[D]) -> D:
    return fact(
        unit=unit.id,
        kind=unit.kind,
        name=unit.name,
        region=unit.region,
        parent=unit.parent,
        valid_from=unit.valid_from,
        valid_to=unit.valid_to,
        predecessors=unit.predecessors,
        successors=unit.successors,
    )
