"""Routes about tenants."""

from typing import Any

from flask import Response
from flask_smorest import Blueprint

from eventkit.auth import principal, roles
from eventkit.idempotency import once
from eventkit.mongo import UnitOfWork
from eventkit.problem import RefusedRequestError
from eventkit.web import PageQuery, page_of, paged
from registration import store
from registration.schemas.units import OnboardBody, OnboardTenantRequest, TenantResponse
from registration.usecases import tenants as usecases
from registration.views.callers import now, vault


def _refuse_tenants() -> None:
    """A role of the platform in the token of a tenant opens nothing: the platform has a tenant of its own."""
    if principal().tenant != store.PLATFORM:
        raise RefusedRequestError(403, "forbidden")


def build(uow: UnitOfWork) -> Blueprint:
    """Wire the routes about tenants."""
    blueprint = Blueprint("tenants", __name__, url_prefix="/v1/tenants")
    blueprint.before_request(_refuse_tenants)

    @blueprint.route("", methods=["POST"])
    @roles("platform_admin")
    @blueprint.arguments(OnboardTenantRequest)
    @blueprint.response(201, TenantResponse)
    def onboard(body: OnboardBody) -> Response:
        """Let a regional government use the platform."""
        command, keys = usecases.OnboardTenant(code=body.code, at=body.at or now()), vault()
        return once(uow, 201, TenantResponse(), lambda unit: usecases.onboard_tenant(unit, keys, command))

    @blueprint.route("", methods=["GET"])
    @roles("platform_admin", "bpsdm_analyst")
    @blueprint.arguments(PageQuery, location="query")
    @blueprint.response(200, page_of(TenantResponse))
    def list_tenants(query: dict[str, Any]) -> Response:
        """List the regional governments on the platform."""
        return paged(store.tenants.page(store.PLATFORM, {}, uow.reading(), **query), TenantResponse())

    return blueprint
