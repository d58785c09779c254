"""Routes of instruments and reference data."""

from flask import Response
from flask_smorest import Blueprint

from eventkit.auth import principal, roles
from eventkit.idempotency import once
from eventkit.mongo import UnitOfWork
from eventkit.web import if_match, page_of, paged
from monitoring import store
from monitoring.schemas.measures import (
    DraftInstrumentBody,
    DraftInstrumentRequest,
    InstrumentQuery,
    InstrumentResponse,
    ReferenceDataResponse,
    ReviseInstrumentBody,
    ReviseInstrumentRequest,
)
from monitoring.schemas.rows import ListQuery, Nothing, NothingRequest
from monitoring.usecases.instruments import draft_instrument, publish_instrument, revise_instrument
from monitoring.usecases.reports import ReferenceData, reference_data
from monitoring.views.callers import MEASURERS, READERS
from monitoring.views.moment import now


def build(uow: UnitOfWork) -> Blueprint:
    """Wire the instrument routes."""
    blueprint = Blueprint("instruments", __name__, url_prefix="/v1")

    @blueprint.route("/reference-data", methods=["GET"])
    @roles(*READERS)
    @blueprint.response(200, ReferenceDataResponse)
    def show_reference_data() -> ReferenceData:
        """Show dimensions and behaviours."""
        return reference_data()

    @blueprint.route("/instruments", methods=["GET"])
    @roles(*READERS)
    @blueprint.arguments(InstrumentQuery, location="query")
    @blueprint.response(200, page_of(InstrumentResponse))
    def list_instruments(query: ListQuery) -> Response:
        """List the tenant's own instruments; the standard one is BINA-PERILAKU 1."""
        place = store.Place(query.cursor, query.size)
        found = store.page_of(principal().tenant, store.instruments, query.where, uow.reading(), place)
        return paged(found, InstrumentResponse())

    @blueprint.route("/instruments", methods=["POST"])
    @roles(*MEASURERS)
    @blueprint.arguments(DraftInstrumentRequest)
    @blueprint.response(201, InstrumentResponse)
    def draft(body: DraftInstrumentBody) -> Response:
        """Write down a new version of an instrument."""
        command = body.command(principal().tenant)
        return once(uow, 201, InstrumentResponse(), lambda unit: draft_instrument(unit, command))

    @blueprint.route("/instruments/<instrument_id>", methods=["GET"])
    @roles(*READERS)
    @blueprint.response(200, InstrumentResponse)
    def show_instrument(instrument_id: str) -> object:
        """Show one version, the standard one too."""
        return store.instrument_by_id(principal().tenant, instrument_id, uow.reading())

    @blueprint.route("/instruments/<instrument_id>/revise", methods=["POST"])
    @roles(*MEASURERS)
    @blueprint.arguments(ReviseInstrumentRequest)
    @blueprint.response(200, InstrumentResponse)
    def revise(body: ReviseInstrumentBody, instrument_id: str) -> Response:
        """Change a draft; a published version never changes."""
        tenant, items = principal().tenant, tuple(body.items)
        return once(
            uow,
            200,
            InstrumentResponse(),
            lambda unit: revise_instrument(unit, tenant, instrument_id, body.title, items),
        )

    @blueprint.route("/instruments/<instrument_id>/publish", methods=["POST"])
    @roles(*MEASURERS)
    @blueprint.arguments(NothingRequest)
    @blueprint.response(200, InstrumentResponse)
    def publish(_: Nothing, instrument_id: str) -> Response:
        """Freeze a version."""
        tenant, at, version = principal().tenant, now(), if_match()
        return once(
            uow,
            200,
            InstrumentResponse(),
            lambda unit: publish_instrument(unit, tenant, instrument_id, at, version),
        )

    return blueprint
