"""Sends intentions as a careful client would: the same key again until an answer is known, each attempt recorded."""

import hashlib
import json
import random
import re
import threading
import time
from typing import Any, Final

import requests

from bina.demo.drive.access import Caller, Places, Tokens
from bina.demo.drive.errors import DriveError
from prove.record import Attempt, Intention, Ledger

PATIENCE_S: Final = 60.0
_IDS: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_ETAG: Final = re.compile(r'"(\d+)"')


class Client:
    """Every caller of every tenant; safe to share between threads."""

    def __init__(self, places: Places, ledger: Ledger) -> None:
        self.places = places
        self.ledger = ledger
        self._tokens = Tokens(places)
        self._local = threading.local()

    def send(
        self, intention: Intention, *, patience: float = PATIENCE_S, lose_first: bool = False
    ) -> tuple[Attempt, Any]:
        """Send until the outcome is known or the patience ends; gives the last attempt and the answer's body.

        `lose_first` hangs up on the first answer, as a broken line would.
        """
        deadline = time.monotonic() + patience
        number, pause = 0, 0.05
        while True:
            number += 1
            timeout = random.uniform(0.002, 0.03) if lose_first and number == 1 else 15.0
            attempt, body = self.try_once(intention, number=number, timeout=timeout)
            if attempt.is_final or time.monotonic() + pause > deadline:
                return attempt, body
            time.sleep(pause * random.uniform(0.5, 1.0))
            pause = min(pause * 2, 1.0)

    def try_once(self, intention: Intention, *, number: int = 1, timeout: float = 15.0) -> tuple[Attempt, Any]:
        """Send once and write down what came of it."""
        text = "" if intention.body is None else json.dumps(intention.body, sort_keys=True)
        digest = hashlib.sha256(f"{intention.method} {intention.path} {text}".encode()).hexdigest()[:16]
        facts: dict[str, Any] = {"intention": intention, "number": number, "digest": digest, "sent": time.time()}
        try:
            answer = self._request(intention, text, timeout)
        except (requests.RequestException, DriveError):
            attempt = Attempt(**facts, answered=time.time())
            self.ledger.write(attempt)
            return attempt, None
        body = _json(answer)
        attempt = Attempt(**facts, answered=time.time(), **_told(answer, body))
        self.ledger.write(attempt)
        if answer.status_code == 401:
            self._tokens.forget(Caller(intention.tenant, intention.role))
        return attempt, body

    def _request(self, intention: Intention, text: str, timeout: float) -> requests.Response:
        token = self._tokens.get(Caller(intention.tenant, intention.role))
        headers = {"Authorization": f"Bearer {token}", "Accept-Language": "en"}
        if intention.method != "GET":
            headers |= {"Idempotency-Key": intention.key, "Content-Type": "application/json"}
        if intention.version is not None:
            headers["If-Match"] = f'"{intention.version}"'
        url = self.places.services[intention.service] + intention.path
        session = self._session()
        return session.request(intention.method, url, data=text or None, headers=headers, timeout=timeout)

    def _session(self) -> requests.Session:
        session: requests.Session | None = getattr(self._local, "session", None)
        if session is None:
            session = self._local.session = requests.Session()
        return session


def _json(answer: requests.Response) -> Any:
    try:
        return answer.json()
    except ValueError:
        return None


def _told(answer: requests.Response, body: Any) -> dict[str, Any]:
    told: dict[str, Any] = {"status": answer.status_code, "seen": tuple(sorted(set(_IDS.findall(answer.text))))}
    told["answer"] = hashlib.sha256(answer.content).hexdigest()[:16]
    told["replayed"] = answer.headers.get("Idempotency-Replayed") == "true"
    if etag := _ETAG.search(answer.headers.get("ETag", "")):
        told["version"] = int(etag[1])
    if isinstance(body, dict):
        told["code"] = str(body.get("code", "")) if not answer.ok else ""
        told["made"] = str(body.get("id", "")) if answer.ok else ""
        rows = body.get("rows")
        told["rows"] = tuple(str(row.get("id", "")) for row in rows) if isinstance(rows, list) else ()
    return told
