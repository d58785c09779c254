"""Routes of measures and of the comparison of before and after."""

from flask import Response
from flask_smorest import Blueprint

from eventkit.auth import principal, roles
from eventkit.idempotency import once
from eventkit.mongo import UnitOfWork
from eventkit.web import if_match
from monitoring.schemas.measures import (
    AnswersBody,
    BatchMonitoringResponse,
    ComputeOutcomesBody,
    ComputeOutcomesRequest,
    MeasureResponse,
    MeasureResultsResponse,
    MeasureViewResponse,
    OpenMeasureBody,
    OpenMeasureRequest,
    OutcomesResponse,
    TakeAnswersRequest,
)
from monitoring.schemas.rows import AsOf, AsOfQuery, DryRun, DryRunQuery, Nothing, NothingRequest, ReportResponse
from monitoring.usecases import measures, reports
from monitoring.usecases.measures import Asking, Outcomes
from monitoring.usecases.reports import BatchMonitoring, MeasureResults, MeasureView
from monitoring.views.callers import MEASURERS, READERS
from monitoring.views.moment import today


def build(uow: UnitOfWork) -> Blueprint:
    """Wire the measure routes."""
    blueprint = Blueprint("measures", __name__, url_prefix="/v1")
    _batches(blueprint, uow)
    _measures(blueprint, uow)
    return blueprint


def _batches(blueprint: Blueprint, uow: UnitOfWork) -> None:
    @blueprint.route("/batches/<batch_id>/monitoring", methods=["GET"])
    @roles(*READERS)
    @blueprint.arguments(AsOfQuery, location="query")
    @blueprint.response(200, BatchMonitoringResponse)
    def show_monitoring(query: AsOf, batch_id: str) -> BatchMonitoring:
        """Show where the evaluation of a batch stands on a day."""
        return reports.batch_monitoring(uow, principal().tenant, batch_id, query.day or today())

    @blueprint.route("/batches/<batch_id>/measures", methods=["POST"])
    @roles(*MEASURERS)
    @blueprint.arguments(OpenMeasureRequest)
    @blueprint.response(201, MeasureResponse)
    def open_measure(body: OpenMeasureBody, batch_id: str) -> Response:
        """Open a measure by hand; baseline and follow-ups open by themselves."""
        asking = Asking(
            tenant=principal().tenant,
            batch=batch_id,
            kind=body.kind,
            due_on=body.due_on,
            instrument=body.instrument,
            number=body.number,
        )
        return once(uow, 201, MeasureResponse(), lambda unit: measures.open_measure(unit, asking))

    @blueprint.route("/batches/<batch_id>/outcomes", methods=["POST"])
    @roles(*MEASURERS)
    @blueprint.arguments(ComputeOutcomesRequest)
    @blueprint.response(200, OutcomesResponse)
    def compute_outcomes(body: ComputeOutcomesBody, batch_id: str) -> Response:
        """Compare a closed follow-up with the baseline."""
        tenant, kind = principal().tenant, body.follow_up
        return once(uow, 200, OutcomesResponse(), lambda unit: measures.compute_outcomes(unit, tenant, batch_id, kind))

    @blueprint.route("/batches/<batch_id>/outcomes", methods=["GET"])
    @roles(*READERS)
    @blueprint.response(200, OutcomesResponse)
    def list_outcomes(batch_id: str) -> Outcomes:
        """List the latest comparisons of a batch."""
        return reports.batch_outcomes(uow, principal().tenant, batch_id)


def _measures(blueprint: Blueprint, uow: UnitOfWork) -> None:
    @blueprint.route("/measures/<measure_id>", methods=["GET"])
    @roles(*READERS)
    @blueprint.arguments(AsOfQuery, location="query")
    @blueprint.response(200, MeasureViewResponse)
    def show_measure(query: AsOf, measure_id: str) -> MeasureView:
        """Show a measure as it stands on a day."""
        return reports.view_measure(uow, principal().tenant, measure_id, query.day or today())

    @blueprint.route("/measures/<measure_id>/answers", methods=["POST"])
    @roles(*MEASURERS)
    @blueprint.arguments(DryRunQuery, location="query")
    @blueprint.arguments(TakeAnswersRequest)
    @blueprint.response(200, ReportResponse)
    def take_answers(query: DryRun, body: AnswersBody, measure_id: str) -> object:
        """Store answers in bulk; each rater answers once per participant."""
        tenant, rows = principal().tenant, body.rows
        if query.is_dry:
            return measures.preview_answers(uow, tenant, measure_id, rows)
        return once(uow, 200, ReportResponse(), lambda unit: measures.take_answers(unit, tenant, measure_id, rows))

    @blueprint.route("/measures/<measure_id>/close", methods=["POST"])
    @roles(*MEASURERS)
    @blueprint.arguments(NothingRequest)
    @blueprint.response(200, MeasureResponse)
    def close_measure(_: Nothing, measure_id: str) -> Response:
        """End a measure and publish the means of groups of five and more."""
        tenant, version = principal().tenant, if_match()
        return once(uow, 200, MeasureResponse(), lambda unit: measures.close_measure(unit, tenant, measure_id, version))

    @blueprint.route("/measures/<measure_id>/results", methods=["GET"])
    @roles(*READERS)
    @blueprint.response(200, MeasureResultsResponse)
    def show_results(measure_id: str) -> MeasureResults:
        """Show the means of a closed measure."""
        return reports.measure_results(uow, principal().tenant, measure_id)
