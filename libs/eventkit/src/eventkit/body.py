"""Request bodies read strictly: what two parsers could understand differently is refused before any schema sees it."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, Final, NoReturn

from eventkit.problem import RefusedRequestError
from eventkit.refusal import Fault

MAX_DEPTH: Final = 32
MAX_INTEGER: Final = 2**53 - 1
_MAX_FAULTS: Final = 100
_NEVER_TEXT: Final = re.compile("[\0\ud800-\udfff]")
# Where a value stands: its parent's place and its own name or number.
_Place = tuple[Any, str | int] | None


def parse(data: bytes) -> Any:
    """Parse JSON as UTF-8.

    Raises RefusedRequestError: 400 for what is no JSON or is ambiguous, 422 for names and texts never stored here.
    """
    try:
        parsed = json.loads(
            data.decode("utf-8"), object_pairs_hook=_object, parse_constant=_refuse, parse_float=_finite
        )
    except (ValueError, RecursionError):
        raise RefusedRequestError(400, "malformed_json") from None
    if faults := list(islice(_faults(parsed), _MAX_FAULTS)):
        too_deep = any(fault.code == "too_deep" for fault in faults)
        raise RefusedRequestError(400 if too_deep else 422, "too_deep" if too_deep else "invalid", faults)
    return parsed


def _object(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        twice = next(name for name, times in Counter(name for name, _ in pairs).items() if times > 1)
        raise RefusedRequestError(400, "malformed_json", [Fault(f"/{_clean(twice)}", "duplicate_key")])
    return found


def _refuse(text: str) -> NoReturn:
    raise ValueError(text)


def _finite(text: str) -> float:
    number = float(text)
    return number if abs(number) != float("inf") else _refuse(text)


def _faults(parsed: Any) -> Iterator[Fault]:
    """Look at every value without recursion; stops at the first that is too deep."""
    waiting: list[tuple[_Place, Any, int]] = [(None, parsed, 1)]
    while waiting:
        place, value, depth = waiting.pop()
        if depth > MAX_DEPTH:
            yield Fault(_pointer(place)[:100], "too_deep")
            return
        if isinstance(value, dict):
            waiting += [((place, name), inner, depth + 1) for name, inner in value.items()]
            yield from (Fault(_pointer((place, name)), "unknown_field") for name in value if _is_operator(name))
        elif isinstance(value, list):
            waiting += [((place, number), inner, depth + 1) for number, inner in enumerate(value)]
        elif isinstance(value, str) and not _is_text(value):
            yield Fault(_pointer(place), "invalid_text")
        elif isinstance(value, int) and abs(value) > MAX_INTEGER:
            yield Fault(_pointer(place), "number_out_of_range")


def _pointer(place: _Place) -> str:
    """Write the JSON pointer; only for a fault, as most values have none."""
    steps: list[str] = []
    while place is not None:
        place, step = place
        steps.append("/" + (_clean(step) if isinstance(step, str) else str(step)))
    return "".join(reversed(steps))


def _is_operator(name: str) -> bool:
    return name.startswith("$") or "." in name or not _is_text(name)


def _is_text(value: str) -> bool:
    return _NEVER_TEXT.search(value) is None


def _clean(name: str) -> str:
    shown = name[:100].encode("utf-8", "replace").decode().replace("\0", "?")
    return shown.replace("~", "~0").replace("/", "~1")
