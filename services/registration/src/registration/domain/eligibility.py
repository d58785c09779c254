"""Who may be sent: a rule is data of the batch, a decision keeps the rule's version and its reasons."""

from collections.abc import Iterator
from dataclasses import dataclass

from registration.domain.codes import AsnStatus, Category, EnrolmentKind, PersonKind, PositionKind
from registration.domain.person import ACTIVE
from registration.events import SeatQuota


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Whom a batch admits and how many; an empty list admits all.

    The seats of a category are a ceiling, not a reservation; a unit takes one seat, however many come.
    """

    version: int
    categories: tuple[Category, ...]
    echelons: tuple[str, ...]
    position_kinds: tuple[PositionKind, ...]
    quota: tuple[SeatQuota, ...]
    seats_total: int
    requires_cover: bool
    keeps_waitlist: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """What the rule may look at: the post at the time of nomination, not the person."""

    kind: EnrolmentKind
    category: Category
    position_kind: PositionKind | None
    echelon_id: str | None
    person_kind: PersonKind | None
    asn_status: AsnStatus | None
    legal_status: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The outcome, kept with the enrolment for ever."""

    eligible: bool
    reason_codes: tuple[str, ...]
    rule_version: int


def decide(rule: Rule, candidate: Candidate) -> Decision:
    """Apply the rule and give every reason against the candidate."""
    reasons = tuple(_reasons(rule, candidate))
    return Decision(eligible=not reasons, reason_codes=reasons, rule_version=rule.version)


def _reasons(rule: Rule, candidate: Candidate) -> Iterator[str]:
    if rule.categories and candidate.category not in rule.categories:
        yield "CATEGORY_NOT_ADMITTED"
    if candidate.kind is EnrolmentKind.UNIT:
        return
    if candidate.legal_status != ACTIVE:
        yield "LEGAL_STATUS_NOT_ACTIVE"
    yield from _post_reasons(rule, candidate)


def _post_reasons(rule: Rule, candidate: Candidate) -> Iterator[str]:
    if candidate.person_kind is PersonKind.NON_ASN:
        # They have no echelon: a rule on echelons admits them only by naming their category.
        if (rule.echelons or rule.position_kinds) and candidate.category not in rule.categories:
            yield "NON_ASN_NOT_NAMED"
        return
    if rule.echelons and candidate.echelon_id is None:
        yield "ECHELON_MISSING"
    elif rule.echelons and candidate.echelon_id not in rule.echelons:
        yield "ECHELON_NOT_ADMITTED"
    if rule.position_kinds and candidate.position_kind not in rule.position_kinds:
        yield "POSITION_KIND_NOT_ADMITTED"
