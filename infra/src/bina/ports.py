"""Which port each listener takes: the default, the environment's, or a free one that is remembered."""

import random
import socket

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
    """Draw ports that nobody listens on now; several programs that draw at once rarely meet."""
    drawn: list[int] = []
    while len(drawn) < count:
        port = random.randint(_LOWEST_FREE, _HIGHEST_FREE)  # noqa: S311 - nothing secret
        if port not in drawn and not is_taken(port):
            drawn.append(port)
    return drawn
