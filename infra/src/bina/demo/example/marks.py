"""Reads YAML as text scalars together with the line of every node, so that a fault can say where it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeAlias

import yaml

FASTEST: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the one in C where the wheel has it
Pointer: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing wrong in an example file: where, and what was expected there."""

    file: str
    line: int
    field: str
    expected: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.field}: {self.expected}"


@dataclass(frozen=True, slots=True)
class MarkedFile:
    """A file's data, every scalar as text, with the line of each node."""

    file: str
    data: Any
    lines: Mapping[Pointer, int]
    faults: Sequence[Fault] = ()

    def fault(self, pointer: Pointer, expected: str) -> Fault:
        """Place a fault at its node, or at the closest parent that exists."""
        known = pointer
        while known not in self.lines:
            known = known[:-1]
        return Fault(self.file, self.lines[known], dotted(pointer), expected)


def dotted(pointer: Pointer) -> str:
    """Write a pointer as people read it: `batches[0].planned.start`."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in pointer)
    return text.lstrip(".") or "(file)"


@dataclass(slots=True)
class _Reader:
    file: str
    lines: dict[Pointer, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def read(self, node: yaml.Node | None, pointer: Pointer) -> Any:
        self.lines[pointer] = node.start_mark.line + 1 if node else 1
        if isinstance(node, yaml.SequenceNode):
            return [self.read(item, (*pointer, index)) for index, item in enumerate(node.value)]
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, pointer)
        return node.value if node else None

    def _mapping(self, node: yaml.MappingNode, pointer: Pointer) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in node.value:
            place = (*pointer, str(key.value))
            if key.value in found:
                line = key.start_mark.line + 1
                self.faults.append(Fault(self.file, line, dotted(place), "expected once, found again"))
            found[str(key.value)] = self.read(value, place)
            self.lines[place] = key.start_mark.line + 1
        return found


def read_marked(path: Path) -> MarkedFile:
    """Read one file; what cannot be read at all comes back as a fault with its line."""
    name = path.name
    try:
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=FASTEST)
    except FileNotFoundError:
        return _unreadable(name, 1, "expected this file, found none")
    except UnicodeDecodeError:
        return _unreadable(name, 1, "expected UTF-8 text")
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        return _unreadable(name, mark.line + 1 if mark else 1, f"expected YAML: {error.problem}")
    except yaml.YAMLError as error:
        return _unreadable(name, 1, f"expected YAML: {error}")
    reader = _Reader(name)
    data = reader.read(node, ())
    return MarkedFile(name, data, reader.lines, reader.faults)


def _unreadable(name: str, line: int, expected: str) -> MarkedFile:
    return MarkedFile(name, None, {(): line}, [Fault(name, line, "(file)", expected)])
