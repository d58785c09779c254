"""What the attacks share: the documents of the platform, tokens signed at will, and the store that must not change."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))  # tools/
sys.path.insert(0, str(Path(__file__).parent))  # what stands beside the tests

from attacker import Attacker
from forge import Forge


@pytest.fixture(scope="session")
def forge(stage: Any) -> Forge:
    """Hold the issuer's own keys, as nobody else does."""
    return Forge.of(stage.platform.stack())


@pytest.fixture(scope="session")
def attacker(stage: Any, first_run: Any, forge: Forge) -> Iterator[Attacker]:
    """Know every route and one id of everything that the own tenant has."""
    made = Attacker(stage.platform.stack(), forge)
    try:
        made.prepare()
        yield made
    finally:
        made.close()
