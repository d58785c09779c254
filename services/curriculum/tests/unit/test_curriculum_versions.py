"""Versions: numbered, frozen when published, each with its own settings."""

from typing import Any

import pytest
from curriculum_samples import AT, TENANT, template, version

from curriculum.domain.curriculum import (
    CompletionRule,
    CreateCurriculum,
    Curriculum,
    DraftVersion,
    PublishVersion,
    ReviseVersion,
    SessionTemplate,
    VersionState,
    create,
    draft,
    publish,
    revise,
)
from curriculum.events import SessionKind, VersionPublished
from eventkit.refusal import RefusedError

PUBLISH = PublishVersion(tenant=TENANT, curriculum="c", number=1, at=AT)


def begun(**changes: Any) -> Curriculum:
    return create(CreateCurriculum(tenant=TENANT, curriculum="c", programme="p", code="KDI", title="Klinik", **changes))


def drafting(*templates: SessionTemplate, **changes: Any) -> DraftVersion:
    return DraftVersion(
        tenant=TENANT, curriculum="c", version_id="v1", sessions=templates, rule=CompletionRule(), **changes
    )


def test_each_draft_takes_the_next_number() -> None:
    once, first = draft(begun(), drafting(template()))
    twice, second = draft(once, drafting(template()))
    assert (first.number, second.number, twice.last_number) == (1, 2, 2)


def test_minutes_per_jp_come_from_the_version_else_from_the_curriculum() -> None:
    _, inherited = draft(begun(minutes_per_jp=60), drafting(template()))
    _, own = draft(begun(minutes_per_jp=60), drafting(template(), minutes_per_jp=30))
    assert (inherited.jp_total, own.jp_total) == (1, 3)


def test_jp_alone_give_the_minutes() -> None:
    _, made = draft(begun(), drafting(template(minutes=0, jp_by_hand=3)))
    assert (made.sessions[0].minutes, made.sessions[0].jp_by_hand, made.jp_total) == (135, None, 3)


def test_jp_by_hand_differ_from_the_rule_and_stay() -> None:
    _, made = draft(begun(), drafting(template(kind=SessionKind.OUTDOOR, minutes=180, jp_by_hand=0)))
    assert (made.sessions[0].jp_by_hand, made.jp_total) == (0, 0)


def test_publishing_freezes_and_tells() -> None:
    _, made = draft(begun(), drafting(template(), template("C3", minutes=45, start_time="10:00")))
    published, events = publish(made, PUBLISH)
    assert published.state is VersionState.PUBLISHED
    assert events == [
        VersionPublished(curriculum="c", version=1, programme="p", session_count=2, jp_total=3, minutes_per_jp=45)
    ]


def test_a_published_version_can_neither_change_nor_be_published_again() -> None:
    change = ReviseVersion(tenant=TENANT, curriculum="c", number=1, sessions=(), rule=CompletionRule())
    for refused in (lambda: revise(version(), change), lambda: publish(version(), PUBLISH)):
        with pytest.raises(RefusedError, match="version_frozen"):
            refused()


def test_a_draft_takes_new_content() -> None:
    _, made = draft(begun(), drafting(template()))
    change = ReviseVersion(
        tenant=TENANT, curriculum="c", number=1, sessions=(template("X"),), rule=CompletionRule(requires_plan=True)
    )
    revised = revise(made, change)
    assert [each.code for each in revised.sessions] == ["X"]
    assert revised.rule.requires_plan


def test_a_code_used_twice_is_named() -> None:
    with pytest.raises(RefusedError) as refusal:
        draft(begun(), drafting(template(), template()))
    assert [each.pointer for each in refusal.value.faults] == ["/sessions/1/code"]


def test_thirteen_jp_in_a_day_are_not_published_eleven_only_warn() -> None:
    _, heavy = draft(begun(), drafting(template(minutes=13 * 45)))
    with pytest.raises(RefusedError, match="version_invalid"):
        publish(heavy, PUBLISH)
    _, full = draft(begun(), drafting(template(minutes=11 * 45)))
    assert [each.code for each in full.warnings] == ["many_jp_in_a_day"]
    assert publish(full, PUBLISH)[0].state is VersionState.PUBLISHED


def test_an_empty_version_is_not_published() -> None:
    _, empty = draft(begun(), drafting())
    with pytest.raises(RefusedError, match="version_empty"):
        publish(empty, PUBLISH)
