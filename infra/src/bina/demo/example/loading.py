"""Loads a folder of example files whole, or says everything that is wrong in it at once."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from marshmallow import ValidationError

from bina.demo.example.marks import Fault, MarkedFile, Pointer, read_marked
from bina.demo.example.model import Examples, Programme, Tenant
from bina.demo.example.rules import check_programme
from bina.demo.example.shapes import shape_of

TENANTS: Final = "tenants.yaml"
EXPECTED: Final = "expected.yaml"


class ExamplesError(Exception):
    """The example files are wrong; every fault names file, line, field and what was expected."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = tuple(faults)


def load_examples(folder: Path) -> Examples:
    """Read every file of the folder; raise ExamplesError with all faults at once."""
    names = sorted({path.name for path in folder.glob("*.yaml")} | {TENANTS, EXPECTED})
    files = {name: read_marked(folder / name) for name in names}
    faults = [fault for file in files.values() for fault in file.faults]
    loaded: dict[str, Any] = {}
    for name, file in files.items():
        if file.data is None and file.faults:
            continue
        try:
            loaded[name] = shape_of(name).load(file.data)
        except ValidationError as error:
            faults += [file.fault(pointer, text) for pointer, text in _flatten(error.messages)]
    faults += _check_together(files, loaded)
    if faults:
        raise ExamplesError(sorted(set(faults)))
    return _assemble(loaded)


def _flatten(messages: Any, at: Pointer = ()) -> Iterator[tuple[Pointer, str]]:
    if not isinstance(messages, Mapping):
        yield from ((at, str(text)) for text in messages)
        return
    for key, inner in messages.items():
        yield from _flatten(inner, at if key == "_schema" else (*at, key))


def _check_together(files: Mapping[str, MarkedFile], loaded: Mapping[str, Any]) -> Iterator[Fault]:
    programmes = {name: found for name, found in loaded.items() if isinstance(found, Programme)}
    known = {programme.code for programme in programmes.values()}
    seen: dict[str, str] = {}
    for name, programme in programmes.items():
        if programme.code in seen:
            yield files[name].fault(("programme", "code"), f"expected a new code; {seen[programme.code]} has it")
        seen[programme.code] = name
        if TENANTS in loaded:
            for pointer, expected in check_programme(programme, _tenants(loaded), known):
                yield files[name].fault(pointer, expected)
    for index, figure in enumerate(loaded.get(EXPECTED, {}).get("figures", ())):
        if (figure.value is None) == (figure.full is None or figure.small is None):
            yield files[EXPECTED].fault(("figures", index), "expected either value, or full and small")


def _tenants(loaded: Mapping[str, Any]) -> Mapping[str, Tenant]:
    return {tenant.code: tenant for tenant in loaded[TENANTS]["tenants"]}


def _assemble(loaded: Mapping[str, Any]) -> Examples:
    programmes = [found for found in loaded.values() if isinstance(found, Programme)]
    by_code = sorted(programmes, key=lambda programme: programme.code)
    expected = tuple(loaded[EXPECTED]["figures"])
    return Examples(tenants=_tenants(loaded), programmes=tuple(by_code), expected=expected)
