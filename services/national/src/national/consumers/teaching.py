"""Folds of curriculum.version, curriculum.session and curriculum.engagement."""

from collections.abc import Mapping
from typing import Final

from eventkit.consumer import Handler
from national.consumers.keeping import Kept, Reader, keep, moment, optional_text, text, texts, whole
from national.domain import Engagement, Session, Version

_PREFIX: Final = "id.bina.curriculum"


class VersionReader(Reader):
    programme = text()
    version = whole()
    session_count = whole()
    jp_total = whole()
    minutes_per_jp = whole()


class SessionReader(Reader):
    batch = text()
    kind = text()
    jp = whole()
    start = moment()
    end = moment()
    eligible = texts()
    schedule_version = whole()


class HeldReader(Reader):
    """Reads that it was held; who was there is not read."""

    batch = text()
    kind = text()
    jp = whole()


class EngagementReader(Reader):
    session = text()
    batch = optional_text()
    office_code = optional_text()
    government_level = optional_text()
    status = text()


VERSION: Final[Mapping[str, Handler[Version, Kept]]] = {
    f"{_PREFIX}.version.published.v1": Handler(VersionReader, keep(Version)),
}
SESSION: Final[Mapping[str, Handler[Session, Kept]]] = {
    f"{_PREFIX}.session.scheduled.v1": Handler(SessionReader, keep(Session, status="SCHEDULED")),
    f"{_PREFIX}.session.rescheduled.v1": Handler(SessionReader, keep(Session, status="SCHEDULED")),
    f"{_PREFIX}.session.cancelled.v1": Handler(SessionReader, keep(Session, status="CANCELLED")),
    f"{_PREFIX}.session.held.v1": Handler(HeldReader, keep(Session, status="HELD")),
    f"{_PREFIX}.session.recounted.v1": Handler(HeldReader, keep(Session, status="HELD")),
}
ENGAGEMENT: Final[Mapping[str, Handler[Engagement, Kept]]] = {
    f"{_PREFIX}.engagement.planned.v1": Handler(EngagementReader, keep(Engagement)),
    f"{_PREFIX}.engagement.status_changed.v1": Handler(EngagementReader, keep(Engagement)),
}
