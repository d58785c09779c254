"""Every module says what it owns, every public function and class says in a sentence what it is for."""

import ast
from collections.abc import Iterator
from typing import Final

from tools import sources
from tools.sources import Source

HEADER_LINES: Final = 12
SILENT: Final = frozenset({"Meta"})


def bad_header(source: Source) -> bool:
    """Say whether a module opens without a docstring, or with an essay."""
    text = ast.get_docstring(source.tree)
    return not text or len(text.splitlines()) > HEADER_LINES or not _is_sentence(text)


def _is_sentence(text: str) -> bool:
    first = text.split("\n\n", maxsplit=1)[0].strip()
    return first.endswith((".", ":", "!", "?")) and (first[:1].isupper() or first[:1] in "`/")


def undocumented(source: Source) -> Iterator[str]:
    """Name the public functions and classes of a module without a sentence; schemas speak by their fields."""
    for node in source.tree.body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef) and _is_public(node.name) and not _is_schema(node):
            text = ast.get_docstring(node)
            if not text or not _is_sentence(text):
                yield node.name


def _is_public(name: str) -> bool:
    return not name.startswith("_") and name not in SILENT


def _is_schema(node: ast.ClassDef | ast.FunctionDef) -> bool:
    named = ("Schema", "Reader", "Request", "Response", "Query", "Shape")
    return isinstance(node, ast.ClassDef) and bool(node.bases) and node.name.endswith(named)


def test_every_module_says_what_it_owns() -> None:
    assert [source.path for source in sources.product() if bad_header(source)] == []


def test_every_test_module_says_what_it_holds() -> None:
    assert [source.path for source in sources.of_tests() if not ast.get_docstring(source.tree)] == []


def test_public_names_have_a_sentence() -> None:
    assert {s.path: bad for s in sources.product() if (bad := list(undocumented(s)))} == {}


def test_planted_silence_is_caught() -> None:
    assert bad_header(Source(path="x.py", text="x = 1"))
    text = '"""Owns x."""\nclass Seat:\n    pass\ndef take():\n    """take a seat"""\ndef _own(): ...\n'
    assert list(undocumented(Source(path="x.py", text=text))) == ["Seat", "take"]
