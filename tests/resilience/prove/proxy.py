"""A proxy between a program and an engine that forwards, delays, swallows one direction or cuts."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final, Literal, Self

Direction = Literal["requests", "replies"]
CHUNK: Final = 65_536


class Proxy:
    """Listens on a free port of the loopback and forwards to one other; its faults may be changed at any time."""

    def __init__(self, port: int) -> None:
        self._target = ("127.0.0.1", port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._delay_s = 0.0
        self._swallows: frozenset[Direction] = frozenset()
        self._refuses = False
        self._lock = threading.Lock()
        self._pairs: set[tuple[socket.socket, socket.socket]] = set()
        self.swallowed = 0

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, name="proxy", daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()
        self._break()

    @contextmanager
    def delayed(self, seconds: float) -> Iterator[None]:
        """Hold everything up for so long, in both directions."""
        self._delay_s = seconds
        try:
            yield
        finally:
            self._delay_s = 0.0

    @contextmanager
    def swallowing(self, *directions: Direction) -> Iterator[None]:
        """Let nothing through in these directions; afterwards the connections are cut, as bytes are missing."""
        self._swallows = frozenset(directions)
        try:
            yield
        finally:
            self._swallows = frozenset()
            self._break()

    @contextmanager
    def cut(self) -> Iterator[None]:
        """Break every connection and take no new one."""
        self._refuses = True
        self._break()
        try:
            yield
        finally:
            self._refuses = False

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return  # closed
            if self._refuses:
                near.close()
                continue
            try:
                far = socket.create_connection(self._target, timeout=5)
            except OSError:
                near.close()
                continue
            far.settimeout(None)
            pair = (near, far)
            with self._lock:
                self._pairs.add(pair)
            for source, sink, direction in ((near, far, "requests"), (far, near, "replies")):
                threading.Thread(target=self._pump, args=(pair, source, sink, direction), daemon=True).start()

    def _pump(
        self, pair: tuple[socket.socket, socket.socket], source: socket.socket, sink: socket.socket, name: Direction
    ) -> None:
        idle = threading.Event()
        try:
            while data := source.recv(CHUNK):
                if self._delay_s:
                    idle.wait(self._delay_s)
                if name in self._swallows:
                    self.swallowed += len(data)
                else:
                    sink.sendall(data)
        except OSError:
            pass  # the other side has gone
        self._end(pair)

    def _break(self) -> None:
        with self._lock:
            pairs = list(self._pairs)
        for each in pairs:
            self._end(each)

    def _end(self, pair: tuple[socket.socket, socket.socket]) -> None:
        with self._lock:
            self._pairs.discard(pair)
        for each in pair:
            with suppress(OSError):  # not connected any more
                each.shutdown(socket.SHUT_RDWR)
            each.close()
