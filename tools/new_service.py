"""Makes a new service from the template: `python -m tools.new_service NAME [PROCESS …]`.

What then remains to be done by hand stands in docs/how-to/add-a-service.md.
"""

import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tools.catalogue import ROOT, services, settings_of
from tools.rendered import TEMPLATES, place, render, values_of

NAME: Final = re.compile(r"[a-z][a-z]{2,19}")
PROCESSES: Final = ("api", "relay", "consumer")
PORTS: Final = {"port": 8105, "relay_port": 8205, "consumer_port": 8305, "mongo_port": 27105}


def faults_of(name: str, processes: Sequence[str], root: Path = ROOT) -> list[str]:
    """Say why no service of this name can be made."""
    rules = {
        f"{name!r} is not one word of 3 to 20 small letters": bool(NAME.fullmatch(name)),
        f"there is a service {name} already": name not in services(root),
        f"a process is none of {', '.join(PROCESSES)}": set(processes) <= set(PROCESSES),
    }
    return [fault for fault, holds in rules.items() if not holds]


def make(name: str, processes: Sequence[str] = PROCESSES, root: Path = ROOT) -> list[str]:
    """Write the folder of a new service; answers the files."""
    values = values_of(name, {"processes": [p for p in PROCESSES if p in processes], **free_ports(root)})
    made = []
    for template in sorted(TEMPLATES.rglob("*.j2")):
        path = template.relative_to(TEMPLATES).as_posix().removesuffix(".j2")
        target = root / place(path, name)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(render(path, values), "utf-8")
        made.append(place(path, name))
    return made


def free_ports(root: Path = ROOT) -> dict[str, int]:
    """Give the first ports of each kind that no service has."""
    taken = {port for name in services(root) for port in settings_of(name, root).values() if isinstance(port, int)}
    return {kind: next(port for port in range(first, first + 90) if port not in taken) for kind, first in PORTS.items()}


def main(arguments: Sequence[str]) -> int:
    """Make a service, or say why not."""
    if not arguments:
        sys.stderr.write("usage: make new-service name=x\n")
        return 2
    name, processes = arguments[0], arguments[1:] or PROCESSES
    if faults := faults_of(name, processes):
        sys.stderr.writelines(f"{fault}\n" for fault in faults)
        return 2
    sys.stdout.writelines(f"made {path}\n" for path in make(name, processes))
    sys.stdout.write("next: docs/how-to/add-a-service.md\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
