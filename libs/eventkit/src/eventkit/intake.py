"""A thread is spent on a whole request only: what comes slowly waits in the worker's poller, and not for ever.

gunicorn's threaded worker reads head and body on a thread, without a limit of time, and lingers on closed connections
in its main loop; a handful of slow connections would then be the whole service.
"""

import io
import json
import os
import socket
import struct
import time
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final

import structlog
from gunicorn.http.errors import LimitRequestHeaders, LimitRequestLine, ParseException
from gunicorn.workers import gthread

MAX_BODY: Final = 256 * 1024
MAX_HEAD: Final = 64 * 1024
WHOLE_WITHIN_S: Final = 10.0
_LINGER_S: Final = 2.0
_MAX_LEAVING: Final = 1_000
_MAX_DRAINED: Final = 4 * 1024 * 1024
_MAX_CHUNK_LINE: Final = 64
_PIECE: Final = 64 * 1024
_KERNEL_WAIT: Final = struct.pack("ll", int(WHOLE_WITHIN_S), 0)
_CONTINUE: Final = b"HTTP/1.1 100 Continue\r\n\r\n"
_REFUSALS: Final = {LimitRequestLine: 414, LimitRequestHeaders: 431, ParseException: 400}  # the narrow kinds first
_CODES: Final = {408: "request_too_slow", 414: "address_too_long", 431: "headers_too_large"}


@dataclass(slots=True)
class Arrival:
    """How much of one request is there; `needed` is its length once the head tells it."""

    needed: int | None = None
    place: int = 0  # in a chunked body, where the next chunk begins
    wants_go_ahead: bool = False
    is_cut: bool = False  # handed over before it was whole, because it is refused anyway
    deadline: float = field(default_factory=lambda: time.monotonic() + WHOLE_WITHIN_S)

    def is_whole(self, buffer: io.BytesIO) -> bool:
        """Say whether the request can be handled; only decides when, never what it says."""
        if not self.place:
            self._read_head(buffer.getvalue())
        if self.place and self.needed is None:
            self._walk(buffer.getvalue())
        return self.needed is not None and buffer.tell() >= self.needed

    def _read_head(self, data: bytes) -> None:
        end = data.find(b"\r\n\r\n")
        if end < 0:
            return
        self.place = end + 4
        fields = [line.partition(b":") for line in data[:end].lower().split(b"\r\n")[1:]]
        values = {name.strip(): value.strip() for name, _, value in fields}
        length = values.get(b"content-length", b"0")
        if b"transfer-encoding" in values and b"content-length" in values:
            self._cut()  # two lengths: the parser refuses it
        elif b"transfer-encoding" in values:
            self.wants_go_ahead = b"expect" in values
        elif length.isdigit() and len(length) < len(str(MAX_BODY)) + 1 and int(length) <= MAX_BODY:
            self.needed = self.place + int(length)
            self.wants_go_ahead = b"expect" in values
        else:
            self._cut()

    def _walk(self, data: bytes) -> None:
        """Follow the chunks that are there; what is no chunk is left to the parser, which refuses it."""
        while self.needed is None and (line := data.find(b"\r\n", self.place)) >= 0:
            size = _size_of(data[self.place : line])
            if size is None or line > MAX_HEAD + 2 * MAX_BODY:
                self._cut()
            elif size == 0:
                end = data.find(b"\r\n\r\n", line)
                self.needed = end + 4 if end >= 0 else None
                return
            else:
                self.place = line + 2 + size + 2
        if len(data) > MAX_HEAD + 2 * MAX_BODY:
            self._cut()

    def _cut(self) -> None:
        self.needed, self.is_cut = 0, True


def _size_of(line: bytes) -> int | None:
    digits = line.partition(b";")[0].strip()
    try:
        size = int(digits, 16) if len(line) <= _MAX_CHUNK_LINE else -1
    except ValueError:
        return None
    return size if 0 <= size <= MAX_BODY else None


