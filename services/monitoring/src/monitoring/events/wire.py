"""The field kinds of every payload: no kind can hold free text or a staff number."""

from typing import Final

from marshmallow import fields
from marshmallow.validate import OneOf, Range, Regexp

MEASURE_KINDS: Final = ("BASELINE", "PRE", "POST", "T30", "T90", "T180", "L1")
CLOSING_REASONS: Final = ("BY_HAND", "BATCH_CANCELLED")
PLAN_STATES: Final = (
    "SUBMITTED", "APPROVED", "IN_PROGRESS", "COMPLETED", "FAILED", "OVERDUE", "CANCELLED",
)  # fmt: skip
ITEM_STATES: Final = ("OPEN", "IN_PROGRESS", "DONE", "VERIFIED", "OVERDUE", "CANCELLED")
SCORE_BANDS: Final = ("HIGH", "MEDIUM", "LOW")
SCORE_SOURCES: Final = ("SURVEY", "KEMENPAN_RB", "INSPEKTORAT", "BPKP", "SELF_ASSESSMENT")
OUTCOME_STATES: Final = ("SHOWN", "NO_BASELINE", "TOO_FEW")

UUID_TEXT: Final = r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"
# Nine digits in a row are the old employee number, sixteen a NIK, eighteen a NIP: none of them fits into a code.
CODE: Final = r"^(?!.*[0-9]{9})[A-Z][A-Z0-9_-]{0,39}$"
DECIMAL: Final = r"^-?[0-9]{1,4}\.[0-9]{2,4}$"
REFERENCE_KINDS: Final = (
    "RPJPD", "RPJMD", "RKPD", "RENSTRA", "RENJA", "KUA_PPAS", "RKA", "DPA", "APBD", "IKU", "PK", "RB", "SAKIP", "SPM",
)  # fmt: skip
REFERENCE_CODE: Final = r"^(?!.*[0-9]{9})[A-Z0-9][A-Z0-9.-]{0,39}$"
REFERENCE: Final = r"^(?!.*[0-9]{9})[A-Z_]{2,12}:[A-Z0-9][A-Z0-9.-]{0,39}$"
PERIOD: Final = r"^[0-9]{4}(-(0[1-9]|1[0-2]|Q[1-4]|S[12]))?$"
PREDICATE: Final = r"^(AA|A-|A|BB|B|CC|C|D)$"


def id_field(*, optional: bool = False) -> fields.String:
    """Take a UUID as text."""
    return fields.String(required=True, allow_none=optional, validate=Regexp(UUID_TEXT))


def code_field() -> fields.String:
    """Take a short code of ours."""
    return fields.String(required=True, validate=Regexp(CODE))


def closed_field(codes: tuple[str, ...]) -> fields.String:
    """Take one of a closed set of codes."""
    return fields.String(required=True, validate=OneOf(codes))


def count_field() -> fields.Integer:
    """Take a whole number from zero."""
    return fields.Integer(required=True, strict=True, validate=Range(min=0))


def decimal_field(about: str, *, optional: bool = False) -> fields.String:
    """Take a decimal number as text."""
    return fields.String(required=True, allow_none=optional, validate=Regexp(DECIMAL), metadata={"description": about})
