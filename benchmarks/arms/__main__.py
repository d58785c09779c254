"""`python -m benchmarks.arms`: a bare Flask app under the very gunicorn settings of the services.

It changes and reads the same documents, with the same indexes and the same write concern, and does nothing else:
no token, no role, no tenant of the caller, no validation, no record of the answer, no audit entry.
"""

import os
from datetime import UTC, datetime
from typing import Any, Final

from bson import Binary
from flask import Flask, Response, jsonify, request
from pymongo.client_session import ClientSession
from pymongo.database import Database
from pymongo.read_concern import ReadConcern

from benchmarks.world import TENANT
from eventkit import mongo
from eventkit.ids import new_id
from eventkit.process import _Gunicorn
from eventkit.settings import ServiceSettings, read_settings

Document = dict[str, Any]
# The bytes of a confirmation as the service makes them; only their number matters here.
_HEADERS: Final = [[f"ce_attribute{number}", Binary(b"h" * 40)] for number in range(11)]
_VALUE: Final = Binary(b"v" * 140)


def create_app(store: Database[Document]) -> Flask:
    """Build the three routes."""
    app = Flask("bare")

    @app.post("/v1/enrolments/<enrolment_id>/confirm")
    def confirm(enrolment_id: str) -> Response:
        request.get_json()

        def work(session: ClientSession) -> Document:
            return _confirm(store, enrolment_id, session)

        with store.client.start_session() as session:
            return jsonify(session.with_transaction(work, read_concern=ReadConcern("snapshot")))

    @app.post("/v1/inserts")
    def insert() -> Response:
        given = request.get_json()
        store["plain"].insert_one({"_id": new_id(), "tenant": TENANT, "state": "s" * 1_000, **given})
        return jsonify({"ok": True})

    @app.get("/v1/enrolments")
    def listed() -> Response:
        where = {"batch": request.args["batch"], "tenant": TENANT}
        size = int(request.args["size"])
        found = list(store["enrolments"].find(where, sort=[("_id", 1)], limit=size + 1))
        return jsonify({"items": found[:size], "next_cursor": found[size - 1]["_id"] if len(found) > size else None})

    return app


def _confirm(store: Database[Document], enrolment_id: str, session: ClientSession) -> Document:
    enrolment = _find(store, "enrolments", enrolment_id, session)
    batch = _find(store, "batches", enrolment["batch"], session)
    category = enrolment["category"]
    taken = {**batch["taken"], category: batch["taken"].get(category, 0) + 1}
    step = {"state": "CONFIRMED", "at": datetime.now(UTC), "reason_code": None}
    _replace(store, "batches", batch, {"taken": taken}, session)
    changed = {"state": "CONFIRMED", "history": [*enrolment["history"], step], "sequence": enrolment["sequence"] + 1}
    after = _replace(store, "enrolments", enrolment, changed, session)
    row = {
        "_id": new_id(),
        "tenant": TENANT,
        "topic": "registration.enrolment",
        "key": after["_id"],
        "sequence": after["sequence"],
        "headers": _HEADERS,
        "value": _VALUE,
        "at": datetime.now(UTC),
    }
    store["outbox"].insert_one(row, session=session)
    return after


def _find(store: Database[Document], name: str, id: str, session: ClientSession) -> Document:
    found = store[name].find_one({"_id": f"{TENANT}/{id}", "tenant": TENANT}, session=session)
    if found is None:
        raise LookupError(id)
    return found


def _replace(
    store: Database[Document], name: str, before: Document, changes: Document, session: ClientSession
) -> Document:
    after = before | changes | {"version": before["version"] + 1}
    known = {"_id": before["_id"], "tenant": TENANT, "version": before["version"]}
    if store[name].replace_one(known, after, session=session).matched_count != 1:
        raise LookupError(before["_id"])
    return after


def main() -> None:
    """Serve until told to stop."""
    settings = read_settings(os.environ, "bare", ServiceSettings)
    pool = settings.web_threads + 4
    _Gunicorn(lambda: create_app(mongo.connect(settings.mongo_uri, "bare", service="bare", pool=pool)), settings).run()


if __name__ == "__main__":
    main()
