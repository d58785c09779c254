"""Writes the published contracts from the code (`write`), compares them (`check`), keeps a release (`release`).

`write` also renders what every service repeats by design: Dockerfile, compose fragment, `__main__.py`.
Run as `python -m tools.contracts VERB`; exit 1 when a contract differs from the code or breaks a released one.
"""

import importlib
import json
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from eventkit.web import openapi
from tools import asyncapi, catalogue, compatibility, rendered, rendering
from tools.catalogue import CONTRACTS, ROOT

EVENTS: Final = "events"
RELEASED: Final = "released"
VERBS: Final = ("write", "check", "release")


@cache
def published() -> Mapping[str, str]:
    """Render every generated contract file of the code as it stands, by path under contracts/."""
    events = catalogue.event_types()
    files = {f"{EVENTS}/{e.service}/{e.short}.schema.json": _text(rendering.json_schema(e)) for e in events.values()}
    files["asyncapi.json"] = _text(asyncapi.document(catalogue.topics(), events))
    return files | {f"openapi/{name}.json": _openapi(name) for name in catalogue.services()}


def committed(root: Path = CONTRACTS) -> dict[str, str]:
    """Read the generated contract files that are there, by path under contracts/."""
    found = [root / "asyncapi.json", *root.glob("openapi/*.json"), *root.glob(f"{EVENTS}/*/*.json")]
    return {path.relative_to(root).as_posix(): path.read_text("utf-8") for path in found if path.exists()}


def differences(code: Mapping[str, str], files: Mapping[str, str]) -> list[str]:
    """Say in one line each what `write` would change."""
    return [
        *(f"missing: {name}" for name in sorted(code.keys() - files.keys())),
        *(f"nothing in the code: {name}" for name in sorted(files.keys() - code.keys())),
        *(f"differs from the code: {name}" for name in sorted(code.keys() & files.keys()) if code[name] != files[name]),
    ]


def write(root: Path = CONTRACTS) -> list[str]:
    """Make the files equal to the code; answers what was changed."""
    code, files = published(), committed(root)
    changed = differences(code, files)
    for name in files.keys() - code.keys():
        (root / name).unlink()
    for name, text in code.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, "utf-8")
    return changed


def release(root: Path = CONTRACTS) -> list[str]:
    """Keep the current event schemas as the released ones; refused when they break what was released before."""
    broken = [f"{b.pointer}: {b.rule}" for b in compatibility.set_breaks(schemas(root / RELEASED), schemas(root))]
    if broken:
        return broken
    for path in root.glob(f"{EVENTS}/*/*.schema.json"):
        kept = root / RELEASED / path.relative_to(root)
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(path.read_text("utf-8"), "utf-8")
    return []


def copies_that_differ(root: Path = ROOT) -> list[str]:
    """Name the rendered copies that are not what their template gives."""
    copies = rendered.shared_copies(root)
    return [f"differs from its template: {name}" for name, text in copies.items() if _read(root / name) != text]


def render_copies(root: Path = ROOT) -> list[str]:
    """Write the rendered copies anew; answers what was changed."""
    changed = copies_that_differ(root)
    for name, text in rendered.shared_copies(root).items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, "utf-8")
    return changed


def _read(path: Path) -> str:
    return path.read_text("utf-8") if path.exists() else ""


def schemas(root: Path) -> dict[str, Any]:
    """Read the event schemas under a folder by their path (`events/registration/…`)."""
    paths = sorted(root.glob(f"{EVENTS}/*/*.schema.json"))
    return {path.relative_to(root).as_posix(): json.loads(path.read_text("utf-8")) for path in paths}


def _openapi(service: str) -> str:
    return _text(openapi(importlib.import_module(f"{service}.app").SERVICE))


def _text(document: Mapping[str, Any]) -> str:
    return json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def main(arguments: list[str]) -> int:
    """Run one verb and print one line per finding."""
    if len(arguments) != 1 or arguments[0] not in VERBS:
        sys.stderr.write(f"usage: python -m tools.contracts {'|'.join(VERBS)}\n")
        return 2
    match arguments[0]:
        case "write":
            found, failed = [*render_copies(), *write()], False
        case "check":
            found = [*copies_that_differ(), *differences(published(), committed())]
            failed = bool(found)
        case _:
            found = release()
            failed = bool(found)
    sys.stdout.writelines(f"{line}\n" for line in found or ["contracts and code agree"])
    return int(failed)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
