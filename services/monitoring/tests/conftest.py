"""Fixtures shared by the tests of monitoring."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

sys.path.insert(0, str(Path(__file__).parent))  # so that the tests can import their builders

settings.register_profile("shared_machine", deadline=None)  # how long an example takes says nothing here
settings.load_profile("shared_machine")

if TYPE_CHECKING:
    from monitoring_world import World

    from testkit.mongo import MongoEngine
    from testkit.tokens import TokenFactory


@pytest.fixture(scope="session")
def prepared_uri(mongo_engine: "MongoEngine") -> Iterator[str]:
    """Make the collections once: that takes longer than all the tests of a module."""
    from eventkit.process import prepare
    from monitoring.app import SERVICE
    from testkit.mongo import client_for

    uri = mongo_engine.new_database("monitoring_tests")
    with client_for(uri) as client:
        prepare(SERVICE, client.get_default_database())
    yield uri
    mongo_engine.drop_database("monitoring_tests")


@pytest.fixture
def world(prepared_uri: str, tokens: "TokenFactory") -> "Iterator[World]":
    """Run monitoring over empty collections; a command that reaches beyond one tenant fails the test."""
    from monitoring_world import World

    from testkit.mongo import client_for
    from testkit.tenancy import TenantGuard

    guard = TenantGuard(frozenset())
    with client_for(prepared_uri) as client:
        empty(client.get_default_database())
    with client_for(prepared_uri, guard) as client:
        yield World(client.get_default_database(), tokens)
    assert guard.offences == []


def empty(database: Any) -> None:
    """Remove every document."""
    for each in database.list_collection_names():
        database[each].delete_many({})
