"""Fixtures shared by the tests of monitoring."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # so that the tests can import their builders

if TYPE_CHECKING:
    from monitoring_world import World
    from pymongo.database import Database

    from testkit.tokens import TokenFactory


@pytest.fixture
def world(mongo_database: "Database[dict[str, Any]]", tokens: "TokenFactory") -> "World":
    """Run monitoring over a fresh database of a real mongod."""
    from monitoring_world import World

    return World(mongo_database, tokens)
