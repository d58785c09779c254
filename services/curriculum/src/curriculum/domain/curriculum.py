"""Curricula and their versions.

A version is DRAFT until it is PUBLISHED; then it is frozen, and a change means the next version.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from curriculum.domain.jp import DEFAULT_MINUTES_PER_JP, day_faults, jp_of
from curriculum.events import EchelonGroup, GovernmentLevel, SessionKind, VersionPublished
from eventkit.event import Aggregate, Event, TenantId
from eventkit.refusal import Fault, RefusedError

RULE_VERSION: Final = "R-CREDIT-1"


class VersionState(StrEnum):
    """Whether a version may still change."""

    DRAFT = "DRAFT"
    PUBLISHED = "PUBLISHED"


class SpeakerRole(StrEnum):
    """What somebody does in a session."""

    SPEAKER = "SPEAKER"
    TRAINER = "TRAINER"
    FACILITATOR = "FACILITATOR"
    OFFICIANT = "OFFICIANT"


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeakerSlot:
    """A place for a speaker; without an office it is still to be named."""

    role: SpeakerRole = SpeakerRole.SPEAKER
    office_code: str | None = None
    government_level: GovernmentLevel | None = None
    holder_label: str | None = None
    on_behalf_of: str | None = None
    candidate_levels: tuple[GovernmentLevel, ...] = ()
    deadline_days: int | None = None
    fallback_office: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionTemplate:
    """A session as the curriculum plans it, `day_offset` days after the first day.

    Minutes 0 in a command means that only JP were given.
    """

    code: str
    title: str
    kind: SessionKind
    minutes: int
    day_offset: int
    start_time: str
    module: str | None = None
    jp_by_hand: int | None = None
    eligible: tuple[EchelonGroup, ...] = ()
    values: tuple[str, ...] = ()
    competencies: tuple[str, ...] = ()
    speakers: tuple[SpeakerSlot, ...] = ()

    def jp(self, minutes_per_jp: int) -> int:
        """Give the JP set by hand, else the JP by rule."""
        return jp_of(self.kind, self.minutes, minutes_per_jp) if self.jp_by_hand is None else self.jp_by_hand

    def settled(self, minutes_per_jp: int) -> "SessionTemplate":
        """Fill in the minutes where only JP were given; JP that the rule gives anyway are not by hand."""
        minutes = self.minutes or (self.jp_by_hand or 0) * minutes_per_jp
        by_rule = jp_of(self.kind, minutes, minutes_per_jp)
        return replace(self, minutes=minutes, jp_by_hand=None if self.jp_by_hand == by_rule else self.jp_by_hand)


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletionRule:
    """What an enrolment must show to be complete."""

    rule_version: str = RULE_VERSION
    share_percent: int = 90
    requires_post_test: bool = False
    requires_plan: bool = False
    requires_commitment: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Curriculum(Aggregate):
    """What a programme teaches; its versions carry the content."""

    programme: str
    code: str
    title: str
    minutes_per_jp: int = DEFAULT_MINUTES_PER_JP
    last_number: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CurriculumVersion(Aggregate):
    """One version of a curriculum with its own copy of every setting."""

    curriculum: str
    programme: str
    number: int
    minutes_per_jp: int
    rule: CompletionRule
    sessions: tuple[SessionTemplate, ...]
    state: VersionState = VersionState.DRAFT
    published_at: datetime | None = None

    @property
    def jp_total(self) -> int:
        return sum(each.jp(self.minutes_per_jp) for each in self.sessions)

    @property
    def warnings(self) -> tuple[Fault, ...]:
        return tuple(self._day_faults()[0])

    @property
    def errors(self) -> tuple[Fault, ...]:
        return tuple(self._day_faults()[1])

    def _day_faults(self) -> tuple[list[Fault], list[Fault]]:
        return day_faults((each.day_offset, each.jp(self.minutes_per_jp)) for each in self.sessions)


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateCurriculum:
    """Begin a curriculum for a programme."""

    tenant: TenantId
    curriculum: str
    programme: str
    code: str
    title: str
    minutes_per_jp: int = DEFAULT_MINUTES_PER_JP


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftVersion:
    """Write the next version of a curriculum."""

    tenant: TenantId
    curriculum: str
    version_id: str
    sessions: tuple[SessionTemplate, ...]
    rule: CompletionRule
    minutes_per_jp: int | None = None
    expected_version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviseVersion:
    """Replace the content of a draft."""

    tenant: TenantId
    curriculum: str
    number: int
    sessions: tuple[SessionTemplate, ...]
    rule: CompletionRule
    expected_version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishVersion:
    """Freeze a draft."""

    tenant: TenantId
    curriculum: str
    number: int
    at: datetime
    expected_version: int | None = None


def create(command: CreateCurriculum) -> Curriculum:
    """Begin a curriculum without any version."""
    return Curriculum(
        id=command.curriculum,
        programme=command.programme,
        code=command.code,
        title=command.title,
        minutes_per_jp=command.minutes_per_jp,
    )


def draft(curriculum: Curriculum, command: DraftVersion) -> tuple[Curriculum, CurriculumVersion]:
    """Take the next number; earlier versions are not touched."""
    _check_codes(command.sessions)
    number, minutes_per_jp = curriculum.last_number + 1, command.minutes_per_jp or curriculum.minutes_per_jp
    version = CurriculumVersion(
        id=command.version_id,
        curriculum=curriculum.id,
        programme=curriculum.programme,
        number=number,
        minutes_per_jp=minutes_per_jp,
        rule=command.rule,
        sessions=tuple(each.settled(minutes_per_jp) for each in command.sessions),
    )
    return replace(curriculum, last_number=number), version


def revise(version: CurriculumVersion, command: ReviseVersion) -> CurriculumVersion:
    """Replace a draft's content; a published version refuses."""
    _check_draft(version)
    _check_codes(command.sessions)
    settled = tuple(each.settled(version.minutes_per_jp) for each in command.sessions)
    return replace(version, sessions=settled, rule=command.rule)


def publish(version: CurriculumVersion, command: PublishVersion) -> tuple[CurriculumVersion, list[Event]]:
    """Freeze the draft; refused without sessions or with more JP in a day than R-JPDAY allows."""
    _check_draft(version)
    if not version.sessions:
        raise RefusedError("CONFLICT", "version_empty")
    if version.errors:
        raise RefusedError("INVALID", "version_invalid", version.errors)
    published = VersionPublished(
        curriculum=version.curriculum,
        version=version.number,
        programme=version.programme,
        session_count=len(version.sessions),
        jp_total=version.jp_total,
        minutes_per_jp=version.minutes_per_jp,
    )
    return replace(version, state=VersionState.PUBLISHED, published_at=command.at), [published]


def _check_draft(version: CurriculumVersion) -> None:
    if version.state is not VersionState.DRAFT:
        raise RefusedError("CONFLICT", "version_frozen", number=version.number)


def _check_codes(sessions: Sequence[SessionTemplate]) -> None:
    seen: set[str] = set()
    faults = []
    for index, each in enumerate(sessions):
        if each.code in seen:
            faults.append(Fault(f"/sessions/{index}/code", "session_code_repeated", (("code", each.code),)))
        seen.add(each.code)
    if faults:
        raise RefusedError("INVALID", "version_invalid", faults)