class PatientWorker(gthread.ThreadWorker):
    """The threaded worker of gunicorn, behind an intake that neither a slow nor an endless request can fill."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._leaving: dict[socket.socket, tuple[float, int]] = {}  # until when, and how much more is read

    def handle(self, conn: Any) -> Any:
        """Take in what has come; handle the request when it is whole, else give the thread back."""
        try:
            ready = self._take_in(conn)
        except OSError:
            return False
        if ready is None:
            return gthread._DEFER  # noqa: SLF001 - the worker's own sign for "no thread needed now"
        arrival, conn.arrival = conn.arrival, None
        if not ready:
            self._refuse(conn, arrival)
            return False
        kept = super().handle(conn)
        return kept and not arrival.is_cut

    def _take_in(self, conn: Any) -> bool | None:
        """Say True when the request may be handled, False when it is refused, None while it must be waited for."""
        if not conn.initialized:
            conn.close = lambda graceful=False: self._let_go(conn.sock, linger=graceful)
            for option in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
                conn.sock.setsockopt(socket.SOL_SOCKET, option, _KERNEL_WAIT)
            conn.init()
        if getattr(conn, "arrival", None) is None:
            conn.arrival = Arrival()
        conn.sock.settimeout(0)
        arrival, buffer = conn.arrival, conn.parser.unreader.buf
        buffer.seek(0, os.SEEK_END)
        while not arrival.is_whole(buffer):
            if not arrival.place and buffer.tell() > MAX_HEAD:
                return False
            try:
                data = conn.sock.recv(_PIECE)
            except BlockingIOError:
                return self._wait(conn)
            if not data:
                return True  # the other side has ended: gunicorn says what to do with the rest
            buffer.write(data)
        return True

    def _wait(self, conn: Any) -> bool | None:
        arrival = conn.arrival
        if arrival.wants_go_ahead and arrival.place:
            arrival.wants_go_ahead = False
            conn.sock.send(_CONTINUE)
        return None if time.monotonic() < arrival.deadline else False

    def murder_pending(self) -> None:
        """End what has not become whole in time, and what does not go when it was told to."""
        now = time.monotonic()
        late = [conn for conn in self.pending_conns if now > conn.arrival.deadline]
        for conn in late:
            self.pending_conns.remove(conn)
            self.poller.unregister(conn.sock)
            self.nr_conns -= 1
            self._refuse(conn, conn.arrival)
            conn.close(graceful=True)
        for gone in [each for each, (until, _) in self._leaving.items() if now > until]:
            self._forget(gone)

    def _refuse(self, conn: Any, arrival: Arrival) -> None:
        has_begun = conn.parser.unreader.buf.getbuffer().nbytes > 0
        if has_begun:
            self._answer(conn.sock, 408 if time.monotonic() >= arrival.deadline else 431)

    def handle_error(self, _req: Any, client: Any, _addr: Any, exc: Exception) -> None:
        """Answer what cannot be read as HTTP with a problem; the log gets the kind, for the text is the caller's."""
        status = next((status for kind, status in _REFUSALS.items() if isinstance(exc, kind)), 500)
        structlog.contextvars.clear_contextvars()  # they are of the request that this thread served before
        note = self.log.warning if status < HTTPStatus.INTERNAL_SERVER_ERROR else self.log.exception
        note("request refused before the app: %s", type(exc).__name__)
        self._answer(client, status)

    def _answer(self, sock: socket.socket, status: int) -> None:
        code = _CODES.get(status, "bad_request" if status < HTTPStatus.INTERNAL_SERVER_ERROR else "internal_error")
        title = HTTPStatus(status).phrase
        body = json.dumps({"type": f"urn:bina:problem:{code}", "title": title, "status": status, "code": code}).encode()
        head = (
            f"HTTP/1.1 {status} {title}\r\nConnection: close\r\nContent-Type: application/problem+json\r\n"
            f"X-Content-Type-Options: nosniff\r\nCache-Control: no-store\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        try:
            sock.send(head.encode() + body)
        except OSError:
            self.log.debug("the caller did not wait for the answer")

    def _let_go(self, sock: socket.socket, *, linger: bool) -> None:
        """Close without a reset that would swallow the answer: the poller drains for a moment, no thread waits."""
        try:
            sock.settimeout(0)
            if linger and len(self._leaving) < _MAX_LEAVING:
                sock.shutdown(socket.SHUT_WR)
                self.poller.register(sock, gthread.selectors.EVENT_READ, self._drain)
                self._leaving[sock] = (time.monotonic() + _LINGER_S, _MAX_DRAINED)
                return
        except (OSError, ValueError, KeyError):
            self.log.debug("the connection has already ended")
        sock.close()

    def _drain(self, sock: socket.socket) -> None:
        try:
            data = sock.recv(_PIECE)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        until, left = self._leaving[sock]
        self._leaving[sock] = (until, left - len(data))
        if not data or left < len(data):
            self._forget(sock)

    def _forget(self, sock: socket.socket) -> None:
        self._leaving.pop(sock, None)
        self.poller.unregister(sock)
        sock.close()
