"""The HTTP edge: one app per service with OpenAPI, strict bodies, tenant-bound callers, problems and health."""

import re
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, TypeVar, cast
from urllib.parse import quote, urlencode

import structlog
from flask import Flask, Response, current_app, g, jsonify, request
from flask.json.provider import DefaultJSONProvider
from flask_smorest import Api, Blueprint
from gunicorn.http.errors import ParseException
from marshmallow import RAISE, Schema, ValidationError, fields, pre_load, validate
from pymongo.database import Database

from eventkit import audit, auth, body, faults, metrics, outbox, problem, trail
from eventkit.envelope import Trace, current_trace
from eventkit.gate import Projection
from eventkit.health import PATHS, Answer, Health, store_answers
from eventkit.ids import new_id
from eventkit.intake import MAX_BODY
from eventkit.mongo import Documents, Page, UnitOfWork
from eventkit.problem import RefusedRequestError, Texts
from eventkit.rates import Rates
from eventkit.settings import ServiceSettings

MAX_PAGE: Final = 200
_CORRELATION: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
_TRACEPARENT: Final = re.compile(r"00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
_VERSION: Final = re.compile(r'(?:W/)?"([0-9]{1,15})"')
_HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
}
_log = structlog.get_logger(__name__)
S = TypeVar("S", bound=ServiceSettings)


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """What a service is made of; eventkit does the rest."""

    name: str
    title: str
    blueprints: Callable[[UnitOfWork], Blueprint | Sequence[Blueprint]]
    collections: Sequence[Documents[Any]]
    texts: Texts
    projections: Sequence[Projection[Any]] = ()
    settings: type[ServiceSettings] = ServiceSettings


class RequestSchema(Schema):
    """A body or a query: unknown fields are refused, and in JSON also numbers or truth values written as text."""

    class Meta:
        unknown = RAISE

    @pre_load
    def refuse_loose(self, data: Any, **_: object) -> Any:
        """Refuse what marshmallow would convert and, in a query, what webargs would drop."""
        if not isinstance(data, Mapping):
            return data
        fields_by_key = {field.data_key or name: field for name, field in self.fields.items()}
        faults = {key: ["Unknown field."] for key in data if key not in fields_by_key}
        if isinstance(data, dict) and len(faults) <= MAX_PAGE:  # JSON; the values of a query are text by nature
            given = {key: field for key, field in fields_by_key.items() if data.get(key) is not None}
            loose = {key: field for key, field in given.items() if _is_loose(field, data[key])}
            faults = {key: [str(field.error_messages["invalid"])] for key, field in loose.items()}
        if faults:
            raise ValidationError(faults)
        return data


def _is_loose(field: fields.Field[Any], value: object) -> bool:
    if isinstance(field, fields.Boolean):
        return not isinstance(value, bool)
    if isinstance(field, fields.Integer):
        return isinstance(value, (str, float))
    return isinstance(field, fields.Float) and isinstance(value, str)


class PageQuery(RequestSchema):
    """The query of a list: how many, and after which."""

    cursor = fields.String(validate=validate.Regexp(r"^[\w.:-]{1,200}\Z"), load_default=None)
    size = fields.Integer(validate=validate.Range(min=1, max=MAX_PAGE), load_default=50)


class FaultResponse(Schema):
    """One wrong field."""

    pointer = fields.String(required=True, metadata={"description": "JSON pointer of the field"})
    code = fields.String(required=True)
    message = fields.String(required=True)


