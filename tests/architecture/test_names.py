"""Names say their subject: no drawers, no empty words, errors end in Error."""

import ast
from typing import Final

from tools import sources
from tools.sources import Source

DRAWERS: Final = frozenset({"utils", "util", "helpers", "helper", "common", "base", "misc", "core", "shared", "lib"})
EMPTY_WORDS: Final = ("Manager", "Helper", "Processor", "Base", "Abstract", "Util")


def drawers(path: str) -> set[str]:
    """Name the parts of a path that have no subject."""
    return {part.removesuffix(".py") for part in path.split("/")} & DRAWERS


def empty_names(source: Source) -> set[str]:
    """Name the classes whose name says nothing."""
    classes = {node.name for node in sources.walk(source.tree) if isinstance(node, ast.ClassDef)}
    return {name for name in classes if name.startswith(EMPTY_WORDS) or name.endswith(EMPTY_WORDS)}


def misnamed_errors(source: Source) -> set[str]:
    """Name exception classes that do not end in Error."""
    classes = [node for node in sources.walk(source.tree) if isinstance(node, ast.ClassDef)]
    named = {node.name: {getattr(b, "id", getattr(b, "attr", "")) for b in node.bases} for node in classes}
    return {name for name, bases in named.items() if _is_error(bases) and not name.endswith("Error")}


def _is_error(bases: set[str]) -> bool:
    return any(base.endswith("Error") or base == "Exception" for base in bases)


def test_no_module_is_a_drawer() -> None:
    assert {s.path for s in (*sources.product(), *sources.of_tests()) if drawers(s.path)} == set()


def test_no_class_name_is_empty() -> None:
    assert {s.path: bad for s in sources.product() if (bad := empty_names(s))} == {}


def test_errors_end_in_error() -> None:
    assert {s.path: bad for s in sources.product() if (bad := misnamed_errors(s))} == {}


def test_planted_names_are_caught() -> None:
    planted = Source(path="services/x/src/x/helpers.py", text="class SeatManager: ...\nclass Full(ValueError): ...")
    assert drawers(planted.path) == {"helpers"}
    assert empty_names(planted) == {"SeatManager"}
    assert misnamed_errors(planted) == {"Full"}
