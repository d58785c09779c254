"""The catalogue of sabotaged builds does not rot, and the hunt holds only what came after a trap was set."""

import ast
import importlib.util
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from prove import hunt
from prove.facts import Facts
from prove.hunt import Mark
from prove.patching import altered
from prove.record import Attempt, Intention
from prove.sabotages import ELSEWHERE, SABOTAGES, Sabotage
from prove.traps import TRAPS

ALL = (*SABOTAGES, *ELSEWHERE)


@pytest.mark.parametrize("sabotage", ALL, ids=lambda each: each.name)
def test_a_sabotage_still_finds_its_text_once_and_gives_python(sabotage: Sabotage) -> None:
    spec = importlib.util.find_spec(sabotage.module)
    assert spec is not None
    source = Path(str(spec.origin)).read_text("utf-8")
    assert ast.dump(ast.parse(altered(source, sabotage))) != ast.dump(ast.parse(source))


def test_a_text_that_has_gone_is_named() -> None:
    with pytest.raises(ValueError, match="stands 0 times"):
        altered("x = 1\n", replace(SABOTAGES[0], old="y = 2"))


def test_every_sabotage_has_a_name_of_its_own_and_a_trap() -> None:
    assert len({each.name for each in ALL}) == len(ALL)
    assert [each.name for each in SABOTAGES if not set(each.caught_by) & TRAPS.keys()] == []
    assert TRAPS.keys() - {trap for each in SABOTAGES for trap in each.caught_by} == set()


def test_the_score_is_the_share_that_was_caught() -> None:
    assert hunt.score([True, False]) == 0.5
    assert hunt.score([]) == 0.0


def test_what_was_there_before_a_trap_is_no_catch_of_it() -> None:
    before = Facts(topics=(), attempts=[attempt("old")], stores=stores("old"))
    after = replace(before, attempts=[attempt("old"), attempt("old"), attempt("new")], stores=stores("old", "new"))
    found = Mark.of(before).since(after)
    assert [each.made for each in found.attempts] == ["new"]
    assert list(found.stores["registration"]["units"]) == ["35.73/new"]
    assert list(found.stores["registration"]["outbox"]) == ["old", "new"]


def stores(*names: str) -> Mapping[str, Mapping[str, Mapping[str, Any]]]:
    units = {f"35.73/{each}": {"tenant": "35.73"} for each in names}
    return {"registration": {"units": units, "outbox": {each: {} for each in names}}}


def attempt(made: str) -> Attempt:
    intention = Intention(
        id=made,
        key=made,
        tenant="35.73",
        role="tenant_admin",
        service="registration",
        method="POST",
        path="/v1/units",
        kind="units",
    )
    return Attempt(intention=intention, number=1, sent=0.0, answered=0.0, digest="", status=201, made=made)
