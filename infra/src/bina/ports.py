"""Which port each listener takes: the default, the environment's, or a free one that is remembered."""

import random
import socket
from collections.abc import Mapping
from itertools import islice

import psutil

from bina.errors import ConfigurationError, OperatorError

LOOPBACK = "127.0.0.1"
_LOWEST_FREE, _HIGHEST_FREE = 20_000, 31_999  # above lie the ephemeral ports of client sockets


def is_taken(port: int) -> bool:
    """Say whether somebody listens on this port of the loopback."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return True
    return False


def answers(port: int) -> bool:
    """Say whether a connection to this port of the loopback is accepted."""
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex((LOOPBACK, port)) == 0


def free_ports(count: int) -> list[int]:
    """Draw ports that nobody listens on now; as they lie together, two programs that draw at once rarely meet."""
    first = random.randint(_LOWEST_FREE, _HIGHEST_FREE - 20 * count)  # noqa: S311 - nothing secret
    free = (port for port in range(first, _HIGHEST_FREE) if not is_taken(port))
    return list(islice(free, count))


def variable(listener: str) -> str:
    """Name the environment variable of a listener: `kafka` → `BINA_KAFKA_PORT`."""
    return f"BINA_{listener.upper()}_PORT"


def assign(defaults: Mapping[str, int], environ: Mapping[str, str], remembered: Mapping[str, int]) -> dict[str, int]:
    """Decide every port: the environment's, else the remembered one, else a free one if asked for, else the default.

    Raises ConfigurationError with all faulty variables at once.
    """
    mode = environ.get("BINA_PORTS", "")
    faults = [] if mode in ("", "free") else [f"BINA_PORTS={mode!r} is neither empty nor `free`"]
    given = {name: environ[variable(name)] for name in defaults if environ.get(variable(name))}
    faults += [f"{variable(name)}={text!r} is no port" for name, text in given.items() if not _is_port(text)]
    if faults:
        raise ConfigurationError("; ".join(faults), fix="use numbers from 1024 to 65535")
    ports = {name: port for name, port in remembered.items() if name in defaults}
    if mode == "free":
        ports = {name: port for name, port in ports.items() if not is_taken(port)}
        lacking = [name for name in defaults if name not in ports]
        ports |= dict(zip(lacking, free_ports(len(lacking)), strict=True))
    ports = {**defaults, **ports, **{name: int(text) for name, text in given.items()}}
    _refuse_doubles(ports)
    return ports


def refuse_taken(ports: Mapping[str, int]) -> None:
    """Name every listener whose port somebody else holds, and how to move it."""
    taken = [name for name, port in ports.items() if is_taken(port)]
    if taken:
        raise OperatorError(
            "; ".join(f"port {ports[name]} for {name} is taken{_holder(ports[name])}" for name in taken),
            fix="end that program, or set "
            + " ".join(f"{variable(name)}=<port>" for name in taken)
            + ", or BINA_PORTS=free for any free ones",
        )


def _is_port(text: str) -> bool:
    return text.isascii() and text.isdigit() and 1024 <= int(text) <= 65535  # noqa: PLR2004 - what a user may bind


def _refuse_doubles(ports: Mapping[str, int]) -> None:
    names: dict[int, list[str]] = {}
    for name, port in ports.items():
        names.setdefault(port, []).append(name)
    doubles = [f"{port} for {' and '.join(users)}" for port, users in names.items() if len(users) > 1]
    if doubles:
        raise ConfigurationError(f"one port is given twice: {'; '.join(doubles)}", fix="change one of the variables")


def _holder(port: int) -> str:
    try:
        for connection in psutil.net_connections("tcp"):
            if connection.status == psutil.CONN_LISTEN and connection.laddr[1:] == (port,) and connection.pid:
                return f" by process {connection.pid} ({psutil.Process(connection.pid).name()})"
    except psutil.Error:
        pass
    return ""
