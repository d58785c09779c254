"""Routes about figures, and the roster behind them with names for those allowed."""

from typing import Any

from flask import Response
from flask_smorest import Blueprint

from eventkit.auth import principal, roles
from eventkit.mongo import Page, UnitOfWork
from eventkit.trail import sensitive
from eventkit.web import PageQuery, page_of, paged
from registration.domain.figures import Figures, Headcount
from registration.schemas.batch_answers import FiguresResponse, HeadcountResponse
from registration.schemas.enrolment_answers import RosterEntryResponse, roster_entry
from registration.usecases import figures as usecases
from registration.views.callers import FIGURE_READERS, NAME_READERS, READERS, vault


def build(uow: UnitOfWork) -> Blueprint:
    """Wire the routes about figures."""
    blueprint = Blueprint("figures", __name__, url_prefix="/v1")

    @blueprint.route("/figures", methods=["GET"])
    @roles(*FIGURE_READERS)
    @blueprint.response(200, FiguresResponse)
    def figures() -> Figures:
        """Give the tenant's own figures, in all and by batch."""
        return usecases.count_figures(uow, principal().tenant)

    @blueprint.route("/batches/<batch_id>/headcounts", methods=["GET"])
    @roles(*READERS)
    @blueprint.response(200, HeadcountResponse)
    def headcounts(batch_id: str) -> Headcount:
        """Count the enrolments of a batch by category and status."""
        return usecases.count_heads(uow, principal().tenant, batch_id)

    @blueprint.route("/batches/<batch_id>/roster", methods=["GET"])
    @roles(*NAME_READERS)
    @sensitive
    @blueprint.arguments(PageQuery, location="query")
    @blueprint.response(200, page_of(RosterEntryResponse))
    def roster(query: dict[str, Any], batch_id: str) -> Response:
        """List who is enrolled, with names decrypted for this answer only."""
        found = usecases.read_roster(
            uow, vault(), usecases.RosterQuery(tenant=principal().tenant, batch=batch_id, **query)
        )
        entries = [roster_entry(each, found.names) for each in found.page.items]
        return paged(Page(entries, found.page.next_cursor), RosterEntryResponse())

    return blueprint
