"""Every route says who may call it, directly under its address."""

import ast
from collections.abc import Iterator
from typing import Final

from tools import sources
from tools.sources import Source

MARKS: Final = frozenset({"roles", "public"})


def decorator_name(node: ast.expr) -> str:
    """Name a decorator without its arguments: `roles`, `route`."""
    target = node.func if isinstance(node, ast.Call) else node
    return target.attr if isinstance(target, ast.Attribute) else getattr(target, "id", "")


def unmarked(source: Source) -> Iterator[str]:
    """Name the views that do not carry their roles, or the public mark, right under the route."""
    for node in sources.walk(source.tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names = [decorator_name(decorator) for decorator in node.decorator_list]
            if "route" in names and not _is_marked(node, names):
                yield node.name


def _is_marked(node: ast.FunctionDef | ast.ClassDef, names: list[str]) -> bool:
    after = len(names) - 1 - names[::-1].index("route") + 1  # several addresses may share one view
    return isinstance(node, ast.FunctionDef) and after < len(names) and names[after] in MARKS


def test_every_route_says_who_may_call_it() -> None:
    views = [s for s in sources.product() if s.role == "views" or "eventkit" in s.path]
    assert any("route" in source.text for source in views)
    assert {s.path: bad for s in views if (bad := list(unmarked(s)))} == {}


def test_routes_stand_only_in_views() -> None:
    others = [s for s in sources.of_services() if s.role != "views"]
    routed = {s.path for s in others if "route" in {decorator_name(d) for d in _decorators(s.tree)}}
    assert routed == set()


def _decorators(tree: ast.AST) -> Iterator[ast.expr]:
    for node in sources.walk(tree):
        if isinstance(node, ast.FunctionDef):
            yield from node.decorator_list


def test_planted_open_route_is_caught() -> None:
    planted = (
        '@blueprint.route("/a")\ndef a(): ...\n'
        '@blueprint.route("/b")\n@roles("auditor")\ndef b(): ...\n'
        '@blueprint.route("/c")\n@blueprint.response(200)\n@roles("auditor")\ndef c(): ...\n'
        '@blueprint.route("/d")\n@public\ndef d(): ...\n'
        '@blueprint.route("/e")\nclass E: ...\n'
    )
    assert list(unmarked(Source(path="services/x/src/x/views.py", text=planted))) == ["a", "c", "E"]


def lenient_queries(source: Source) -> set[str]:
    """Name the queries on a plain schema: the parser drops what such a one does not know, whatever it says."""
    classes = [node for node in sources.walk(source.tree) if isinstance(node, ast.ClassDef)]
    return {each.name for each in classes if each.name.endswith("Query") and "Schema" in map(ast.unparse, each.bases)}


def test_every_query_refuses_what_it_does_not_know() -> None:
    found = [s for s in sources.product() if "Query(" in s.text]
    assert len(found) > 5
    assert {s.path: bad for s in found if (bad := lenient_queries(s))} == {}


def test_planted_lenient_query_is_caught() -> None:
    text = "class AQuery(Schema): ...\nclass BQuery(RequestSchema): ...\nclass CQuery(AQuery): ...\n"
    assert lenient_queries(Source(path="services/x/src/x/schemas.py", text=text)) == {"AQuery"}
