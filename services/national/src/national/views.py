"""The HTTP routes of the national reports; only national roles may read, and nothing can be changed here."""

from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlencode

from flask import Response, jsonify, request
from flask_smorest import Blueprint
from marshmallow import Schema

from eventkit.auth import principal, roles
from eventkit.event import TenantId
from eventkit.mongo import UnitOfWork
from eventkit.problem import RefusedRequestError
from national import schemas, store, usecases
from national.domain import Filter, Paging

READERS: Final = ("bpsdm_analyst", "platform_admin")
ADMIN: Final = "platform_admin"


def build(uow: UnitOfWork) -> list[Blueprint]:
    """Wire the routes to one unit of work."""
    makers: tuple[Callable[[UnitOfWork], Blueprint], ...] = (_register, _participation, _results, _operations)
    blueprints = [make(uow) for make in makers]
    for each in blueprints:
        each.before_request(_refuse_tenants)
    return blueprints


def _refuse_tenants() -> None:
    """A national role in the token of a tenant opens nothing: the nation has a tenant of its own."""
    if principal().tenant != store.OWNER:
        raise RefusedRequestError(403, "forbidden")


def _linked(schema: Schema, report: Any) -> Response:
    """Answer one page of a report, with a `Link` to the next."""
    answer = jsonify(schema.dump(report))
    if report.next_cursor is not None:
        following = {**request.args.to_dict(flat=False), "cursor": [report.next_cursor]}
        answer.headers["Link"] = f'<{request.path}?{urlencode(following, doseq=True)}>; rel="next"'
    return answer


def _register(uow: UnitOfWork) -> Blueprint:
    blueprint = Blueprint("register", __name__, url_prefix="/v1")

    @blueprint.route("/programmes")
    @roles(*READERS)
    @blueprint.arguments(schemas.ListQuery, location="query")
    @blueprint.response(200, schemas.RegisterResponse)
    def programmes(query: tuple[Filter, Paging]) -> Response:
        """List programmes with claims, plans and what really happened."""
        return _linked(schemas.RegisterResponse(), usecases.list_programmes(uow, *query))

    @blueprint.route("/tenants/<tenant>/programmes/<programme_id>")
    @roles(*READERS)
    @blueprint.response(200, schemas.RegisterResponse)
    def programme(tenant: str, programme_id: str) -> Any:
        """Show one programme of one tenant."""
        return usecases.show_programme(uow, TenantId(tenant), programme_id)

    @blueprint.route("/coverage")
    @roles(*READERS)
    @blueprint.arguments(schemas.FilterQuery, location="query")
    @blueprint.response(200, schemas.CoverageResponse)
    def coverage(query: Filter) -> Any:
        """Show which provinces ran what."""
        return usecases.cover_nation(uow, query)

    @blueprint.route("/coverage/<province>")
    @roles(*READERS)
    @blueprint.arguments(schemas.FilterQuery, location="query")
    @blueprint.response(200, schemas.CoverageResponse)
    def province_coverage(query: Filter, province: str) -> Any:
        """Show which governments of a province ran what."""
        return usecases.cover_province(uow, province, query)

    return blueprint


def _participation(uow: UnitOfWork) -> Blueprint:
    blueprint = Blueprint("participation", __name__, url_prefix="/v1")

    @blueprint.route("/participation")
    @roles(*READERS)
    @blueprint.arguments(schemas.PartitionQuery, location="query")
    @blueprint.response(200, schemas.TableResponse)
    def participation(query: tuple[str, Filter, str, Paging]) -> Response:
        """Count persons by category, arrival, completion, credit limit or standing; small cells are hidden."""
        return _linked(schemas.TableResponse(), usecases.report_table(uow, *query))

    @blueprint.route("/completions")
    @roles(*READERS)
    @blueprint.arguments(schemas.TableQuery, location="query")
    @blueprint.response(200, schemas.TableResponse)
    def completions(query: tuple[Filter, str, Paging]) -> Response:
        """Count persons by what the completion rule said; small cells are hidden."""
        return _linked(schemas.TableResponse(), usecases.report_table(uow, "completion", *query))

    @blueprint.route("/plans")
    @roles(*READERS)
    @blueprint.arguments(schemas.TableQuery, location="query")
    @blueprint.response(200, schemas.TableResponse)
    def plans(query: tuple[Filter, str, Paging]) -> Response:
        """Count action plans by status; small cells are hidden."""
        return _linked(schemas.TableResponse(), usecases.report_table(uow, "plans", *query))

    return blueprint


def _results(uow: UnitOfWork) -> Blueprint:
    blueprint = Blueprint("results", __name__, url_prefix="/v1")

    @blueprint.route("/jp")
    @roles(*READERS)
    @blueprint.arguments(schemas.ListQuery, location="query")
    @blueprint.response(200, schemas.JpResponse)
    def jp(query: tuple[Filter, Paging]) -> Response:
        """Show JP of curricula, of sessions, and credited."""
        return _linked(schemas.JpResponse(), usecases.report_jp(uow, *query))

    @blueprint.route("/measures")
    @roles(*READERS)
    @blueprint.arguments(schemas.ListQuery, location="query")
    @blueprint.response(200, schemas.MeasuresResponse)
    def measures(query: tuple[Filter, Paging]) -> Response:
        """List baselines, tests and follow-ups by due date."""
        return _linked(schemas.MeasuresResponse(), usecases.report_measures(uow, *query))

    @blueprint.route("/outcomes")
    @roles(*READERS)
    @blueprint.arguments(schemas.ListQuery, location="query")
    @blueprint.response(200, schemas.OutcomesResponse)
    def outcomes(query: tuple[Filter, Paging]) -> Response:
        """Show outcomes with enough pairs, and count every status."""
        return _linked(schemas.OutcomesResponse(), usecases.report_outcomes(uow, *query))

    return blueprint


def _operations(uow: UnitOfWork) -> Blueprint:
    blueprint = Blueprint("operations", __name__, url_prefix="/v1")

    @blueprint.route("/freshness")
    @roles(*READERS)
    @blueprint.arguments(schemas.RegionQuery, location="query")
    @blueprint.response(200, schemas.FreshnessResponse)
    def freshness(query: dict[str, str | None]) -> Any:
        """Show how old the figures of each tenant are."""
        return usecases.report_freshness(uow, query["region"])

    @blueprint.route("/reconciliation")
    @roles(*READERS)
    @blueprint.arguments(schemas.TenantQuery, location="query")
    @blueprint.response(200, schemas.ReconciliationResponse)
    def reconciliation(query: dict[str, str]) -> Any:
        """Show the services' own figures as national sees them; exact counts of persons for platform_admin only."""
        return usecases.reconcile(uow, query["tenant"], is_exact=ADMIN in principal().roles)

    @blueprint.route("/digest")
    @roles(ADMIN)
    @blueprint.response(200, schemas.DigestResponse)
    def digest() -> Any:
        """Fingerprint the whole view, to compare it with a rebuilt one."""
        return usecases.digest_views(uow)

    return blueprint
