"""Registration on a real mongod, spoken to over HTTP as any client would.

One database serves all tests: each test gets two tenants of its own, and a query beyond them fails it.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

settings.register_profile("steady", deadline=None, max_examples=50)  # a busy machine is no failure
settings.load_profile("steady")
sys.path.insert(0, str(Path(__file__).parent))  # so that the tests can import their builders

if TYPE_CHECKING:
    from registration_desk import Desk, Office

    from testkit.mongo import MongoEngine
    from testkit.tokens import TokenFactory


@pytest.fixture(scope="session")
def office(mongo_engine: "MongoEngine", tokens: "TokenFactory") -> "Iterator[Office]":
    from registration_desk import Office

    with Office.opened(mongo_engine.new_database("registration"), tokens) as opened:
        yield opened


@pytest.fixture
def desk(office: "Office") -> "Iterator[Desk]":
    """Give the API with two fresh tenants on board."""
    desk = office.desk()
    office.guard.offences.clear()
    yield desk
    assert office.guard.offences == []
