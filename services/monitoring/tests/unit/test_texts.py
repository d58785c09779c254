"""Every code that this service raises has a text in both languages."""

import ast
import re
from pathlib import Path

import monitoring
from eventkit.problem import TEXTS as SHARED
from monitoring.texts import TEXTS

SOURCES = sorted(Path(monitoring.__file__).parent.rglob("*.py"))
RAISED = re.compile(r"[a-z][a-z_]+")


def codes() -> set[str]:
    """Collect the codes of refusals, faults and validators."""
    found: set[str] = set()
    for path in SOURCES:
        for call in (node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)):
            found |= _codes_of(call)
    return found


def _codes_of(call: ast.Call) -> set[str]:
    name = getattr(call.func, "id", "")
    place = {"RefusedError": 1, "Fault": 1}.get(name)
    given = [call.args[place]] if place is not None and len(call.args) > place else []
    given += [each.value for each in call.keywords if name == "OneOf" and each.arg == "error"]
    texts = {str(each.value) for each in given if isinstance(each, ast.Constant)}
    return {each for each in texts if RAISED.fullmatch(each)}


def test_every_code_has_its_texts() -> None:
    assert len(codes()) > 30
    assert codes() - TEXTS.keys() - SHARED.keys() == set()


def test_no_text_is_left_over() -> None:
    assert TEXTS.keys() - codes() == set()


def test_both_languages_name_the_same_values() -> None:
    for indonesian, english in TEXTS.values():
        assert sorted(re.findall(r"{\w+}", indonesian)) == sorted(re.findall(r"{\w+}", english))
        assert indonesian != english
