"""Routes about organisation units."""

from typing import Any

from flask import Response
from flask_smorest import Blueprint

from eventkit.auth import principal, roles
from eventkit.idempotency import once
from eventkit.ids import new_id
from eventkit.mongo import UnitOfWork
from eventkit.web import if_match, page_of
from registration import store
from registration.domain.unit import Unit
from registration.schemas.units import (
    ChangeUnitBody,
    ChangeUnitRequest,
    CloseUnitBody,
    CloseUnitRequest,
    RegisterUnitBody,
    RegisterUnitRequest,
    UnitQuery,
    UnitResponse,
)
from registration.usecases import units as usecases
from registration.views.callers import READERS
from registration.views.listing import answer_page


def build(uow: UnitOfWork) -> Blueprint:
    """Wire the routes about units."""
    blueprint = Blueprint("units", __name__, url_prefix="/v1/units")

    @blueprint.route("", methods=["POST"])
    @roles("tenant_admin")
    @blueprint.arguments(RegisterUnitRequest)
    @blueprint.response(201, UnitResponse)
    def register(body: RegisterUnitBody) -> Response:
        """Let a unit begin."""
        command = body.command(principal().tenant, new_id())
        return once(
            uow, 201, UnitResponse(), lambda unit: usecases.register_unit(unit, command), location="/v1/units/{id}"
        )

    @blueprint.route("", methods=["GET"])
    @roles(*READERS)
    @blueprint.arguments(UnitQuery, location="query")
    @blueprint.response(200, page_of(UnitResponse))
    def list_units(query: dict[str, Any]) -> Response:
        """List units, those that exist on a day if one is given."""
        day = query.pop("alive_on")
        if day is not None:
            query["valid_from"] = {"$lte": day.isoformat()}
            query["$or"] = [{"valid_to": None}, {"valid_to": {"$gte": day.isoformat()}}]
        return answer_page(uow, store.units, UnitResponse(), query)

    @blueprint.route("/<unit_id>", methods=["GET"])
    @roles(*READERS)
    @blueprint.response(200, UnitResponse)
    def read(unit_id: str) -> Unit:
        """Show a unit."""
        return store.units.load(principal().tenant, unit_id, uow.reading())

    @blueprint.route("/<unit_id>/changes", methods=["POST"])
    @roles("tenant_admin")
    @blueprint.arguments(ChangeUnitRequest)
    @blueprint.response(200, UnitResponse)
    def change(body: ChangeUnitBody, unit_id: str) -> Response:
        """Describe a unit anew."""
        command = body.command(principal().tenant, unit_id, if_match())
        return once(uow, 200, UnitResponse(), lambda unit: usecases.change_unit(unit, command))

    @blueprint.route("/<unit_id>/closures", methods=["POST"])
    @roles("tenant_admin")
    @blueprint.arguments(CloseUnitRequest)
    @blueprint.response(200, UnitResponse)
    def close(body: CloseUnitBody, unit_id: str) -> Response:
        """Let a unit end."""
        command = body.command(principal().tenant, unit_id, if_match())
        return once(uow, 200, UnitResponse(), lambda unit: usecases.close_unit(unit, command))

    return blueprint
