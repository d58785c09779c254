"""Every code that a person may meet has a text in both languages."""

import ast
import importlib
import string
from collections.abc import Iterator, Mapping
from typing import Final

from tools import catalogue, sources

RAISERS: Final = {"RefusedError": 1, "Fault": 1}  # class → place of the code among the arguments
Texts = Mapping[str, tuple[str, str]]


def raised_codes(tree: ast.AST) -> Iterator[str]:
    """Yield the codes that are written out where something is refused."""
    for node in sources.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in RAISERS:
                yield from _code_of(node, RAISERS[name])


def _code_of(call: ast.Call, place: int) -> Iterator[str]:
    given = call.args[place : place + 1] + [k.value for k in call.keywords if k.arg == "code"]
    options = [part for node in given for part in ([node.body, node.orelse] if isinstance(node, ast.IfExp) else [node])]
    yield from (node.value for node in options if isinstance(node, ast.Constant) and isinstance(node.value, str))


def placeholders(text: str) -> set[str]:
    """Name the values that a text asks for."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def faults_of(texts: Texts) -> list[str]:
    """Name the codes whose two texts are missing, equal or ask for different values."""
    found = []
    for code, pair in texts.items():
        indonesian, english = (*pair, "", "")[:2]
        is_there = indonesian.strip() and english.strip() and indonesian != english
        if not is_there or placeholders(indonesian) != placeholders(english):
            found.append(code)
    return found


def texts_of(package: str) -> Texts:
    """Read the table of texts of a package."""
    module = "eventkit.problem" if package == "eventkit" else f"{package}.texts"
    table: Texts = importlib.import_module(module).TEXTS
    return table


def codes_of(prefix: str) -> set[str]:
    """Collect the codes raised under a folder."""
    return {code for s in sources.product() if s.path.startswith(prefix) for code in raised_codes(s.tree)}


def test_every_text_is_there_in_both_languages() -> None:
    packages = ["eventkit", *catalogue.services()]
    assert {name: bad for name in packages if (bad := faults_of(texts_of(name)))} == {}


def test_every_raised_code_has_a_text() -> None:
    shared = texts_of("eventkit").keys()
    missing = {s: codes_of(f"services/{s}/") - texts_of(s).keys() - shared for s in catalogue.services()}
    assert {name: codes for name, codes in missing.items() if codes} == {}
    assert codes_of("libs/eventkit/") - shared == set()


def test_planted_missing_texts_are_caught() -> None:
    tree = ast.parse('raise RefusedError("CONFLICT", "batch_full" if a else "batch_closed")\nFault("/x", "bad_region")')
    assert set(raised_codes(tree)) == {"batch_full", "batch_closed", "bad_region"}
    planted = {"a": ("Penuh", ""), "b": ("Kode {x}", "Code {y}"), "c": ("Ada {n}", "There are {n}")}
    assert faults_of(planted) == ["a", "b"]
