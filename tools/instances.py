"""Hypothesis strategies for payloads of a published schema, hostile ones first; used by the contract tests."""

import re
from collections.abc import Mapping
from typing import Any, Final

from hypothesis import strategies as st

Node = Mapping[str, Any]
HOSTILE: Final = ("198609262015051999", "199001012022211999", "3573010101900001", "A198609262015051999")
LONGEST: Final = 60


def payloads(node: Node) -> st.SearchStrategy[Any]:
    """Generate values that the schema accepts; texts without a pattern try personal numbers too."""
    if "enum" in node:
        return st.sampled_from(list(node["enum"]))
    declared = node.get("type", "object")
    kinds = [declared] if isinstance(declared, str) else list(declared)
    return st.one_of([_of_kind(kind, node) for kind in kinds])


def _of_kind(kind: str, node: Node) -> st.SearchStrategy[Any]:
    match kind:
        case "null":
            return st.none()
        case "boolean":
            return st.booleans()
        case "integer" | "number":
            return st.integers(node.get("minimum", -(2**31)), node.get("maximum", 2**31))
        case "array":
            most = min(node.get("maxItems", 3), 3)
            return st.lists(payloads(node["items"]), min_size=node.get("minItems", 0), max_size=most)
        case "object":
            return _objects(node)
        case _:
            return _texts(node)


def _objects(node: Node) -> st.SearchStrategy[dict[str, Any]]:
    properties = {name: payloads(child) for name, child in node.get("properties", {}).items()}
    required = set(node.get("required", ()))
    return st.fixed_dictionaries(
        {name: value for name, value in properties.items() if name in required},
        optional={name: value for name, value in properties.items() if name not in required},
    )


def _texts(node: Node) -> st.SearchStrategy[str]:
    match node.get("format"):
        case "date":
            return st.dates().map(str)
        case "date-time":
            return st.datetimes().map(lambda moment: f"{moment.isoformat()}+00:00")
        case "uuid":
            return st.uuids().map(str)
        case _:
            return _limited(node)


def _limited(node: Node) -> st.SearchStrategy[str]:
    least, most = node.get("minLength", 0), node.get("maxLength", LONGEST)
    if "pattern" in node:
        regex = re.compile(node["pattern"], re.ASCII)
        some = st.from_regex(regex).filter(lambda text: least <= len(text) <= most)
        fitting = [text for text in HOSTILE if regex.search(text) and least <= len(text) <= most]
    else:
        some = st.text(min_size=least, max_size=min(most, LONGEST))
        fitting = [text for text in HOSTILE if least <= len(text) <= most]
    return st.one_of(st.sampled_from(fitting), some) if fitting else some
