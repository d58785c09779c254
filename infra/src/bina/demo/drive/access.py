"""Where the services answer and how a caller proves who it is: tokens of the issuer, by tenant and role."""

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

import requests

from bina.demo.drive.errors import RefusedError, UnavailableError

NATIONAL: Final = "00"
_RENEW_BEFORE_S: Final = 60.0
_TIMEOUT_S: Final = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """The addresses of a platform and the client that may ask for tokens."""

    services: Mapping[str, str]
    issuer: str
    client: str
    secret: str


@dataclass(frozen=True, slots=True)
class Caller:
    """On whose behalf a request is made; the subject names the demo's person in that role."""

    tenant: str
    role: str

    @property
    def subject(self) -> str:
        return f"demo-{self.role}@{self.tenant}"


class Tokens:
    """Fetches tokens and keeps them until shortly before they expire; safe to share between threads."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._kept: dict[Caller, tuple[str, float]] = {}
        self._lock = threading.Lock()

    def get(self, caller: Caller) -> str:
        """Give a token that is still good for a while."""
        with self._lock:
            token, good_until = self._kept.get(caller, ("", 0.0))
            if time.monotonic() < good_until:
                return token
            token, lifetime = self._fetch(caller)
            self._kept[caller] = (token, time.monotonic() + lifetime - _RENEW_BEFORE_S)
            return token

    def forget(self, caller: Caller) -> None:
        """Drop a token that a service refused."""
        with self._lock:
            self._kept.pop(caller, None)

    def _fetch(self, caller: Caller) -> tuple[str, float]:
        places = self._places
        form = {
            "grant_type": "client_credentials",
            "tenant": caller.tenant,
            "role": caller.role,
            "subject": caller.subject,
        }
        try:
            answer = requests.post(
                f"{places.issuer}/token", data=form, auth=(places.client, places.secret), timeout=_TIMEOUT_S
            )
        except requests.RequestException as error:
            raise UnavailableError(f"the issuer does not answer: {type(error).__name__}") from error
        if answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise UnavailableError(f"the issuer answered {answer.status_code}")
        if not answer.ok:
            raise RefusedError("issuer /token", answer.status_code, "token_refused", answer.text[:200])
        granted = answer.json()
        return str(granted["access_token"]), float(granted["expires_in"])
