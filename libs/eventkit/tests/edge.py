"""A made-up service over the sample counter, for the tests of the HTTP edge."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final, cast

from flask import Flask
from flask.testing import FlaskClient
from flask_smorest import Blueprint
from marshmallow import Schema, fields, post_load, validate
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError, NetworkTimeout, OperationFailure
from sample import Counter, CounterRaised, counters

from eventkit.audit import Entry
from eventkit.auth import Verifier, principal, roles
from eventkit.idempotency import once
from eventkit.ids import new_id
from eventkit.mongo import Session, Unit
from eventkit.refusal import Fault, RefusedError
from eventkit.settings import ServiceSettings, read_settings
from eventkit.trail import sensitive
from eventkit.web import PageQuery, RequestSchema, Service, build_app, current_settings, if_match, page_of, paged
from testkit.tokens import ISSUER, TokenFactory

ENVIRON: Final = {
    "BINA_HTTP_PORT": "0",
    "BINA_RELAY_PORT": "0",
    "BINA_MONGO_URI": "mongodb://sample:sEcret-mongo@127.0.0.1:1/sample?replicaSet=bina",
    "BINA_KAFKA_BOOTSTRAP": "127.0.0.1:1",
    "BINA_KAFKA_USERNAME": "sample",
    "BINA_KAFKA_PASSWORD": "sEcret-kafka",
    "BINA_OIDC_ISSUER": ISSUER,
    "BINA_OIDC_JWKS_URL": f"{ISSUER}/jwks.json",
}


@dataclass(frozen=True, slots=True)
class RaiseBody:
    """How far to raise."""

    by: int


class PartRequest(RequestSchema):
    name = fields.String(required=True, validate=validate.Length(1, 8))
    share = fields.Float()


class RaiseRequest(RequestSchema):
    by = fields.Integer(required=True, validate=validate.Range(1, 1000))
    note = fields.String(validate=[validate.Length(max=10), validate.Regexp(r"^[a-z ]*\Z")])
    day = fields.Date()
    is_final = fields.Boolean()
    kind = fields.String(validate=validate.OneOf(["BIG", "SMALL"]))
    parts = fields.List(fields.Nested(PartRequest))

    @post_load
    def build(self, data: dict[str, Any], **_: object) -> RaiseBody:
        return RaiseBody(data["by"])


class CounterResponse(Schema):
    id = fields.String(required=True)
    version = fields.Integer(required=True)
    total = fields.Integer(required=True)


def raise_counter(unit: Unit, caller: Any, counter: str, by: int, expected: int | None) -> Counter:
    """Raise a counter; a new one begins at 0, and none passes 1000."""

    def work(session: Session) -> Counter:
        known = counters.find(caller.tenant, counter, session) if expected is None else None
        found = known or (Counter(id=counter) if expected is None else None)
        if found is None:
            found = counters.load(caller.tenant, counter, session, expected=expected)
        if found.total + by > 1000:
            raise RefusedError("CONFLICT", "too_high", [Fault("/by", "too_high", (("limit", "1000"),))], limit=1000)
        raised = replace(found, total=found.total + by)
        return counters.save(caller.tenant, raised, [CounterRaised(counter=counter, by=by)], session)

    return unit.run(work)


def build(uow: Unit) -> Blueprint:
    """Wire the routes."""
    blueprint = Blueprint("counters", __name__, url_prefix="/v1")

    @blueprint.route("/counters", methods=["POST"])
    @roles("clerk")
    @blueprint.arguments(RaiseRequest)
    @blueprint.response(201, CounterResponse)
    def create(body: RaiseBody) -> Any:
        """Make a counter."""
        caller, made = principal(), new_id()
        location = "/v1/counters/{id}"
        schema = CounterResponse()
        return once(uow, 201, schema, lambda unit: raise_counter(unit, caller, made, body.by, None), location=location)

    @blueprint.route("/counters/<counter_id>/raises", methods=["POST"])
    @roles("clerk")
    @blueprint.arguments(RaiseRequest)
    @blueprint.response(200, CounterResponse)
    def raise_it(body: RaiseBody, counter_id: str) -> Any:
        """Raise a counter."""
        caller, expected = principal(), if_match()
        return once(
            uow, 200, CounterResponse(), lambda unit: raise_counter(unit, caller, counter_id, body.by, expected)
        )

    @blueprint.route("/counters/<counter_id>")
    @roles("clerk", "auditor")
    @blueprint.response(200, CounterResponse)
    def show(counter_id: str) -> Counter:
        """Show a counter."""
        return counters.load(principal().tenant, counter_id, uow.reading())

    @blueprint.route("/counters")
    @roles("clerk", "auditor")
    @blueprint.arguments(PageQuery, location="query")
    @blueprint.response(200, page_of(CounterResponse))
    def show_all(query: dict[str, Any]) -> Any:
        """List the counters."""
        return paged(counters.page(principal().tenant, {}, uow.reading(), **query), CounterResponse())

    _odd(blueprint, uow)
    return blueprint


def _odd(blueprint: Blueprint, uow: Unit) -> None:
    @blueprint.route("/counters/<counter_id>/owner")
    @roles("clerk")
    @sensitive
    def show_owner(counter_id: str) -> Any:
        """Show what only some may see, of a counter that is there."""
        return {"owner": counters.load(principal().tenant, counter_id, uow.reading()).id}

    @blueprint.route("/faults/<kind>")
    @roles("clerk")
    def fail(kind: str) -> Any:
        """Fail in a given way."""
        if kind == "settings":
            return {"instance": current_settings(ServiceSettings).service}
        raise FAULTS[kind]

    @blueprint.route("/misuse/<kind>", methods=["POST"])
    @roles("clerk")
    def misuse(kind: str) -> Any:
        """Use the idempotency record in a way that cannot be right."""
        works: dict[str, Callable[[Unit], Any]] = {
            "none": lambda _: None,
            "two": lambda unit: (unit.run(lambda _: None), unit.run(lambda _: None)),
        }
        return once(uow, 200, CounterResponse(), works[kind])


FAULTS: Final[dict[str, Exception]] = {
    "store": NetworkTimeout("secret-host:27017 timed out"),
    "conflict": OperationFailure("WriteConflict", 112, {"errorLabels": ["TransientTransactionError"]}),
    "command": OperationFailure("secret-host: not authorized", 13),
    "duplicate": DuplicateKeyError("secret", 11000, {"keyPattern": {"tenant": 1, "code": 1}}),
    "textless": RefusedError("FORBIDDEN", "nobody_wrote_this"),
    "valueless": RefusedError("CONFLICT", "too_high"),
    "defect": ZeroDivisionError("internal detail 197803172005011002"),
}
SERVICE: Final = Service(
    name="sample",
    title="Sample",
    blueprints=build,
    collections=(counters,),
    texts={"too_high": ("Tidak boleh melewati {limit}.", "May not pass {limit}.")},
)


def app_of(verifier: Verifier, database: Database[Any] | None = None, **environ: str) -> Flask:
    """Build the app, over no database unless one is given; without one its audit entries are in `noted(app)`."""
    settings = read_settings({**ENVIRON, **environ}, "sample", ServiceSettings)
    app = build_app(SERVICE, settings, cast("Database[Any]", database), verifier)
    if database is None:
        app.extensions["bina_audit"] = noted(app).append
    return app


def noted(app: Flask) -> list[Entry]:
    """Give the list that stands in for the store's audit entries."""
    found: list[Entry] = app.extensions.setdefault("noted_entries", [])
    return found


class Desk:
    """Asks as one clerk, each time with a key of its own."""

    def __init__(self, client: FlaskClient, tokens: TokenFactory) -> None:
        self.client = client
        self.headers = tokens.headers("74.71", "clerk")

    def post(self, path: str = "/v1/counters", by: int = 5, **more: Any) -> Any:
        headers = {**self.headers, "Idempotency-Key": more.pop("key", new_id())}
        return self.client.post(path, headers=headers, json={"by": by, **more})

    def get(self, path: str) -> Any:
        return self.client.get(path, headers=self.headers)
