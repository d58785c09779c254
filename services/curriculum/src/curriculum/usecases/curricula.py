"""Writing curricula: create, draft, revise, publish."""

from curriculum import store
from curriculum.domain import curriculum as rules
from curriculum.domain.curriculum import (
    CreateCurriculum,
    Curriculum,
    CurriculumVersion,
    DraftVersion,
    PublishVersion,
    ReviseVersion,
)
from eventkit.mongo import Session, Unit
from eventkit.refusal import StaleVersionError


def create_curriculum(uow: Unit, command: CreateCurriculum) -> Curriculum:
    """Begin a curriculum; its code is unique in the tenant."""

    def work(session: Session) -> Curriculum:
        return store.curricula.save(command.tenant, rules.create(command), [], session)

    return uow.run(work)


def draft_version(uow: Unit, command: DraftVersion) -> CurriculumVersion:
    """Write the next version as a draft; earlier versions stay as they are."""

    def work(session: Session) -> CurriculumVersion:
        known = store.curricula.load(command.tenant, command.curriculum, session, expected=command.expected_version)
        counted, version = rules.draft(known, command)
        store.curricula.save(command.tenant, counted, [], session)
        return store.versions.save(command.tenant, version, [], session)

    return uow.run(work)


def revise_version(uow: Unit, command: ReviseVersion) -> CurriculumVersion:
    """Replace the content of a draft."""

    def work(session: Session) -> CurriculumVersion:
        known = store.version_by_number(command.tenant, command.curriculum, command.number, session)
        _check(known, command.expected_version)
        return store.versions.save(command.tenant, rules.revise(known, command), [], session)

    return uow.run(work)


def publish_version(uow: Unit, command: PublishVersion) -> CurriculumVersion:
    """Freeze a draft and tell the others."""

    def work(session: Session) -> CurriculumVersion:
        known = store.version_by_number(command.tenant, command.curriculum, command.number, session)
        _check(known, command.expected_version)
        published, events = rules.publish(known, command)
        return store.versions.save(command.tenant, published, events, session)

    return uow.run(work)


def _check(version: CurriculumVersion, expected: int | None) -> None:
    if expected is not None and version.version != expected:
        raise StaleVersionError(expected=expected, actual=version.version)
