"""Ids that follow from what they name, so that the same work done twice names the same thing."""

from typing import Final
from uuid import UUID, uuid5

_SPACE: Final = UUID("6f1c2a52-6c0b-5f0e-9d37-3b1f4c9a7e10")


def derived(*parts: str) -> str:
    """Give the id of what these parts name together."""
    return str(uuid5(_SPACE, "/".join(parts)))
