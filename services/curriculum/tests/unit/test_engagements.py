"""Speakers: the state machine, the board and what a move does."""

from dataclasses import replace
from datetime import date
from itertools import product
from typing import Any

import pytest
from curriculum_samples import AT, MINISTER, OPEN, TENANT, sessions

from curriculum.domain.curriculum import SpeakerRole
from curriculum.domain.engagement import (
    TRANSITIONS,
    ChangeEngagement,
    Colour,
    Engagement,
    ReplaceSpeaker,
    StatusChange,
    ask_again,
    board,
    change,
    plan,
    substitute,
)
from curriculum.events import EngagementPlanned, EngagementStatus, EngagementStatusChanged
from eventkit.refusal import RefusedError

S = EngagementStatus
SESSION = sessions()[0]


def slot(status: EngagementStatus = S.PROPOSED, id_: str = "g1") -> Engagement:
    return replace(plan(SESSION, MINISTER, id_, AT)[0], status=status)


def to(status: EngagementStatus, **changes: Any) -> ChangeEngagement:
    return ChangeEngagement(tenant=TENANT, engagement="g1", change=StatusChange(status=status, at=AT), **changes)


def test_a_slot_with_an_office_is_proposed_and_without_one_to_be_named() -> None:
    named, (event,) = plan(SESSION, MINISTER, "g1", AT)
    unnamed, _ = plan(SESSION, OPEN, "g2", AT)
    assert (named.status, unnamed.status) == (S.PROPOSED, S.TO_BE_NAMED)
    assert named.deadline == date(2025, 6, 24)
    assert isinstance(event, EngagementPlanned)
    assert (event.office_code, event.previous_status) == ("MENDAGRI", None)


@pytest.mark.parametrize(("before", "after"), list(product(S, S)))
def test_every_step_is_either_drawn_or_refused(before: EngagementStatus, after: EngagementStatus) -> None:
    if after in TRANSITIONS[before]:
        stepped, (event,) = change(slot(before), to(after))
        assert isinstance(event, EngagementStatusChanged)
        assert (stepped.status, event.previous_status) == (after, before)
    else:
        with pytest.raises(RefusedError, match="engagement_state"):
            change(slot(before), to(after))


def test_proposing_needs_an_office() -> None:
    unnamed, _ = plan(SESSION, OPEN, "g2", AT)
    with pytest.raises(RefusedError, match="office_missing"):
        change(unnamed, to(S.PROPOSED))
    assert change(unnamed, to(S.PROPOSED, office_code="GUBERNUR"))[0].office_code == "GUBERNUR"


def test_an_office_changes_by_replacement_only() -> None:
    with pytest.raises(RefusedError, match="office_fixed"):
        change(slot(), to(S.INVITED, office_code="GUBERNUR"))


def test_a_stand_in_keeps_the_session_and_names_whom_it_replaces() -> None:
    command = ReplaceSpeaker(
        tenant=TENANT,
        engagement="g1",
        replacement="g9",
        slot=replace(MINISTER, office_code="DIRJEN"),
        reason_code="DUTY",
        at=AT,
    )
    (ended, _), (opened, _) = substitute(slot(S.CONFIRMED), SESSION, command)
    assert (ended.status, opened.replaces, opened.session) == (S.REPLACED, "g1", SESSION.id)


def test_a_move_asks_a_confirmed_speaker_again_and_nobody_else() -> None:
    asked, events = ask_again(slot(S.CONFIRMED), 7, AT)
    assert (asked.status, asked.deadline, len(events)) == (S.RECONFIRM_NEEDED, date(2025, 7, 1), 1)
    for status in set(S) - {S.CONFIRMED}:
        assert ask_again(slot(status), 7, AT)[1] == []


def test_two_confirmed_and_one_open_slot_are_amber_with_the_days_left() -> None:
    slots = [slot(S.CONFIRMED, "g1"), slot(S.CONFIRMED, "g2"), plan(SESSION, OPEN, "g3", AT)[0]]
    shown = board("b", slots, date(2025, 6, 20))
    assert (shown.colour, shown.confirmed, shown.open, shown.delivered) == (Colour.AMBER, 2, 1, 0)
    assert [each.days_left for each in shown.slots] == [None, None, 4]
    assert board("b", slots, date(2025, 6, 26)).slots[2].days_left == -2


def test_confirmed_is_not_delivered_and_replaced_slots_are_off_the_board() -> None:
    shown = board("b", [slot(S.NO_SHOW), slot(S.ATTENDED), slot(S.REPLACED)], date(2025, 7, 2))
    assert (len(shown.slots), shown.delivered) == (2, 1)


def test_all_confirmed_is_green() -> None:
    assert board("b", [slot(S.CONFIRMED)], date(2025, 6, 20)).colour is Colour.GREEN


def test_whoever_opens_is_no_speaker_on_the_board() -> None:
    mayor, _ = plan(SESSION, replace(MINISTER, role=SpeakerRole.OFFICIANT), "g4", AT)
    shown = board("b", [slot(S.CONFIRMED), mayor], date(2025, 6, 20))
    assert (shown.colour, len(shown.slots)) == (Colour.GREEN, 1)
