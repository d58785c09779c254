"""Routes of action plans."""

from flask import Response
from flask_smorest import Blueprint

from eventkit.auth import principal, roles
from eventkit.idempotency import once
from eventkit.mongo import UnitOfWork
from eventkit.web import if_match, page_of, paged
from monitoring import store
from monitoring.schemas.plan_answers import ActionQuery, ActionResponse, OverdueResponse, PlanQuery, PlanResponse
from monitoring.schemas.plans import (
    ApprovalsBody,
    ApprovePlansRequest,
    EndPlanBody,
    EndPlanRequest,
    OverdueBody,
    OverdueRequest,
    PlansBody,
    ProgressBody,
    ReportProgressRequest,
    SubmitPlansRequest,
    VerificationsBody,
    VerifyBody,
    VerifyItemsRequest,
    VerifyRequest,
)
from monitoring.schemas.rows import DryRun, DryRunQuery, ListQuery, Nothing, NothingRequest, ReportResponse
from monitoring.usecases import plans, reports
from monitoring.views.callers import MANAGERS, PLANNERS, READERS, VERIFIERS


def build(uow: UnitOfWork) -> Blueprint:
    """Wire the plan routes."""
    blueprint = Blueprint("plans", __name__, url_prefix="/v1")
    _readings(blueprint, uow)
    _in_bulk(blueprint, uow)
    _single(blueprint, uow)
    return blueprint


def _readings(blueprint: Blueprint, uow: UnitOfWork) -> None:
    @blueprint.route("/plans", methods=["GET"])
    @roles(*READERS)
    @blueprint.arguments(PlanQuery, location="query")
    @blueprint.response(200, page_of(PlanResponse))
    def list_plans(query: ListQuery) -> Response:
        """List plans by batch, enrolment, unit, status or the reference that they claim."""
        place = store.Place(query.cursor, query.size)
        return paged(store.page_of(principal().tenant, store.plans, query.where, uow.reading(), place), PlanResponse())

    @blueprint.route("/plans/<plan_id>", methods=["GET"])
    @roles(*READERS)
    @blueprint.response(200, PlanResponse)
    def show_plan(plan_id: str) -> object:
        """Show one plan."""
        return store.plans.load(principal().tenant, plan_id, uow.reading())

    @blueprint.route("/actions", methods=["GET"])
    @roles(*READERS)
    @blueprint.arguments(ActionQuery, location="query")
    @blueprint.response(200, page_of(ActionResponse))
    def list_actions(query: ListQuery) -> Response:
        """List the actions that claim a reference, with their whole chain; pages follow the plans."""
        place = store.Place(query.cursor, query.size)
        return paged(reports.actions(uow, principal().tenant, query.where, place), ActionResponse())


def _in_bulk(blueprint: Blueprint, uow: UnitOfWork) -> None:
    @blueprint.route("/batches/<batch_id>/plans", methods=["POST"])
    @roles(*PLANNERS)
    @blueprint.arguments(DryRunQuery, location="query")
    @blueprint.arguments(SubmitPlansRequest)
    @blueprint.response(200, ReportResponse)
    def submit_plans(query: DryRun, body: PlansBody, batch_id: str) -> object:
        """Hand in the plans of a batch in bulk, one per enrolment."""
        submitting = plans.Submitting(principal().tenant, batch_id, principal().subject)
        if query.is_dry:
            return plans.preview_plans(uow, submitting, body.rows)
        return once(uow, 200, ReportResponse(), lambda unit: plans.submit_plans(unit, submitting, body.rows))

    @blueprint.route("/plans/approvals", methods=["POST"])
    @roles(*VERIFIERS)
    @blueprint.arguments(ApprovePlansRequest)
    @blueprint.response(200, ReportResponse)
    def approve_plans(body: ApprovalsBody) -> Response:
        """Agree with plans in bulk."""
        tenant = principal().tenant
        return once(uow, 200, ReportResponse(), lambda unit: plans.approve_plans(unit, tenant, body.rows))

    @blueprint.route("/plans/progress-reports", methods=["POST"])
    @roles(*PLANNERS)
    @blueprint.arguments(ReportProgressRequest)
    @blueprint.response(200, ReportResponse)
    def report_progress(body: ProgressBody) -> Response:
        """Move items on in bulk."""
        tenant = principal().tenant
        return once(uow, 200, ReportResponse(), lambda unit: plans.report_progress(unit, tenant, body.rows))

    @blueprint.route("/plans/verifications", methods=["POST"])
    @roles(*VERIFIERS)
    @blueprint.arguments(VerifyItemsRequest)
    @blueprint.response(200, ReportResponse)
    def verify_items(body: VerificationsBody) -> Response:
        """Confirm items in bulk; nobody confirms an own item."""
        caller = principal()
        return once(
            uow, 200, ReportResponse(), lambda unit: plans.verify_items(unit, caller.tenant, caller.subject, body.rows)
        )

    @blueprint.route("/plans/overdue-checks", methods=["POST"])
    @roles(*MANAGERS, "system")
    @blueprint.arguments(OverdueRequest)
    @blueprint.response(200, OverdueResponse)
    def check_overdue(body: OverdueBody) -> Response:
        """Mark what is late on a day; each item and plan is told once."""
        tenant = principal().tenant
        return once(uow, 200, OverdueResponse(), lambda unit: plans.check_overdue(unit, tenant, body.as_of))


def _single(blueprint: Blueprint, uow: UnitOfWork) -> None:
    @blueprint.route("/plans/<plan_id>/approve", methods=["POST"])
    @roles(*VERIFIERS)
    @blueprint.arguments(NothingRequest)
    @blueprint.response(200, PlanResponse)
    def approve_plan(_: Nothing, plan_id: str) -> Response:
        """Agree with one plan."""
        tenant, version = principal().tenant, if_match()
        return once(uow, 200, PlanResponse(), lambda unit: plans.approve_plan(unit, tenant, plan_id, version))

    @blueprint.route("/plans/<plan_id>/items/<int:number>/verify", methods=["POST"])
    @roles(*VERIFIERS)
    @blueprint.arguments(VerifyRequest)
    @blueprint.response(200, PlanResponse)
    def verify_item(body: VerifyBody, plan_id: str, number: int) -> Response:
        """Confirm one item; its owner cannot."""
        caller, command, version = principal(), body.command(plan_id, number), if_match()
        return once(
            uow,
            200,
            PlanResponse(),
            lambda unit: plans.verify_item(unit, caller.tenant, command, caller.subject, version),
        )

    @blueprint.route("/plans/<plan_id>/end", methods=["POST"])
    @roles(*MANAGERS)
    @blueprint.arguments(EndPlanRequest)
    @blueprint.response(200, PlanResponse)
    def end_plan(body: EndPlanBody, plan_id: str) -> Response:
        """Give a plan up: failed or cancelled."""
        tenant = principal().tenant
        return once(
            uow,
            200,
            PlanResponse(),
            lambda unit: plans.end_plan(unit, tenant, plan_id, body.state, body.reason_code),
        )
