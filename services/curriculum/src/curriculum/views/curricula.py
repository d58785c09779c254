"""Routes about curricula and their versions."""

from collections.abc import Mapping

from flask import Response
from flask_smorest import Blueprint

from curriculum import store
from curriculum.domain.curriculum import (
    CreateCurriculum,
    Curriculum,
    CurriculumVersion,
    DraftVersion,
    PublishVersion,
    ReviseVersion,
)
from curriculum.schemas.curricula import (
    CreateCurriculumRequest,
    CurriculumBody,
    CurriculumResponse,
    VersionBody,
    VersionResponse,
    WriteVersionRequest,
)
from curriculum.usecases import curricula as usecases
from curriculum.views.callers import AUTHORS, READERS, now
from eventkit.auth import principal, roles
from eventkit.idempotency import once
from eventkit.ids import new_id
from eventkit.mongo import UnitOfWork
from eventkit.web import PageQuery, if_match, page_of, paged


def build(uow: UnitOfWork) -> Blueprint:
    """Wire the routes about curricula."""
    blueprint = Blueprint("curricula", __name__, url_prefix="/v1", description="Curricula and their versions")
    _reads(blueprint, uow)
    _commands(blueprint, uow)
    return blueprint


def _reads(blueprint: Blueprint, uow: UnitOfWork) -> None:
    @blueprint.route("/curricula", methods=["GET"])
    @roles(*READERS)
    @blueprint.arguments(PageQuery, location="query", as_kwargs=True)
    @blueprint.response(200, page_of(CurriculumResponse))
    def list_curricula(cursor: str | None, size: int) -> Response:
        """List the curricula."""
        page = store.curricula.page(principal().tenant, {}, uow.reading(), cursor=cursor, size=size)
        return paged(page, CurriculumResponse())

    @blueprint.route("/curricula/<curriculum_id>", methods=["GET"])
    @roles(*READERS)
    @blueprint.response(200, CurriculumResponse)
    def show_curriculum(curriculum_id: str) -> Curriculum:
        """Show one curriculum."""
        return store.curricula.load(principal().tenant, curriculum_id, uow.reading())

    @blueprint.route("/curricula/<curriculum_id>/versions", methods=["GET"])
    @roles(*READERS)
    @blueprint.arguments(PageQuery, location="query", as_kwargs=True)
    @blueprint.response(200, page_of(VersionResponse))
    def list_versions(cursor: str | None, size: int, curriculum_id: str) -> Response:
        """List the versions of a curriculum, oldest first."""
        tenant, session = principal().tenant, uow.reading()
        wanted: Mapping[str, str] = {"curriculum": store.curricula.load(tenant, curriculum_id, session).id}
        return paged(store.versions.page(tenant, wanted, session, cursor=cursor, size=size), VersionResponse())

    @blueprint.route("/curricula/<curriculum_id>/versions/<int:number>", methods=["GET"])
    @roles(*READERS)
    @blueprint.response(200, VersionResponse)
    def show_version(curriculum_id: str, number: int) -> CurriculumVersion:
        """Show one version."""
        return store.version_by_number(principal().tenant, curriculum_id, number, uow.reading())


def _commands(blueprint: Blueprint, uow: UnitOfWork) -> None:
    @blueprint.route("/curricula", methods=["POST"])
    @roles(*AUTHORS)
    @blueprint.arguments(CreateCurriculumRequest)
    @blueprint.response(201, CurriculumResponse)
    @blueprint.alt_response(409, description="The code is taken")
    def create(body: CurriculumBody) -> Response:
        """Begin a curriculum for a programme."""
        command = CreateCurriculum(
            tenant=principal().tenant,
            curriculum=new_id(),
            programme=body.programme,
            code=body.code,
            title=body.title,
            minutes_per_jp=body.minutes_per_jp,
        )
        return once(uow, 201, CurriculumResponse(), lambda unit: usecases.create_curriculum(unit, command))

    @blueprint.route("/curricula/<curriculum_id>/versions", methods=["POST"])
    @roles(*AUTHORS)
    @blueprint.arguments(WriteVersionRequest)
    @blueprint.response(201, VersionResponse)
    def draft(body: VersionBody, curriculum_id: str) -> Response:
        """Draft the next version; warnings and errors tell what publishing would say."""
        command = DraftVersion(
            tenant=principal().tenant,
            curriculum=curriculum_id,
            version_id=new_id(),
            sessions=body.sessions,
            rule=body.rule,
            minutes_per_jp=body.minutes_per_jp,
            expected_version=if_match(),
        )
        return once(uow, 201, VersionResponse(), lambda unit: usecases.draft_version(unit, command))

    @blueprint.route("/curricula/<curriculum_id>/versions/<int:number>/revisions", methods=["POST"])
    @roles(*AUTHORS)
    @blueprint.arguments(WriteVersionRequest)
    @blueprint.response(200, VersionResponse)
    @blueprint.alt_response(409, description="The version is published")
    def revise(body: VersionBody, curriculum_id: str, number: int) -> Response:
        """Replace the content of a draft."""
        command = ReviseVersion(
            tenant=principal().tenant,
            curriculum=curriculum_id,
            number=number,
            sessions=body.sessions,
            rule=body.rule,
            expected_version=if_match(),
        )
        return once(uow, 200, VersionResponse(), lambda unit: usecases.revise_version(unit, command))

    @blueprint.route("/curricula/<curriculum_id>/versions/<int:number>/publication", methods=["POST"])
    @roles(*AUTHORS)
    @blueprint.response(200, VersionResponse)
    @blueprint.alt_response(409, description="The version is published already")
    def publish(curriculum_id: str, number: int) -> Response:
        """Freeze a draft."""
        tenant, seen = principal().tenant, if_match()
        command = PublishVersion(
            tenant=tenant, curriculum=curriculum_id, number=number, at=now(), expected_version=seen
        )
        return once(uow, 200, VersionResponse(), lambda unit: usecases.publish_version(unit, command))
