"""Folds of registration.enrolment, curriculum.completion and curriculum.certificate: counts, no person."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from marshmallow import fields

from eventkit.consumer import Handler
from eventkit.envelope import Envelope
from eventkit.event import EventSchema
from national.consumers.keeping import Kept, Reader, keep, optional_text, seen, text, whole
from national.domain import Certificate, Completion, Enrolment

_ENROLMENT: Final = "id.bina.registration.enrolment"
_CURRICULUM: Final = "id.bina.curriculum"


@dataclass(frozen=True, slots=True, kw_only=True)
class Nominated:
    """Somebody is put forward; who it is is not read."""

    batch: str
    kind: str
    category: str
    person_kind: str | None
    eligible: bool


class NominatedReader(EventSchema):
    builds = Nominated
    batch = text()
    kind = text()
    category = text()
    person_kind = optional_text()
    eligible = fields.Boolean(required=True)


def on_enrolment_nominated(enrolment: Enrolment | None, event: Nominated, envelope: Envelope) -> Enrolment:
    """Count a nomination; one that the rule does not admit is rejected at once."""
    return replace(
        seen(enrolment, Enrolment, envelope),
        batch=event.batch,
        kind=event.kind,
        category=event.category,
        person_kind=event.person_kind,
        status="NOMINATED" if event.eligible else "REJECTED",
    )


class StandingReader(Reader):
    """Reads nothing: the type of the event is the new standing."""


class DelegatesReader(Reader):
    """Reads how many come; who they are is not read."""

    delegates = fields.Integer(required=True, strict=True, data_key="count")


class ArrivalReader(Reader):
    arrived = fields.Integer(required=True, strict=True, data_key="persons")


class CompletionReader(Reader):
    enrolment = text()
    batch = text()
    outcome = text()
    persons = whole()
    jp_credited = whole()
    jp_possible = whole()
    ledger_year = whole()
    obligation = text()
    over_limit = fields.Boolean(load_default=False)


class CertificateReader(Reader):
    enrolment = text()
    jp = whole()


def _standing(status: str) -> Handler[Enrolment, Any]:
    return Handler(StandingReader, keep(Enrolment, status=status))


ENROLMENT: Final[Mapping[str, Handler[Enrolment, Any]]] = {
    f"{_ENROLMENT}.nominated.v1": Handler(NominatedReader, on_enrolment_nominated),
    f"{_ENROLMENT}.confirmed.v1": _standing("CONFIRMED"),
    f"{_ENROLMENT}.waitlisted.v1": _standing("WAITLISTED"),
    f"{_ENROLMENT}.declined.v1": _standing("DECLINED"),
    f"{_ENROLMENT}.withdrawn.v1": _standing("WITHDRAWN"),
    f"{_ENROLMENT}.substituted.v1": _standing("SUBSTITUTED"),
    f"{_ENROLMENT}.delegates_named.v1": Handler(DelegatesReader, keep(Enrolment)),
    f"{_ENROLMENT}.cover_named.v1": Handler(StandingReader, keep(Enrolment)),
    f"{_ENROLMENT}.checked_in.v1": Handler(ArrivalReader, keep(Enrolment, status="CHECKED_IN")),
}
COMPLETION: Final[Mapping[str, Handler[Completion, Kept]]] = {
    f"{_CURRICULUM}.completion.recorded.v1": Handler(CompletionReader, keep(Completion)),
    f"{_CURRICULUM}.completion.corrected.v1": Handler(CompletionReader, keep(Completion)),
}
CERTIFICATE: Final[Mapping[str, Handler[Certificate, Kept]]] = {
    f"{_CURRICULUM}.certificate.issued.v1": Handler(CertificateReader, keep(Certificate, status="ISSUED")),
    f"{_CURRICULUM}.certificate.signed.v1": Handler(CertificateReader, keep(Certificate, status="SIGNED")),
    f"{_CURRICULUM}.certificate.revoked.v1": Handler(CertificateReader, keep(Certificate, status="REVOKED")),
}
