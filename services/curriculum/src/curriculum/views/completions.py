"""Routes about completion, certificates, the ledger and the figures."""

from collections import Counter
from typing import Any, Final

from flask import Response, jsonify
from flask_smorest import Blueprint

from curriculum import store
from curriculum.domain.certificate import IssueCertificates
from curriculum.domain.completion import CompleteBatch, Completion
from curriculum.domain.ledger import Ledger
from curriculum.schemas.completions import (
    CertificateResponse,
    CompleteBatchRequest,
    CompleteBody,
    CompletionReportResponse,
    CompletionResponse,
    FiguresResponse,
    IssuedCertificatesResponse,
    LedgerResponse,
    YearQuery,
)
from curriculum.schemas.parts import DryRunQuery
from curriculum.usecases import completions as usecases
from curriculum.views.callers import BULK_TIMEOUT_S, COUNTERS, PLANNERS, RECORD_READERS, now
from eventkit.auth import principal, roles
from eventkit.idempotency import once
from eventkit.mongo import UnitOfWork
from eventkit.web import PageQuery, page_of, paged

FIGURES: Final = ("sessions_held", "jp_scheduled", "completed", "incomplete", "jp_credited")


def build(uow: UnitOfWork) -> Blueprint:
    """Wire the routes about completion."""
    blueprint = Blueprint("completions", __name__, url_prefix="/v1", description="Completion, certificates and JP")
    _reads(blueprint, uow)
    _counts(blueprint, uow)
    _commands(blueprint, uow.within(BULK_TIMEOUT_S))
    return blueprint


def _reads(blueprint: Blueprint, uow: UnitOfWork) -> None:
    @blueprint.route("/batches/<batch_id>/completions", methods=["GET"])
    @roles(*RECORD_READERS)
    @blueprint.arguments(PageQuery, location="query", as_kwargs=True)
    @blueprint.response(200, page_of(CompletionResponse))
    def list_completions(cursor: str | None, size: int, batch_id: str) -> Response:
        """List the completions of a batch."""
        tenant, session = principal().tenant, uow.reading()
        batch = store.seen_batches.load(tenant, batch_id, session)
        page = store.completions.page(tenant, {"batch": batch.id}, session, cursor=cursor, size=size)
        return paged(page, CompletionResponse())

    @blueprint.route("/completions/<completion_id>", methods=["GET"])
    @roles(*RECORD_READERS)
    @blueprint.response(200, CompletionResponse)
    def show_completion(completion_id: str) -> Completion:
        """Show one completion with its earlier results."""
        return store.completions.load(principal().tenant, completion_id, uow.reading())

    @blueprint.route("/batches/<batch_id>/certificates", methods=["GET"])
    @roles(*RECORD_READERS)
    @blueprint.arguments(PageQuery, location="query", as_kwargs=True)
    @blueprint.response(200, page_of(CertificateResponse))
    def list_certificates(cursor: str | None, size: int, batch_id: str) -> Response:
        """List the certificates of a batch, superseded ones too."""
        tenant, session = principal().tenant, uow.reading()
        batch = store.seen_batches.load(tenant, batch_id, session)
        page = store.certificates.page(tenant, {"batch": batch.id}, session, cursor=cursor, size=size)
        return paged(page, CertificateResponse())


def _counts(blueprint: Blueprint, uow: UnitOfWork) -> None:
    @blueprint.route("/persons/<person_id>/ledger", methods=["GET"])
    @roles(*RECORD_READERS)
    @blueprint.arguments(YearQuery, location="query", as_kwargs=True)
    @blueprint.response(200, LedgerResponse)
    def show_ledger(year: int, person_id: str) -> Ledger:
        """Show one person's JP of a calendar year over all programmes."""
        return usecases.read_ledger(uow.reading(), principal().tenant, person_id, year)

    @blueprint.route("/figures", methods=["GET"])
    @roles(*COUNTERS)
    @blueprint.response(200, FiguresResponse)
    def show_figures() -> dict[str, Any]:
        """Show the service's own figures of the tenant and of each batch."""
        tenant = principal().tenant
        counted = store.figures(tenant, uow.reading())
        batches = {batch: {name: row.get(name, 0) for name in FIGURES} for batch, row in counted.items()}
        totals = Counter(dict.fromkeys(FIGURES, 0))
        for row in batches.values():
            totals.update(row)
        return {"tenant": tenant, "figures": dict(totals), "batches": batches}


def _commands(blueprint: Blueprint, uow: UnitOfWork) -> None:
    @blueprint.route("/batches/<batch_id>/completions", methods=["POST"])
    @roles(*PLANNERS)
    @blueprint.arguments(CompleteBatchRequest)
    @blueprint.arguments(DryRunQuery, location="query", as_kwargs=True)
    @blueprint.response(200, CompletionReportResponse)
    @blueprint.alt_response(409, description="The batch has not ended, sessions are open, or a reason is missing")
    def complete(body: CompleteBody, batch_id: str, *, dry_run: bool) -> Response:
        """Apply the completion rule to a batch; a dry run computes everything again and stores nothing."""
        command = CompleteBatch(tenant=principal().tenant, batch=batch_id, at=now(), reason_code=body.reason_code)
        if dry_run:
            return jsonify(CompletionReportResponse().dump(usecases.recompute(uow.reading(), command)))
        return once(uow, 200, CompletionReportResponse(), lambda unit: usecases.complete_batch(unit, command))

    @blueprint.route("/batches/<batch_id>/certificates", methods=["POST"])
    @roles(*PLANNERS)
    @blueprint.response(200, IssuedCertificatesResponse)
    @blueprint.alt_response(409, description="Nobody has completed")
    def issue(batch_id: str) -> Response:
        """Issue the certificates that are missing for complete enrolments."""
        command = IssueCertificates(tenant=principal().tenant, batch=batch_id)
        return once(uow, 200, IssuedCertificatesResponse(), lambda unit: usecases.issue_certificates(unit, command))
