"""The actions of a plan: who does what by when, and which planning document it serves.

OPEN → IN_PROGRESS → DONE → VERIFIED; OVERDUE once its date has passed, and from there DONE; CANCELLED.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final
from uuid import NAMESPACE_URL, uuid5


class ItemState(StrEnum):
    """How far an action is."""

    OPEN = "OPEN"
    IN_PROGRESS = "IN_PROGRESS"
    DONE = "DONE"
    VERIFIED = "VERIFIED"
    OVERDUE = "OVERDUE"
    CANCELLED = "CANCELLED"


UNFINISHED: Final = frozenset({ItemState.OPEN, ItemState.IN_PROGRESS, ItemState.OVERDUE})
PROGRESS: Final[Mapping[ItemState, frozenset[ItemState]]] = {
    ItemState.IN_PROGRESS: frozenset({ItemState.OPEN}),
    ItemState.DONE: UNFINISHED,
    ItemState.CANCELLED: UNFINISHED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanReference:
    """A line of a planning document or indicator set that an item claims to serve."""

    kind: str
    code: str
    year: int | None = None

    @property
    def key(self) -> str:
        """Write kind and code as one: `IKU:2.1`."""
        return f"{self.kind}:{self.code}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionItem:
    """One action; `owner` is the opaque id of who does it."""

    id: str
    number: int
    text: str
    owner: str
    due_on: date
    co_owner_units: tuple[str, ...] = ()
    weight: int = 1
    references: tuple[PlanReference, ...] = ()
    indicator: str | None = None
    state: ItemState = ItemState.OPEN
    evidence: tuple[str, ...] = ()
    done_on: date | None = None
    verified_by: str | None = None
    verified_on: date | None = None
    told_overdue: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemDraft:
    """An action as it is handed in; without an owner it belongs to the participant or the unit."""

    text: str
    due_on: date
    owner: str | None = None
    co_owner_units: tuple[str, ...] = ()
    weight: int = 1
    references: tuple[PlanReference, ...] = ()
    indicator: str | None = None


def draw_up(plan: str, number: int, draft: ItemDraft, owner: str) -> ActionItem:
    """Make the item of a plan; without an owner of its own it belongs to the plan's."""
    return ActionItem(
        id=str(uuid5(NAMESPACE_URL, f"bina:item:{plan}:{number}")),
        number=number,
        text=draft.text,
        owner=draft.owner or owner,
        due_on=draft.due_on,
        co_owner_units=draft.co_owner_units,
        weight=draft.weight,
        references=draft.references,
        indicator=draft.indicator,
    )


def is_newly_late(item: ActionItem, as_of: date) -> bool:
    """Say whether the item is late and nobody has been told yet."""
    return item.state in UNFINISHED and item.due_on < as_of and not item.told_overdue
