"""Makes the framework importable, and marks what needs a whole platform."""

import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that start a platform."""
    for item in items:
        if item.path == HERE / "test_cross_section.py":
            item.add_marker(pytest.mark.e2e)
            item.add_marker(pytest.mark.timeout(900))
