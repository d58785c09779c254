"""Nothing grows without a reviewed line in budgets.toml that says why."""

import ast
import statistics
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from tools import sources
from tools.catalogue import ROOT, services
from tools.sources import Source

BUDGETS: Final[Mapping[str, Any]] = tomllib.loads(Path(__file__).with_name("budgets.toml").read_text("utf-8"))
LIMITS: Final[Mapping[str, int]] = BUDGETS["limits"]
NESTING: Final = (ast.If, ast.For, ast.While, ast.With, ast.Try, ast.Match, ast.AsyncFor, ast.AsyncWith, ast.TryStar)


@dataclass(frozen=True, slots=True, order=True)
class Excess:
    """Something that is larger than its limit."""

    path: str
    rule: str
    size: int


@cache
def excesses(source: Source) -> tuple[Excess, ...]:
    """Measure one file and each of its functions against the limits."""
    return tuple(_excesses(source))


def _excesses(source: Source) -> Iterator[Excess]:
    limit = "conftest_lines" if source.path.endswith("conftest.py") else "module_lines"
    yield from _over(source.path, limit, source.lines)
    for function in functions(source.tree):
        path = f"{source.path}::{function.name}"
        yield from _over(path, "function_lines", own_lines(function))
        yield from _over(path, "parameters", parameters(function))
        yield from _over(path, "depth", depth(function))


def _over(path: str, rule: str, size: int) -> Iterator[Excess]:
    if size > LIMITS[rule]:
        yield Excess(path, rule, size)


def functions(tree: ast.AST) -> list[ast.FunctionDef]:
    """List all functions and methods, nested ones included."""
    return [node for node in sources.walk(tree) if isinstance(node, ast.FunctionDef)]


def outermost(node: ast.AST) -> Iterator[ast.FunctionDef]:
    """Yield the functions directly inside a node, but not those inside them."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef):
            yield child
        else:
            yield from outermost(child)


def own_lines(function: ast.FunctionDef) -> int:
    """Count the lines of a function without those of functions inside it, which are counted for themselves."""
    return _span(function) - sum(_span(inner) for inner in outermost(function))


def _span(function: ast.FunctionDef) -> int:
    first = min([function.lineno, *(decorator.lineno for decorator in function.decorator_list)])
    return (function.end_lineno or function.lineno) - first + 1


def parameters(function: ast.FunctionDef) -> int:
    """Count the parameters without self and cls."""
    arguments = function.args
    named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    return len([argument for argument in named if argument.arg not in {"self", "cls"}])


def depth(node: ast.AST, level: int = 0) -> int:
    """Find how deep blocks are nested; an elif is no deeper than its if, a nested function begins anew."""
    deepest = level
    for field, value in ast.iter_fields(node):
        children = value if isinstance(value, list) else [value]
        for child in children:
            if not isinstance(child, ast.AST) or isinstance(child, ast.FunctionDef):
                continue
            is_elif = (
                field == "orelse" and isinstance(node, ast.If) and isinstance(child, ast.If) and len(children) == 1
            )
            deeper = isinstance(child, NESTING) and not is_elif
            deepest = max(deepest, depth(child, level + deeper))
    return deepest


def test_nothing_is_larger_than_its_budget() -> None:
    raised = {(row["path"], row["rule"]): row["limit"] for row in BUDGETS.get("raised", [])}
    found = [excess for source in sources.product() for excess in excesses(source)]
    assert [e for e in sorted(found) if e.size > raised.get((e.path, e.rule), 0)] == []


def test_test_code_is_held_to_the_same_sizes() -> None:
    raised = {(row["path"], row["rule"]): row["limit"] for row in BUDGETS.get("raised", [])}
    rules = {"module_lines", "conftest_lines", "function_lines", "depth"}
    found = [e for source in sources.of_tests() for e in excesses(source) if e.rule in rules]
    assert [e for e in sorted(found) if e.size > raised.get((e.path, e.rule), 0)] == []


def test_every_raised_budget_is_needed_and_argued() -> None:
    everything = [*sources.product(), *sources.of_tests()]
    needed = {(e.path, e.rule) for source in everything for e in excesses(source)}
    rows = [row for row in BUDGETS.get("raised", []) if row["rule"] not in {"eventkit_lines", "eventkit_modules"}]
    assert [row for row in rows if (row["path"], row["rule"]) not in needed] == []
    assert [row for row in BUDGETS.get("raised", []) if len(row["reason"].split()) < 4] == []


def test_most_code_is_far_below_the_limits() -> None:
    modules = [source.lines for source in sources.product()]
    lengths = sorted(own_lines(f) for source in sources.product() for f in functions(source.tree))
    assert statistics.median(modules) <= LIMITS["median_module_lines"]
    assert statistics.quantiles(lengths, n=10)[8] <= LIMITS["p90_function_lines"]


def test_eventkit_stays_small() -> None:
    raised = {row["rule"]: row["limit"] for row in BUDGETS.get("raised", []) if row["path"] == "libs/eventkit"}
    modules = sources.of_eventkit()
    assert sum(source.lines for source in modules) <= raised.get("eventkit_lines", LIMITS["eventkit_lines"])
    assert len(modules) <= raised.get("eventkit_modules", LIMITS["eventkit_modules"])


def test_readmes_stay_short() -> None:
    assert len((ROOT / "README.md").read_text("utf-8").splitlines()) <= LIMITS["readme_lines"]
    readmes = {name: ROOT / "services" / name / "README.md" for name in services()}
    assert {name for name, path in readmes.items() if not path.exists()} == set()
    lengths = {name: len(path.read_text("utf-8").splitlines()) for name, path in readmes.items()}
    assert {name: n for name, n in lengths.items() if n > LIMITS["service_readme_lines"]} == {}


def test_planted_excesses_are_caught() -> None:
    body = "\n".join(f"    x{i} = {i}" for i in range(50))
    nested = "    if a:\n        for b in c:\n            if d:\n                while e:\n                    pass\n"
    text = f"def f(a, b, c, d, e, g):\n{body}\n{nested}" + "\n" * 300
    found = {e.rule: e.size for e in excesses(Source(path="x.py", text=text))}
    assert found.keys() == {"module_lines", "function_lines", "parameters", "depth"}
    assert found["depth"] == 4
    assert found["parameters"] == 6


def test_an_elif_chain_is_not_deep() -> None:
    text = "def f(a):\n    if a == 1:\n        pass\n    elif a == 2:\n        pass\n    elif a == 3:\n        pass\n"
    assert depth(ast.parse(text).body[0]) == 1
