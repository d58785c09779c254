"""One caller's way to one service: keys per intention, patience with a service that is away, plain answers."""

import hashlib
import json
import random
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

import requests

from bina.demo.drive.access import Caller, Places, Tokens
from bina.demo.drive.errors import RefusedError, UnavailableError

PATIENCE_S: Final = 90.0  # a killed service is back within seconds, a restarted broker within half a minute
_LONGEST_PAUSE_S: Final = 2.0
_TIMEOUT_S: Final = 60.0
_PASSING: Final = frozenset({502, 503, 504, 429})
_IN_FLIGHT: Final = "request_in_flight"


@dataclass(slots=True)
class Tally:
    """How many writes were new and how many the platform had already; shared between threads."""

    new: int = 0
    known: int = 0
    retries: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def write(self, *, replayed: bool) -> None:
        """Count one write."""
        with self._lock:
            self.known += replayed
            self.new += not replayed

    def retry(self) -> None:
        """Count one more try."""
        with self._lock:
            self.retries += 1


@dataclass(frozen=True, slots=True)
class Answer:
    """What a write gave."""

    body: Any
    replayed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Request:
    method: str
    service: str
    path: str
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Mapping[str, Any] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.method} {self.service} {self.path}"


class Client:
    """Speaks to every service as one caller."""

    def __init__(self, places: Places, tokens: Tokens, caller: Caller, tally: Tally) -> None:
        self.caller = caller
        self._places = places
        self._tokens = tokens
        self._tally = tally
        self._sessions = threading.local()

    def get(self, service: str, path: str, **query: Any) -> Any:
        """Read one object."""
        return self._send(_Request(method="GET", service=service, path=path, query=query)).json()

    def items(self, service: str, path: str, **query: Any) -> Iterator[Any]:
        """Read a list to its end, page by page."""
        cursor: str | None = None
        while True:
            more = {} if cursor is None else {"cursor": cursor}
            page = self.get(service, path, size=200, **query, **more)
            yield from page["items"]
            cursor = page["next_cursor"]
            if cursor is None:
                return

    def post(self, service: str, path: str, body: Mapping[str, Any], *, intention: str) -> Answer:
        """Write once, however often it must be sent; the key follows from the intention and what is written."""
        content = json.dumps(body, sort_keys=True)
        digest = hashlib.sha256(f"{path} {content}".encode()).hexdigest()
        key = str(uuid5(NAMESPACE_URL, f"bina:demo:{self.caller.tenant}:{intention}:{digest}"))
        headers = {"Idempotency-Key": key}
        answer = self._send(_Request(method="POST", service=service, path=path, body=body, headers=headers))
        replayed = answer.headers.get("Idempotency-Replayed") == "true"
        self._tally.write(replayed=replayed)
        return Answer(answer.json() if answer.content else None, replayed)

    def _send(self, request: _Request) -> requests.Response:
        deadline = time.monotonic() + PATIENCE_S
        pause = 0.05
        while True:
            try:
                return self._try(request)
            except UnavailableError:
                if time.monotonic() + pause > deadline:
                    raise
            self._tally.retry()
            time.sleep(pause * random.uniform(0.5, 1.0))  # noqa: S311 - spreads retries, hides nothing
            pause = min(pause * 2, _LONGEST_PAUSE_S)

    def _try(self, request: _Request) -> requests.Response:
        url = self._places.services[request.service] + request.path
        bearer = f"Bearer {self._tokens.get(self.caller)}"
        headers = {**request.headers, "Authorization": bearer, "Accept-Language": "en"}
        session = self._session()
        try:
            answer = session.request(
                request.method, url, params=request.query, json=request.body, headers=headers, timeout=_TIMEOUT_S
            )
        except requests.RequestException as error:
            raise UnavailableError(f"{request.service} does not answer: {type(error).__name__}") from error
        self._check(request, answer)
        return answer

    def _check(self, request: _Request, answer: requests.Response) -> None:
        if answer.ok:
            return
        problem = _problem(answer)
        code = problem.get("code", "unknown")
        if answer.status_code == HTTPStatus.UNAUTHORIZED:
            self._tokens.forget(self.caller)
        if answer.status_code in _PASSING or code == _IN_FLIGHT:
            raise UnavailableError(f"{request}: {answer.status_code} {code}")
        detail = problem.get("errors") or problem.get("detail", "")
        raise RefusedError(str(request), answer.status_code, code, detail)

    def _session(self) -> requests.Session:
        session: requests.Session | None = getattr(self._sessions, "session", None)
        if session is None:
            session = self._sessions.session = requests.Session()
        return session


def _problem(answer: requests.Response) -> dict[str, Any]:
    try:
        problem = answer.json()
    except ValueError:
        return {}
    return problem if isinstance(problem, dict) else {}
