"""One intention, one effect: a repeated POST with the same key is answered from the record of the first.

The record is the last write in the transaction of the change itself, so neither can exist without the other.
Nobody looks for it beforehand: a repeat does the work again, meets the record and is rolled back. Refusals leave none:
the client may try again with the same key.
"""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NoReturn, TypeVar

from flask import Response, current_app, g, json, request
from marshmallow import Schema
from pymongo import IndexModel
from pymongo.errors import DuplicateKeyError, OperationFailure

from eventkit import trail
from eventkit.auth import principal
from eventkit.mongo import Documents, Session, Unit
from eventkit.problem import RefusedRequestError
from eventkit.refusal import RefusedError

KEPT_S: Final = 24 * 3600
_KEY: Final = re.compile(r"[\x21-\x7e]{1,200}")
_WRITE_CONFLICT: Final = 112
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What was answered to one key."""

    id: str
    digest: str
    status: int
    answer: str
    headers: dict[str, str]
    at: datetime


RECORDS: Final = Documents("idempotency", Answered, indexes=[IndexModel("at", expireAfterSeconds=KEPT_S)])


def once(
    uow: Unit, status: int, schema: Schema, work: Callable[[Unit], Any], *, location: str | None = None
) -> Response:
    """Do the work once per key and give its answer; `location` may hold `{id}` of what was made.

    The work gets a unit that runs one transaction; what that returns is dumped, answered and recorded.
    """
    recording = _Recording(uow, status, schema, location)
    try:
        work(recording)
    except _InFlightError:
        return _known_answer(recording) or _in_flight()
    except RefusedError:
        # A repeat is judged on what the first has changed: it may be refused although the first was not.
        if answer := _known_answer(recording):
            return answer
        raise
    if recording.record is None:
        raise RuntimeError("the work ran no transaction, so nothing could be recorded")
    return _response(recording.record, replayed=False)


class _InFlightError(Exception):
    """The key has a record, or another transaction is about to write it."""


class _Recording:
    """A unit of work whose one transaction also holds the record of the answer."""

    def __init__(self, unit: Unit, status: int, schema: Schema, location: str | None) -> None:
        caller = principal()
        self.tenant = caller.tenant
        self.digest = _digest()
        self.id = _sha256([caller.client, caller.subject, _key()])
        self.unit = unit
        self.record: Answered | None = None
        self._status, self._schema, self._location = status, schema, location

    def run(self, work: Callable[[Session], T]) -> T:
        """Run the work and record its answer, both or neither."""
        if self.record is not None:
            raise RuntimeError("a command with an idempotency key has one transaction")

        def recorded(session: Session) -> tuple[T, Answered]:
            result = work(session)
            record = self._answer(result, session.at)
            self._keep(record, session)
            trail.change(session, self._status, getattr(result, "id", ""))
            return result, record

        result, self.record = self.unit.run(recorded)
        return result

    def reading(self) -> Session:
        """Read outside the transaction."""
        return self.unit.reading()

    def _keep(self, record: Answered, session: Session) -> None:
        """Write the record; of two requests with one key only the first gets past here."""
        document = RECORDS.unstructure(self.tenant, record)
        try:
            session.collection(RECORDS.name).insert_one(document, session=session.writing())
        except DuplicateKeyError as error:
            raise _InFlightError from error
        except OperationFailure as error:
            if error.code == _WRITE_CONFLICT:
                raise _InFlightError from error
            raise

    def _answer(self, result: Any, at: datetime) -> Answered:
        body = self._schema.dump(result)
        headers = {}
        if isinstance(version := getattr(result, "version", None), int):
            headers["ETag"] = f'"{version}"'
        if self._location:
            headers["Location"] = self._location.format_map({"id": getattr(result, "id", "")})
        text = current_app.json.dumps(body)
        return Answered(id=self.id, digest=self.digest, status=self._status, answer=text, headers=headers, at=at)


def _known_answer(recording: _Recording) -> Response | None:
    """Answer from the record, if there is one.

    Looked for in a transaction, as the work was: it sees what the refusal was based on, which a majority may not have
    yet, and its commit waits until a majority has.
    """
    known = recording.unit.run(lambda session: RECORDS.find(recording.tenant, recording.id, session))
    return None if known is None else _response(known, replayed=True)


def _in_flight() -> NoReturn:
    raise RefusedRequestError(409, "request_in_flight", headers={"Retry-After": "1"})


def _response(record: Answered, *, replayed: bool) -> Response:
    if record.digest != _digest():
        raise RefusedRequestError(422, "idempotency_key_reused")
    g.is_audited = not replayed  # what is shown again has left no entry this time
    answer = Response(record.answer, record.status, record.headers, mimetype="application/json")
    if replayed:
        answer.headers["Idempotency-Replayed"] = "true"
    return answer


def _key() -> str:
    given = {value for name in ("Idempotency-Key", "X-Idempotency-Key") for value in request.headers.getlist(name)}
    if not given:
        raise RefusedRequestError(400, "idempotency_key_missing")
    key = given.pop()
    if given or not _KEY.fullmatch(key):
        raise RefusedRequestError(400, "idempotency_key_invalid")
    return key


def _digest() -> str:
    """Hash what was asked, not how it was spaced."""
    return _sha256([request.method, request.path, sorted(request.args.items(multi=True)), g.get("body")])


def _sha256(parts: object) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
