"""What other services learn about certificates."""

from dataclasses import dataclass
from typing import ClassVar, Final

from marshmallow import fields
from marshmallow.validate import Length, Regexp

from curriculum.events.wire import code, count, identifier
from eventkit.event import Event, EventSchema

NUMBER: Final = r"^(RTR|KLN|PBK)/\d{2}(\.\d{2})?/\d{4}/\d{6}$"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Certificate(Event):
    certificate: str
    enrolment: str
    number: str
    jp: int
    sha256: str
    reason_code: str | None


class _CertificateSchema(EventSchema):
    certificate = identifier()
    enrolment = identifier()
    number = fields.String(
        required=True,
        validate=[Length(max=32), Regexp(NUMBER)],
        metadata={"description": "kind / organiser's region / year / serial"},
    )
    jp = count()
    sha256 = fields.String(required=True, validate=[Length(equal=64), Regexp(r"^[0-9a-f]{64}$")])
    reason_code = code("why it was revoked; null otherwise", allow_none=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateIssued(_Certificate):
    """A certificate has its number."""

    type: ClassVar[str] = "id.bina.curriculum.certificate.issued.v1"


class CertificateIssuedSchema(_CertificateSchema):
    builds = CertificateIssued


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateSigned(_Certificate):
    """A certificate bears its electronic signature."""

    type: ClassVar[str] = "id.bina.curriculum.certificate.signed.v1"


class CertificateSignedSchema(_CertificateSchema):
    builds = CertificateSigned


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateRevoked(_Certificate):
    """A certificate is no longer valid; a corrected completion supersedes it."""

    type: ClassVar[str] = "id.bina.curriculum.certificate.revoked.v1"


class CertificateRevokedSchema(_CertificateSchema):
    builds = CertificateRevoked
