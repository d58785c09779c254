"""What a request leaves in the audit log: its change, its refusal, its look at personal data.

A change writes its entry in its own transaction (`change`). The rest is written here before the answer goes out; when
that cannot be, the answer is 503 and nothing else. What is not written is only counted: requests without any token,
429, and refused tokens beyond a number per minute, so that a stranger cannot fill the store.
"""

import hashlib
import re
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Final, TypeVar, cast

import pymongo
import structlog
from flask import Flask, Response, current_app, g, request
from flask_smorest import Blueprint
from pymongo.errors import PyMongoError

from eventkit import audit, metrics, problem
from eventkit.audit import NATION, Entry
from eventkit.auth import Principal
from eventkit.ids import new_id
from eventkit.mongo import WRITE_TIMEOUT_S, Session
from eventkit.problem import RefusedRequestError

Write = Callable[[Entry], None]
V = TypeVar("V", bound=Callable[..., Any])

BAD_TOKENS_PER_MINUTE: Final = 60
_LATER: Final = {"Retry-After": "2"}
_STRANGER: Final = Principal(NATION, "", "", frozenset())
_MAX_ROLES: Final = 20
_MAX_OBJECT: Final = 200
_ID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{1,4}(\.\d\d)?")
_ROLE: Final = re.compile(r"[a-z_]{1,40}")
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_log = structlog.get_logger("audit")


def sensitive(view: V) -> V:
    """Mark a view that shows personal data: it answers only once that is written down."""
    marked: Any = Blueprint.doc(**{"x-sensitive": True})(view)
    marked.is_sensitive = True
    return cast("V", marked)


def change(session: Session, status: int, made: str) -> None:
    """Write the entry of a command in its transaction; `made` is the id of what came of it."""
    try:
        audit.pend(session.database, _entry(g.principal, status, "", made), session.writing())
    except PyMongoError as error:
        if error.timeout or error.has_error_label("TransientTransactionError"):
            raise  # the transaction is tried again, or answered with 503 anyway
        raise RefusedRequestError(503, "unavailable", headers=_LATER) from error


def install(app: Flask, write: Write) -> None:
    """Let every request of the app leave its entry by `write`."""
    limit = _Limit(BAD_TOKENS_PER_MINUTE)
    app.extensions["bina_audit"] = write

    def note(response: Response) -> Response:
        caller = _due(response.status_code)
        if caller is _STRANGER and not limit.take():
            metrics.count("audit_unwritten")
            caller = None
        if caller is None:
            return response
        entry = _entry(caller, response.status_code, g.get("problem", ""))
        try:
            with pymongo.timeout(WRITE_TIMEOUT_S):
                current_app.extensions["bina_audit"](entry)
        except PyMongoError as error:
            _log.error("entry not written", error=type(error).__name__, status=response.status_code)
            return problem.problem(503, "unavailable", headers=_LATER)
        return response

    app.after_request(note)


def _due(status: int) -> Principal | None:
    """Say whose entry this answer needs beside those that are written by now."""
    caller: Principal | None = g.get("principal")
    if status == HTTPStatus.UNAUTHORIZED and g.get("is_token_refused"):
        return _STRANGER
    if HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return None if status == HTTPStatus.TOO_MANY_REQUESTS else caller
    view = current_app.view_functions.get(request.endpoint or "")
    is_shown = status < HTTPStatus.BAD_REQUEST and getattr(view, "is_sensitive", False)
    return caller if is_shown and not g.get("is_audited") else None


def _entry(caller: Principal, status: int, code: str, made: str = "") -> Entry:
    method = request.method if request.method in _METHODS else "?"
    ids = [*(request.view_args or {}).values(), *([made] if made else [])]
    return Entry(
        id=new_id(),
        tenant=caller.tenant,
        at=datetime.now(UTC).isoformat(timespec="milliseconds"),
        subject=caller.subject,
        client=caller.client,
        roles=[role if _ROLE.fullmatch(role) else "?" for role in sorted(caller.roles)[:_MAX_ROLES]],
        action=f"{method} {request.url_rule.rule if request.url_rule else '?'}",
        object="/".join(_id_of(each) for each in ids)[:_MAX_OBJECT],
        outcome="REFUSED" if status >= HTTPStatus.BAD_REQUEST else "DONE",
        status=status,
        code=code,
        correlation=g.get("correlation", ""),
        digest=_digest(),
    )


def _id_of(value: object) -> str:
    """Keep ids and short codes: what else stands in an address could be a name or a person's number."""
    return str(value) if _ID.fullmatch(str(value)) else "?"


def _digest() -> str:
    """Hash the body together with the caller's own key, or say nothing.

    The plain hash of a body that holds little but a person's number is that number to anybody who tries them all;
    with the key, which is stored nowhere, only who sent the body can show that this was it.
    """
    key, body = request.headers.get("Idempotency-Key", ""), g.get("raw_body", b"")
    return hashlib.sha256(key.encode() + b"\n" + body).hexdigest() if key and body else ""


class _Limit:
    """So many in each minute, whoever asks."""

    def __init__(self, per_minute: int) -> None:
        self._most = per_minute
        self._lock = threading.Lock()
        self._minute, self._taken = 0, 0

    def take(self) -> bool:
        """Say whether there is one left in this minute."""
        with self._lock:
            if (now := int(time.monotonic() // 60)) != self._minute:
                self._minute, self._taken = now, 0
            self._taken += 1
            return self._taken <= self._most
