"""N03: every regular expression of the product answers hostile input in time that grows with its length only."""

import ast
import re
import time
from collections.abc import Iterator
from typing import Any, Final

import pytest
from tools import sources

from eventkit import logs

LENGTH: Final = 100_000
# Processor time, the best of three; a pattern that backtracks takes seconds or for ever, and is stopped by the timeout.
LIMIT_S: Final = 0.010
CALLS: Final = frozenset({"compile", "fullmatch", "match", "search", "sub", "split", "findall", "finditer", "Regexp"})
HOSTILE: Final = tuple(
    (piece * LENGTH)[: LENGTH - 1] + end
    for piece in (
        "a",
        "A",
        "0",
        " ",
        ".",
        "-",
        "a.",
        "0-",
        "1 ",
        "eyJa.",
        "://a:",
        "74.71",
        "A_",
        "bearer ",
        "19790214",
    )
    for end in ("!", "\0", "\n")
)


def patterns() -> Iterator[str]:
    """Find the patterns that stand as text in the product's calls of `re` and in its schemas' validators."""
    nodes = (node for source in sources.product() for node in sources.walk(source.tree))
    for call in (node for node in nodes if isinstance(node, ast.Call) and node.args and _is_pattern(node)):
        if isinstance(call.args[0], ast.Constant) and isinstance(call.args[0].value, str):
            yield call.args[0].value


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _is_pattern(call: ast.Call) -> bool:
    name = _name(call.func)
    return name == "Regexp" or (name in CALLS and ast.unparse(call.func).startswith("re."))


def slowest(pattern: str) -> float:
    """Give the processor seconds of the worst of the hostile inputs."""
    compiled = re.compile(pattern)
    tries = [compiled.fullmatch, compiled.search] if pattern.startswith("^") else [compiled.fullmatch]
    return max(min(_took(each, text) for _ in range(3)) for each in tries for text in HOSTILE)


def _took(match: Any, text: str) -> float:
    began = time.process_time()
    match(text)
    return time.process_time() - began


@pytest.mark.parametrize("pattern", sorted(set(patterns())))
def test_a_pattern_is_quick_on_hostile_input(pattern: str) -> None:
    assert slowest(pattern) <= LIMIT_S


def test_many_patterns_are_found() -> None:
    assert len(set(patterns())) > 20


def test_the_masks_of_the_logs_are_quick_on_what_a_line_may_hold() -> None:
    for text in HOSTILE:
        assert min(_took(logs.masked, text) for _ in range(3)) <= 10 * LIMIT_S


def test_a_slow_pattern_is_told() -> None:
    assert _took(re.compile(r"(a+)+b").fullmatch, "a" * 22 + "!") > LIMIT_S