class ProblemResponse(Schema):
    """A refusal as RFC 9457 has it."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True)
    instance = fields.String(required=True)
    code = fields.String(required=True, metadata={"description": "Stable; texts may change"})
    errors = fields.List(fields.Nested(FaultResponse), required=True)
    trace_id = fields.String(required=True)


def page_of(item: type[Schema]) -> type[Schema]:
    """Describe a page of items for the API document."""
    parts: dict[str, fields.Field[Any]] = {
        "items": fields.List(fields.Nested(item), required=True),
        "next_cursor": fields.String(required=True, allow_none=True),
    }
    return Schema.from_dict(parts, name=item.__name__.replace("Response", "") + "PageResponse")


def paged(page: Page[Any], schema: Schema) -> Response:
    """Answer one page, with a `Link` to the next."""
    items = [schema.dump(item) for item in page.items]
    answer = jsonify({"items": items, "next_cursor": page.next_cursor})
    if page.next_cursor is not None:
        following = {**request.args.to_dict(flat=False), "cursor": [page.next_cursor]}
        answer.headers["Link"] = f'<{quote(request.path)}?{urlencode(following, doseq=True)}>; rel="next"'
    return answer


def if_match() -> int | None:
    """Give the version that the caller saw, if it said one."""
    given = request.headers.get("If-Match", "*").strip()
    if given == "*":
        return None
    found = _VERSION.fullmatch(given)
    if found is None:
        raise RefusedRequestError(400, "if_match_invalid")
    return int(found[1])


def current_settings(kind: type[S]) -> S:
    """Give the settings of the app that serves this request."""
    settings = current_app.extensions["bina_settings"]
    if not isinstance(settings, kind):
        raise TypeError(kind.__name__)
    return settings


def build_app(
    service: Service, settings: ServiceSettings, database: Database[Any], verifier: auth.Verifier | None = None
) -> Flask:
    """Compose the service's app; raises RuntimeError for a route without @roles or @public."""
    brake = outbox.Brake(database, settings.outbox_limit)
    app, api = _with_views(service, UnitOfWork(database, admit=brake.check))
    app.config.update(TRUSTED_HOSTS=list(settings.trusted_hosts) or None)
    app.extensions["bina_settings"] = settings
    state = Health(service=service.name, process="api", instance=settings.instance, ready=(store_answers(database),))
    for path in PATHS:
        app.add_url_rule(path, path[1:], auth.public(lambda path=path: _health(state, path)))
    text = cache(lambda: app.json.dumps(_document(api)))
    app.add_url_rule("/v1/openapi.json", "openapi", auth.public(lambda: Response(text(), mimetype="application/json")))
    problem.install(app, service.texts)
    app.before_request(_begin)
    auth.install(app, verifier or _verifier(settings), Rates(settings))
    app.before_request(_read_body)
    app.after_request(_finish)
    trail.install(app, lambda entry: audit.pend(database, entry))  # after: it runs first, and may replace the answer
    return app


def openapi(service: Service) -> dict[str, Any]:
    """Describe the service's API; needs neither settings nor a database."""
    # Views keep the unit of work for later; none runs here.
    return _document(_with_views(service, UnitOfWork(cast("Database[Any]", None)))[1])


