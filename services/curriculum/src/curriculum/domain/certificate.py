"""Certificates: a number per person who completed, superseded when the completion is corrected.

ISSUED → SIGNED → REVOKED; ISSUED | SIGNED → SUPERSEDED.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final, TypedDict

from curriculum.domain.completion import Completion, PersonCredit
from curriculum.domain.ids import derived
from curriculum.events import CertificateIssued, CertificateRevoked
from eventkit.event import Aggregate, Event, TenantId
from eventkit.refusal import RefusedError

PREFIXES: Final[Mapping[str, str]] = {"RETREAT": "RTR", "CLINIC": "KLN", "BRIEFING": "PBK"}
SUPERSEDED_REASON: Final = "COMPLETION_CORRECTED"


class CertificateState(StrEnum):
    """The life of a certificate."""

    ISSUED = "ISSUED"
    SIGNED = "SIGNED"
    REVOKED = "REVOKED"
    SUPERSEDED = "SUPERSEDED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate(Aggregate):
    """What one person is certified for."""

    batch: str
    enrolment: str
    completion: str
    person: str
    number: str
    jp: int
    ended_on: date
    sha256: str
    state: CertificateState = CertificateState.ISSUED

    @property
    def is_valid(self) -> bool:
        return self.state in (CertificateState.ISSUED, CertificateState.SIGNED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Series(Aggregate):
    """The last serial number given in one kind and year."""

    last: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueCertificates:
    """Issue what is missing for the complete enrolments of a batch."""

    tenant: TenantId
    batch: str


def series_of(tenant: TenantId, completion: Completion) -> str:
    """Name the series that the number comes from: kind, organiser's region, year."""
    prefix = PREFIXES.get(completion.programme_kind or "")
    if prefix is None:
        raise RefusedError("CONFLICT", "programme_kind_unknown", programme_kind=completion.programme_kind)
    return f"{prefix}/{tenant}/{completion.ledger_year}"


def issue(
    series: Series, series_name: str, completion: Completion, credit: PersonCredit
) -> tuple[Series, Certificate, list[Event]]:
    """Give the next number to one person."""
    number = f"{series_name}/{series.last + 1:06d}"
    content = {
        "number": number,
        "enrolment": completion.enrolment,
        "jp": credit.jp,
        "ended_on": str(completion.ended_on),
    }
    certificate = Certificate(
        id=derived(completion.id, "certificate", credit.person, number),
        batch=completion.batch,
        enrolment=completion.enrolment,
        completion=completion.id,
        person=credit.person,
        number=number,
        jp=credit.jp,
        ended_on=completion.ended_on,
        sha256=hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest(),
    )
    issued = CertificateIssued(**_facts(certificate), reason_code=None)
    return replace(series, last=series.last + 1), certificate, [issued]


def supersede(certificate: Certificate) -> tuple[Certificate, list[Event]]:
    """Take back a certificate whose completion was corrected."""
    gone = replace(certificate, state=CertificateState.SUPERSEDED)
    return gone, [CertificateRevoked(**_facts(gone), reason_code=SUPERSEDED_REASON)]


class _Facts(TypedDict):
    certificate: str
    enrolment: str
    number: str
    jp: int
    sha256: str


def _facts(certificate: Certificate) -> _Facts:
    return {
        "certificate": certificate.id,
        "enrolment": certificate.enrolment,
        "number": certificate.number,
        "jp": certificate.jp,
        "sha256": certificate.sha256,
    }
