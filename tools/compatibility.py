"""Decides whether a new schema may replace a released one of the same version: each side must read the other.

Known to the rules is only the small profile below, so that an unknown keyword is refused instead of overlooked.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

Node = Mapping[str, Any]
PROFILE: Final = frozenset({
    "type", "properties", "required", "items", "enum", "format", "pattern", "minLength", "maxLength", "minItems",
    "maxItems", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "additionalProperties",
    "$id", "$schema", "title", "description", "default", "x-official-label",
})  # fmt: skip
LOWER: Final = ("minLength", "minItems", "minimum", "exclusiveMinimum")
UPPER: Final = ("maxLength", "maxItems", "maximum", "exclusiveMaximum")


@dataclass(frozen=True, slots=True)
class Break:
    """One reason why the two schemas cannot read each other's events."""

    pointer: str
    rule: str


def breaks(released: Node, current: Node) -> list[Break]:
    """List every incompatibility, in both directions; an empty list is a promise for every possible event."""
    found = {
        *_outside(released, ""),
        *_outside(current, ""),
        *_removed(released, current, ""),
        *(Break(b.pointer, f"{b.rule}: new readers refuse old events") for b in _refusals(released, current, "")),
        *(Break(b.pointer, f"{b.rule}: old readers refuse new events") for b in _refusals(current, released, "")),
    }
    return sorted(found, key=lambda b: (b.pointer, b.rule))


def set_breaks(released: Mapping[str, Node], current: Mapping[str, Node]) -> list[Break]:
    """Compare two whole sets of schemas by file name: no released event may vanish."""
    gone = [Break(name, "event removed") for name in sorted(released.keys() - current.keys())]
    both = sorted(released.keys() & current.keys())
    return gone + [Break(name + b.pointer, b.rule) for name in both for b in breaks(released[name], current[name])]


def _outside(node: Node, at: str) -> Iterator[Break]:
    for keyword in sorted(node.keys() - PROFILE):
        yield Break(at, f"keyword outside the profile: {keyword}")
    for name, child in _children(node):
        yield from _outside(child, f"{at}/{name}")


def _children(node: Node) -> Iterator[tuple[str, Node]]:
    yield from node.get("properties", {}).items()
    if "items" in node:
        yield "items", node["items"]
    if isinstance(node.get("additionalProperties"), Mapping):
        yield "*", node["additionalProperties"]


def _removed(released: Node, current: Node, at: str) -> Iterator[Break]:
    now = dict(_children(current))
    for name, child in _children(released):
        if name in now:
            yield from _removed(child, now[name], f"{at}/{name}")
        else:
            yield Break(f"{at}/{name}", "field removed")


def _refusals(writer: Node, reader: Node, at: str) -> Iterator[Break]:
    """Name what the reader refuses among the values that the writer may send."""
    rules = (_type(writer, reader), _enum(writer, reader), _text(writer, reader), _bounds(writer, reader))
    yield from (Break(at, rule) for found in rules for rule in found)
    for name in sorted(set(reader.get("required", ())) - set(writer.get("required", ()))):
        yield Break(f"{at}/{name}", "required on one side only")
    sent = dict(_children(writer))
    for name, child in _children(reader):
        if name in sent:
            yield from _refusals(sent[name], child, f"{at}/{name}")


def _type(writer: Node, reader: Node) -> Iterator[str]:
    accepted = _types(reader)
    if "number" in accepted:
        accepted |= {"integer"}
    if not _types(writer) <= accepted:
        yield "type differs"


def _types(node: Node) -> set[str]:
    declared = node.get("type", ())
    return {declared} if isinstance(declared, str) else set(declared)


def _enum(writer: Node, reader: Node) -> Iterator[str]:
    if "enum" not in reader:
        return
    if "enum" not in writer or not set(writer["enum"]) <= set(reader["enum"]):
        yield "closed set differs"


def _text(writer: Node, reader: Node) -> Iterator[str]:
    for keyword in ("format", "pattern"):
        if keyword in reader and reader[keyword] != writer.get(keyword):
            yield f"{keyword} differs"


def _bounds(writer: Node, reader: Node) -> Iterator[str]:
    for keyword in LOWER:
        if keyword in reader and writer.get(keyword, float("-inf")) < reader[keyword]:
            yield f"{keyword} differs"
    for keyword in UPPER:
        if keyword in reader and writer.get(keyword, float("inf")) > reader[keyword]:
            yield f"{keyword} differs"
