"""No store function without a tenant, no write without a transaction."""

import ast
from collections.abc import Iterator
from typing import Final

from tools import sources
from tools.sources import Source

FIRST: Final = frozenset({"tenant", "scope"})  # scope: what only the national service may see of all tenants


def _public(source: Source) -> list[ast.FunctionDef]:
    body = [node for node in source.tree.body if isinstance(node, ast.FunctionDef)]
    return [node for node in body if not node.name.startswith("_")]


def _names(function: ast.FunctionDef) -> list[str]:
    return [argument.arg for argument in (*function.args.posonlyargs, *function.args.args)]


def tenantless(source: Source) -> Iterator[str]:
    """Name the store functions that touch documents but do not take the tenant, or the scope, first."""
    for function in _public(source):
        names = _names(function)
        keywords = [argument.arg for argument in function.args.kwonlyargs]
        if "session" in (*names, *keywords) and (not names or names[0] not in FIRST):
            yield function.name


def optional_sessions(source: Source) -> Iterator[str]:
    """Name the functions whose session has a default, so that they could run outside a transaction."""
    for function in _public(source):
        arguments = function.args
        ordinary = [*arguments.posonlyargs, *arguments.args]
        defaulted = {a.arg for a in ordinary[len(ordinary) - len(arguments.defaults) :]}
        defaulted |= {a.arg for a, d in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if d is not None}
        if "session" in defaulted:
            yield function.name


def sessionless(source: Source) -> Iterator[str]:
    """Name public functions that reach into a database by another way than the session they are given."""
    for function in _public(source):
        reaches = any(isinstance(n, ast.Attribute) and n.attr == "database" for n in ast.walk(function))
        if reaches and "session" not in (*_names(function), *(a.arg for a in function.args.kwonlyargs)):
            yield function.name


def stores() -> list[Source]:
    """List the store modules of all services."""
    return [source for source in sources.of_services() if source.role == "store"]


def test_every_store_function_takes_the_tenant_first() -> None:
    assert stores()
    assert {s.path: bad for s in stores() if (bad := list(tenantless(s)))} == {}


def test_no_session_is_optional() -> None:
    everywhere = [s for s in sources.of_services() if s.role in {"store", "usecases", "consumers"}]
    assert {s.path: bad for s in everywhere if (bad := list(optional_sessions(s)))} == {}


def test_no_store_function_finds_a_database_of_its_own() -> None:
    assert {s.path: bad for s in stores() if (bad := list(sessionless(s)))} == {}


def test_planted_store_faults_are_caught() -> None:
    text = (
        "def load(id, session): ...\n"
        "def save(tenant, batch, *, session=None): ...\n"
        "def count(scope, session): ...\n"
        "def all_of(uow): return uow.database.batches\n"
    )
    planted = Source(path="services/x/src/x/store.py", text=text)
    assert list(tenantless(planted)) == ["load"]
    assert list(optional_sessions(planted)) == ["save"]
    assert list(sessionless(planted)) == ["all_of"]
