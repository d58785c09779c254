"""Where ids come from: new ones in the order of time, derived ones that a replay finds again."""

import json
import uuid

from uuid_utils import compat


def new_id() -> str:
    """Make a UUIDv7: ids made later sort later."""
    return str(compat.uuid7())


def derived_id(namespace: str, *parts: str) -> str:
    """Name a thing by what it is made from: the same parts always give the same id."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(["bina", namespace, *parts])))
