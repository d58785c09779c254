"""Finds what must not stand in a published schema: fields that could carry a person, and text without a limit."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

Node = Mapping[str, Any]
DENIED: Final = frozenset({
    "name", "nip", "nik", "number_of_employee", "employee", "phone", "mobile", "email", "mail", "birth", "birthday",
    "born", "gender", "sex", "religion", "address", "health", "disease", "photo", "signature", "note", "notes",
    "remark", "remarks", "description", "comment", "comments", "text", "message", "fullname", "username",
})  # fmt: skip
DIGIT_RUN: Final = re.compile(r"[0-9]{16}")  # NIK has 16 digits, NIP and NI PPPK have 18
OPAQUE: Final = re.compile(r"[0-9a-f]{64}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")  # may hold such a run by chance
CODE_LENGTH: Final = 64  # longer than any code or id of ours, shorter than a sentence worth writing
LIMITS: Final = ("enum", "pattern", "format", "const")


def findings(schema: Node, labels: frozenset[str]) -> list[str]:
    """Name every field that could carry personal data; `labels` are the official labels that the event may have."""
    return sorted({*_denied(schema, labels), *_free_text(schema, labels), *_undeclared(schema, labels)})


def leaves(node: Node, at: str = "") -> Iterator[tuple[str, Node]]:
    """Walk all properties, list items and map values of a schema with their paths (`quota/items/seats`)."""
    for name, child in node.get("properties", {}).items():
        path = f"{at}/{name}" if at else name
        yield path, child
        yield from leaves(child, path)
    for name, keyword in (("items", "items"), ("*", "additionalProperties")):
        if isinstance(node.get(keyword), Mapping):
            yield f"{at}/{name}", node[keyword]
            yield from leaves(node[keyword], f"{at}/{name}")


def numbers_in(value: object) -> list[str]:
    """List the texts within a payload that hold a run of digits as long as a personal number."""
    match value:
        case str():
            return [value] if DIGIT_RUN.search(value) and not OPAQUE.fullmatch(value) else []
        case Mapping():
            return [found for part in value.values() for found in numbers_in(part)]
        case list() | tuple():
            return [found for part in value for found in numbers_in(part)]
        case _:
            return []


def _denied(schema: Node, labels: frozenset[str]) -> Iterator[str]:
    for path, _ in leaves(schema):
        field = path.rsplit("/", 1)[-1]
        if path not in labels and DENIED & set(field.lower().split("_")):
            yield f"{path}: a field of this name could carry personal data"


def _free_text(schema: Node, labels: frozenset[str]) -> Iterator[str]:
    for path, node in leaves(schema):
        limited = any(keyword in node for keyword in LIMITS) or node.get("maxLength", CODE_LENGTH + 1) <= CODE_LENGTH
        if "string" in _types(node) and not limited and path not in labels:
            yield f"{path}: free text; make it a code, a date, an id or a declared official label"


def _undeclared(schema: Node, labels: frozenset[str]) -> Iterator[str]:
    marked = {path for path, node in leaves(schema) if node.get("x-official-label")}
    for path in sorted(marked ^ labels):
        yield f"{path}: the official labels of the code and of the list differ"


def _types(node: Node) -> set[str]:
    declared = node.get("type", ())
    return {declared} if isinstance(declared, str) else set(declared)
