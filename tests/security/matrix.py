"""Who may reach what: every route for every kind of caller in every role, with the answer that must come."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final
from uuid import uuid4

import requests
from attacker import OWN, ROLES, Attacker, Said
from routes import Route
from samples import body_of

NATION: Final = "00"
TENANTS: Final = {"own": OWN, "other": "35.73", "province": OWN[:2], "national": NATION}
CALLERS: Final = (*TENANTS, "none", "expired")
_ADMITTED: Final = (400, 422)  # the planted body is refused, but only after the caller was let in
_PLANTED: Final = {"planted": True}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One caller before one route."""

    route: Route
    caller: str
    role: str

    @property
    def is_at_home(self) -> bool:
        """Whether the caller belongs to where the objects of this route are."""
        return self.caller == ("national" if self.route.is_national else "own")

    @property
    def is_allowed(self) -> bool:
        """Whether the function is open to this role, of this tenant."""
        return self.role in self.route.roles and (self.is_at_home or not self.route.is_national)


def cells(routes: list[Route]) -> Iterator[Cell]:
    """Lay out the whole matrix; without a token there is no role."""
    for route in routes:
        for caller in CALLERS:
            for role in ROLES if caller != "none" else ("",):
                yield Cell(route=route, caller=caller, role=role)


def drawn(whole: list[Cell], seed: int) -> list[Cell]:
    """Draw for each route and kind of caller one role that is let in and one that is not."""
    draw, kept = random.Random(seed), {}
    for cell in draw.sample(whole, len(whole)):
        kept[cell.route, cell.caller, cell.is_allowed] = cell
    return list(kept.values())


class Judge:
    """Makes the calls of a cell and says what is wrong with the answer."""

    def __init__(self, attacker: Attacker) -> None:
        self._attacker = attacker
        self._twins: dict[tuple[Route, str], Said] = {}

    def complaint(self, cell: Cell) -> str:
        """Give "" when the answer is the one that must come."""
        expected, said = self._expected(cell), self._said(cell)
        if said.status not in expected:
            return f"{cell.caller}/{cell.role}: {cell.route.name} answered {said.status} {said.code}, not {expected}"
        if not cell.is_at_home and cell.is_allowed and cell.route.owners and said != (twin := self._twin(cell)):
            return f"{cell.caller}/{cell.role}: {cell.route.name} tells {said} from none: {twin}"
        return self._leak(cell, said)

    def _expected(self, cell: Cell) -> tuple[int, ...]:
        if cell.caller in ("none", "expired"):
            return (401,)
        if not cell.is_allowed:
            return (403,)
        if not cell.is_at_home and cell.route.owners:
            return (404,)
        return (200,) if cell.route.method == "GET" else _ADMITTED

    def _said(self, cell: Cell) -> Said:
        path = self._attacker.own_path(cell.route)
        if cell.is_allowed and (cell.is_at_home or not cell.route.owners) and cell.route.method == "POST":
            return self._attacker.call(cell.route, path, self._token(cell), _PLANTED, **{"Idempotency-Key": ""})
        return self._attacker.call(cell.route, path, self._token(cell), body_of(cell.route.schema))

    def _twin(self, cell: Cell) -> Said:
        """Ask the same for an object that nobody has."""
        key = (cell.route, cell.caller)
        if key not in self._twins:
            rest = [self._attacker.ids[owner][0] for owner in cell.route.owners[1:]]
            path = cell.route.filled(str(uuid4()), *rest)
            self._twins[key] = self._attacker.call(cell.route, path, self._token(cell), body_of(cell.route.schema))
        return self._twins[key]

    def _leak(self, cell: Cell, said: Said) -> str:
        """Look for the own tenant's ids in what another one is shown."""
        if cell.is_at_home or said.status != requests.codes.ok:
            return ""
        text, mine = str(said.body), {each for ids in self._attacker.ids.values() for each in ids if len(each) > 30}
        shown = sorted(each for each in mine if each in text)
        return f"{cell.caller}/{cell.role}: {cell.route.name} shows {shown[:3]}" if shown else ""

    def _token(self, cell: Cell) -> str | None:
        if cell.caller == "none":
            return None
        if cell.caller == "expired":
            return self._attacker.forge.expired(OWN, cell.role)
        return self._attacker.forge.token(TENANTS[cell.caller], cell.role)


def unreached(attacker: Attacker) -> list[str]:
    """Name the routes whose objects the attacker knows none of: they would be attacked in vain."""
    missing = []
    for route in attacker.routes:
        try:
            attacker.own_path(route)
        except LookupError:
            missing.append(route.name)
    return missing


def answers(judge: Any, chosen: list[Cell]) -> dict[str, int]:
    """Run the cells; gives every complaint with how often it came."""
    found: dict[str, int] = {}
    for cell in chosen:
        if complaint := judge.complaint(cell):
            found[complaint] = found.get(complaint, 0) + 1
    return found
