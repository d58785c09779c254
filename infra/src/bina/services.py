"""The services of the project, found by their folders: one that says so in its pyproject.toml is one."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bina.errors import ConfigurationError

_PORT_FIELDS = {"port": "", "relay_port": "_relay", "consumer_port": "_consumer", "mongo_port": "_mongo"}
_HTTP_PROCESSES = {"api": "port", "relay": "relay_port", "consumer": "consumer_port"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One service as its pyproject.toml declares it; `keys` names the variables that take 32 secret bytes each."""

    name: str
    folder: Path
    processes: tuple[str, ...]
    ports: Mapping[str, int]
    keys: tuple[str, ...] = ()

    def listener(self, process: str) -> str:
        """Name the listener of one process, as in the table of ports."""
        return self.name + _PORT_FIELDS[_HTTP_PROCESSES[process]]


def discover(root: Path) -> tuple[Service, ...]:
    """Read every service of the project, in the order of their names."""
    faults: list[str] = []
    found: list[Service] = []
    for file in sorted(root.glob("services/*/pyproject.toml")):
        try:
            table = tomllib.loads(file.read_text("utf-8")).get("tool", {}).get("bina")
            if table is not None:
                found.append(_service(file.parent, table))
        except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
            faults.append(f"{file}: {error}")
    if faults:
        raise ConfigurationError("; ".join(faults), fix="see the other services for the shape of [tool.bina]")
    return tuple(found)


def _service(folder: Path, table: Mapping[str, Any]) -> Service:
    processes = tuple(table["processes"])
    unknown = set(processes) - set(_HTTP_PROCESSES)
    if unknown:
        raise ValueError(f"unknown processes {sorted(unknown)}")
    missing = [field for process in processes if (field := _HTTP_PROCESSES[process]) not in table]
    if missing or "mongo_port" not in table:
        raise ValueError(f"[tool.bina] lacks {', '.join(missing or ['mongo_port'])}")
    ports = {folder.name + suffix: int(table[field]) for field, suffix in _PORT_FIELDS.items() if field in table}
    return Service(name=folder.name, folder=folder, processes=processes, ports=ports, keys=tuple(table.get("keys", ())))
