"""The closed codes that travel in events and are stored with what they describe."""

from enum import StrEnum


class SessionKind(StrEnum):
    """What happens in a session; ceremonies, breaks and travel earn no JP."""

    LECTURE = "LECTURE"
    DISCUSSION = "DISCUSSION"
    WORKSHOP = "WORKSHOP"
    SIMULATION = "SIMULATION"
    CASE_STUDY = "CASE_STUDY"
    PRACTICE = "PRACTICE"
    FIELD_VISIT = "FIELD_VISIT"
    REFLECTION = "REFLECTION"
    OUTDOOR = "OUTDOOR"
    CEREMONY = "CEREMONY"
    BREAK = "BREAK"
    TRAVEL = "TRAVEL"


class EchelonGroup(StrEnum):
    """The echelon groups that a session may be limited to."""

    I = "I"  # noqa: E741  the field's own code
    II = "II"
    III = "III"
    IV = "IV"
    NON = "NON"


class GovernmentLevel(StrEnum):
    """Where a speaker's office stands."""

    PUSAT = "PUSAT"
    PROVINSI = "PROVINSI"
    KABUPATEN = "KABUPATEN"
    KOTA = "KOTA"
    NON_PEMERINTAH = "NON_PEMERINTAH"


class EngagementStatus(StrEnum):
    """The life of a speaker slot."""

    TO_BE_NAMED = "TO_BE_NAMED"
    PROPOSED = "PROPOSED"
    INVITED = "INVITED"
    CONFIRMED = "CONFIRMED"
    RECONFIRM_NEEDED = "RECONFIRM_NEEDED"
    ATTENDED = "ATTENDED"
    NO_SHOW = "NO_SHOW"
    DECLINED = "DECLINED"
    REPLACED = "REPLACED"


class Outcome(StrEnum):
    """What the completion rule says about one enrolment."""

    COMPLETED = "COMPLETED"
    INCOMPLETE = "INCOMPLETE"


class Obligation(StrEnum):
    """The yearly JP rule that binds a person: at least 20, at most 24, none."""

    PNS_20 = "PNS_20"
    PPPK_24 = "PPPK_24"
    NONE = "NONE"


class EnrolmentKind(StrEnum):
    """Who is enrolled: a person, or a unit that sends delegates."""

    PERSON = "PERSON"
    UNIT = "UNIT"
