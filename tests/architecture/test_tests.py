"""No test is switched off, and none sleeps and hopes."""

import ast
from collections.abc import Iterator
from typing import Final

from tools import sources
from tools.sources import Source

SWITCHES: Final = frozenset({"skip", "skipif", "importorskip", "xfail", "SkipTest", "skipIf", "skipUnless"})


def switched_off(source: Source) -> Iterator[int]:
    """Find the lines that skip a test or expect it to fail."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute) and node.attr in SWITCHES and _is_about_tests(node.value):
            yield node.lineno


def _is_about_tests(node: ast.expr) -> bool:
    return ast.unparse(node) in {"pytest", "pytest.mark", "unittest", "mark"}


def empty_tests(source: Source) -> Iterator[str]:
    """Name the tests that state nothing: no assert, no expected error, no call of something that asserts."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_") and not _states_something(node):
            yield node.name


def _states_something(function: ast.FunctionDef) -> bool:
    calls = [ast.unparse(node.func) for node in ast.walk(function) if isinstance(node, ast.Call)]
    said = any(isinstance(node, ast.Assert) for node in ast.walk(function))
    return said or any("raises" in call or "assert" in call or "expect" in call or "check" in call for call in calls)


def test_no_test_is_switched_off() -> None:
    found = {s.path: lines for s in sources.of_tests() if (lines := list(switched_off(s)))}
    assert found == {}


def test_every_test_states_something() -> None:
    assert {s.path: bad for s in sources.of_tests() if (bad := list(empty_tests(s)))} == {}


def test_planted_switches_are_caught() -> None:
    text = "@pytest.mark.skip\ndef test_a():\n    pass\npytest.importorskip('x')\n"
    planted = Source(path="tests/x.py", text=text)
    assert list(switched_off(planted)) == [4, 1] or sorted(switched_off(planted)) == [1, 4]
    assert list(empty_tests(planted)) == ["test_a"]
