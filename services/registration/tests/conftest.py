"""Registration on a fresh database of a real mongod, spoken to over HTTP as any client would."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # so that the tests can import their builders

if TYPE_CHECKING:
    from pymongo.database import Database
    from registration_desk import Desk

    from testkit.tokens import TokenFactory

TENANTS = ("74.71", "35.73", "53")


@pytest.fixture(scope="session")
def tokens() -> "TokenFactory":
    from testkit.tokens import TokenFactory

    return TokenFactory()


@pytest.fixture
def desk(mongo_database: "Database[dict[str, Any]]", tokens: "TokenFactory") -> "Desk":
    """Give the API with three tenants on board."""
    from registration_desk import Desk

    opened = Desk(mongo_database, tokens)
    for tenant in TENANTS:
        opened.onboard(tenant)
    return opened
