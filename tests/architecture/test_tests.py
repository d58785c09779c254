"""No test is switched off, and none sleeps and hopes."""

import ast
from collections.abc import Iterator
from typing import Final

from tools import sources
from tools.sources import Source

SWITCHES: Final = frozenset({"skip", "skipif", "importorskip", "xfail", "SkipTest", "skipIf", "skipUnless"})


def switched_off(source: Source) -> Iterator[int]:
    """Find the lines that skip a test or expect it to fail."""
    for node in sources.walk(source.tree):
        if isinstance(node, ast.Attribute) and node.attr in SWITCHES and _is_about_tests(node.value):
            yield node.lineno


def _is_about_tests(node: ast.expr) -> bool:
    return ast.unparse(node) in {"pytest", "pytest.mark", "unittest", "mark"}


def empty_tests(source: Source) -> Iterator[str]:
    """Name the tests that can only pass: nothing is called and nothing is stated."""
    functions = [node for node in sources.walk(source.tree) if isinstance(node, ast.FunctionDef)]
    for test in (function for function in functions if function.name.startswith("test_")):
        if not any(isinstance(part, ast.Assert | ast.Call) for line in test.body for part in ast.walk(line)):
            yield test.name


def test_no_test_is_switched_off() -> None:
    found = {s.path: lines for s in sources.of_tests() if (lines := list(switched_off(s)))}
    assert found == {}


def test_no_test_is_empty() -> None:
    assert {s.path: bad for s in sources.of_tests() if (bad := list(empty_tests(s)))} == {}


def test_planted_switches_are_caught() -> None:
    text = "@pytest.mark.skip\ndef test_a():\n    pass\npytest.importorskip('x')\n"
    planted = Source(path="tests/x.py", text=text)
    assert sorted(switched_off(planted)) == [1, 4]
    assert list(empty_tests(planted)) == ["test_a"]
