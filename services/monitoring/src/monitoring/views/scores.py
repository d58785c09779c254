"""Routes of unit scores, rubrics, simulations and figures; official and practice scores never share one."""

from flask import Response
from flask_smorest import Blueprint

from eventkit.auth import principal, roles
from eventkit.idempotency import once
from eventkit.ids import new_id
from eventkit.mongo import UnitOfWork
from eventkit.web import page_of, paged
from monitoring import store
from monitoring.schemas.rows import ListQuery
from monitoring.schemas.scores import (
    FiguresResponse,
    RecordScoreBody,
    RecordScoreRequest,
    RecordServiceIndexBody,
    RecordServiceIndexRequest,
    ScoreQuery,
    ScoreResponse,
)
from monitoring.schemas.simulations import (
    SimulateBody,
    SimulateRequest,
    SimulationQuery,
    SimulationResponse,
    WeightSetBody,
    WeightSetListResponse,
    WeightSetRequest,
    WeightSetResponse,
)
from monitoring.usecases import reports, scores
from monitoring.usecases.reports import Figures
from monitoring.usecases.scores import WeightSets
from monitoring.views.callers import COUNTERS, MEASURERS, READERS
from monitoring.views.moment import now


def build(uow: UnitOfWork) -> Blueprint:
    """Wire the score routes."""
    blueprint = Blueprint("scores", __name__, url_prefix="/v1")
    _scores(blueprint, uow)
    _simulations(blueprint, uow)
    _weight_sets(blueprint, uow)

    @blueprint.route("/figures", methods=["GET"])
    @roles(*COUNTERS)
    @blueprint.response(200, FiguresResponse)
    def show_figures() -> Figures:
        """Count what the national view must agree with."""
        return reports.count_figures(uow, principal().tenant)

    return blueprint


def _scores(blueprint: Blueprint, uow: UnitOfWork) -> None:
    @blueprint.route("/scores", methods=["GET"])
    @roles(*READERS)
    @blueprint.arguments(ScoreQuery, location="query")
    @blueprint.response(200, page_of(ScoreResponse))
    def list_scores(query: ListQuery) -> Response:
        """List official scores by unit, instrument or period."""
        place = store.Place(query.cursor, query.size)
        return paged(
            store.page_of(principal().tenant, store.scores, query.where, uow.reading(), place), ScoreResponse()
        )

    @blueprint.route("/scores", methods=["POST"])
    @roles(*MEASURERS)
    @blueprint.arguments(RecordScoreRequest)
    @blueprint.response(201, ScoreResponse)
    def record_score(body: RecordScoreBody) -> Response:
        """Note a score that somebody else issued."""
        command = body.command(principal().tenant, now())
        return once(uow, 201, ScoreResponse(), lambda unit: scores.record_score(unit, command))

    @blueprint.route("/service-indexes", methods=["POST"])
    @roles(*MEASURERS)
    @blueprint.arguments(RecordServiceIndexRequest)
    @blueprint.response(201, ScoreResponse)
    def record_service_index(body: RecordServiceIndexBody) -> Response:
        """Compute and note the service index (IKM) of a unit's survey."""
        command = body.command(principal().tenant, now())
        return once(uow, 201, ScoreResponse(), lambda unit: scores.record_service_index(unit, command))

    @blueprint.route("/scores/<score_id>", methods=["GET"])
    @roles(*READERS)
    @blueprint.response(200, ScoreResponse)
    def show_score(score_id: str) -> object:
        """Show one official score."""
        return store.scores.load(principal().tenant, score_id, uow.reading())


def _simulations(blueprint: Blueprint, uow: UnitOfWork) -> None:
    @blueprint.route("/simulations", methods=["GET"])
    @roles(*READERS)
    @blueprint.arguments(SimulationQuery, location="query")
    @blueprint.response(200, page_of(SimulationResponse))
    def list_simulations(query: ListQuery) -> Response:
        """List practice scores."""
        place = store.Place(query.cursor, query.size)
        found = store.page_of(principal().tenant, store.simulations, query.where, uow.reading(), place)
        return paged(found, SimulationResponse())

    @blueprint.route("/simulations", methods=["POST"])
    @roles(*MEASURERS, "facilitator")
    @blueprint.arguments(SimulateRequest)
    @blueprint.response(201, SimulationResponse)
    def simulate(body: SimulateBody) -> Response:
        """Practise scoring; nothing of it is published."""
        command = body.command(principal().tenant, new_id(), now())
        return once(uow, 201, SimulationResponse(), lambda unit: scores.simulate(unit, command))

    @blueprint.route("/simulations/<simulation_id>", methods=["GET"])
    @roles(*READERS)
    @blueprint.response(200, SimulationResponse)
    def show_simulation(simulation_id: str) -> object:
        """Show one practice score."""
        return store.simulations.load(principal().tenant, simulation_id, uow.reading())


def _weight_sets(blueprint: Blueprint, uow: UnitOfWork) -> None:
    @blueprint.route("/weight-sets", methods=["GET"])
    @roles(*READERS)
    @blueprint.response(200, WeightSetListResponse)
    def list_weight_sets() -> WeightSets:
        """List the rubrics of the regulations and the tenant's own."""
        return scores.known_weight_sets(uow, principal().tenant)

    @blueprint.route("/weight-sets", methods=["POST"])
    @roles(*MEASURERS)
    @blueprint.arguments(WeightSetRequest)
    @blueprint.response(201, WeightSetResponse)
    def add_weight_set(body: WeightSetBody) -> Response:
        """Add a rubric whose weights sum exactly to its total."""
        tenant = principal().tenant
        return once(uow, 201, WeightSetResponse(), lambda unit: scores.add_weight_set(unit, tenant, body.weights))