def _with_views(service: Service, uow: UnitOfWork) -> tuple[Flask, "_Api"]:
    app = Flask(service.name, static_folder=None)
    app.json = _Json(app)
    app.url_map.strict_slashes = False
    app.config.update(
        MAX_CONTENT_LENGTH=MAX_BODY,
        MAX_FORM_MEMORY_SIZE=MAX_BODY,
        MAX_FORM_PARTS=50,
        PROVIDE_AUTOMATIC_OPTIONS=False,
    )
    bearer = {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
    options = {
        "title": service.title,
        "version": "1",
        "openapi_version": "3.1.0",
        "security": [{"bearer": []}],
        "components": {"securitySchemes": {"bearer": bearer}},
    }
    api = _Api(app, spec_kwargs=options)
    built = service.blueprints(uow)
    for blueprint in [built] if isinstance(built, Blueprint) else built:
        api.register_blueprint(blueprint)
    return app, api


def _verifier(settings: ServiceSettings) -> auth.Verifier:
    keys = auth.JwksCache(auth.fetch_from(settings.oidc_jwks_url), life_s=settings.oidc_keys_life)
    return auth.Verifier(keys, issuer=settings.oidc_issuer, audience=settings.oidc_audience)


class _Json(DefaultJSONProvider):
    """Dumps stable JSON and tags an object that has a version, so that `If-Match` can name it."""

    sort_keys = False
    ensure_ascii = False

    def response(self, *args: Any, **kwargs: Any) -> Response:
        answer = super().response(*args, **kwargs)
        if args and isinstance(args[0], Mapping) and isinstance(version := args[0].get("version"), int):
            answer.headers["ETag"] = f'"{version}"'
        return cast("Response", answer)


class _Api(Api):
    """Documents our problems; answering them is not left to flask-smorest."""

    ERROR_SCHEMA = ProblemResponse

    def _register_error_handlers(self) -> None:
        pass


def _document(api: Any) -> dict[str, Any]:
    """Give the API document with the headers that every command takes, and errors as problems."""
    document: dict[str, Any] = api.spec.to_dict()
    for response in document["components"].get("responses", {}).values():
        response["content"] = {problem.MEDIA_TYPE: response["content"].pop("application/json")}
    for path, operations in document["paths"].items():
        if "post" in operations:
            operation = operations["post"]
            given = operation.setdefault("parameters", [])
            is_optional = any(each.get("name") == "dry_run" for each in given)
            given.append(_header("Idempotency-Key", required=not is_optional, limit=200))
            if "{" in path:
                given.append(_header("If-Match", required=False, limit=20))
    return document


def _header(name: str, *, required: bool, limit: int) -> dict[str, Any]:
    return {"name": name, "in": "header", "required": required, "schema": {"type": "string", "maxLength": limit}}


def _health(state: Health, path: str) -> Response:
    answer = state.answer(path) or Answer(404, b"")
    return Response(answer.body, answer.status, content_type=answer.kind)


def _begin() -> None:
    faults.reach("W0")
    g.began = time.perf_counter()
    given = _TRACEPARENT.fullmatch(request.headers.get("traceparent", ""))
    trace_id = given[1] if given else secrets.token_hex(16)
    parent = given[0] if given else f"00-{trace_id}-{secrets.token_hex(8)}-01"
    correlation = request.headers.get("X-Correlation-ID", "")
    g.correlation = correlation if _CORRELATION.fullmatch(correlation) else new_id()
    current_trace.set(Trace(correlation=g.correlation, traceparent=parent))
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(correlation_id=g.correlation, trace_id=trace_id)


def _read_body() -> None:
    """Read the body once, strictly; views and the idempotency record see the same."""
    if request.method != "POST" or request.url_rule is None:
        return
    if request.headers.get("Content-Encoding", "identity") != "identity":
        raise RefusedRequestError(415, "unsupported_media_type")
    try:
        data = request.get_data(cache=True)
    except ParseException:  # chunks that are none
        raise RefusedRequestError(400, "bad_request") from None
    if request.content_length is None and len(data) >= MAX_BODY:  # without a length the rest is cut off silently
        raise RefusedRequestError(413, "body_too_large")
    if data and request.mimetype != "application/json":
        raise RefusedRequestError(415, "unsupported_media_type")
    g.raw_body = data
    g.body = body.parse(data) if data else None


def _finish(response: Response) -> Response:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if "correlation" in g:
        response.headers["X-Correlation-ID"] = g.correlation
    if request.method in {"GET", "HEAD"} and "ETag" in response.headers:
        response.make_conditional(request)
    took = time.perf_counter() - g.get("began", time.perf_counter())
    rule = request.url_rule.rule if request.url_rule else "unmatched"
    method = request.method if request.url_rule else "any"
    metrics.observe("request_seconds", took, route=rule, method=method, status=str(response.status_code))
    if rule not in PATHS:
        _log.info("request", method=method, route=rule, status=response.status_code, ms=round(took * 1000, 1))
        response.call_on_close(lambda: faults.reach("W7"))
    return response
