"""Enrolments: the drawn moves, seats, waiting list, delegates, cover and arrival."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from registration_samples import NOW, TENANT, a_batch, a_move, a_rule, an_enrolment, identity

from eventkit.refusal import RefusedError
from registration.domain.arrival import check_in, name_cover, name_delegates, record_no_show
from registration.domain.batch import BatchState
from registration.domain.codes import CoverKind, EnrolmentKind
from registration.domain.enrolment import (
    LEFT,
    MOVES,
    Cover,
    EnrolmentMove,
    EnrolmentState,
    holder_of,
    take_step,
)
from registration.domain.roster import MoveRoster, RosterRow, move_roster
from registration.domain.seat import move_enrolment
from registration.events import EnrolmentCheckedIn, EnrolmentCoverNamed, EnrolmentDelegatesNamed

S = EnrolmentState


def refusal(error: pytest.ExceptionInfo[RefusedError]) -> list[str]:
    return [each.code for each in error.value.faults] or [error.value.code]


def a_cover(**others: object) -> Cover:
    usual = {"kind": CoverKind.PLH, "from_date": date(2025, 8, 1), "to_date": date(2025, 8, 3), "acting": identity()}
    return Cover(**{**usual, **others})  # type: ignore[arg-type] # a builder


@given(st.sampled_from(EnrolmentState), st.sampled_from(EnrolmentMove))
def test_only_drawn_moves_happen(state: EnrolmentState, move: EnrolmentMove) -> None:
    enrolment = an_enrolment(a_batch(), state=state)
    if state not in MOVES[move]:
        with pytest.raises(RefusedError) as error:
            take_step(enrolment, move, NOW, None)
        assert error.value.values == {"state": state, "action": move}
        return
    moved = take_step(enrolment, move, NOW, "OTHER")
    assert moved.history[-1].state is moved.state is MOVES[move][state]
    assert (moved.holder is None) is (moved.state in LEFT)


def test_nobody_who_left_comes_back() -> None:
    assert not [move for move, steps in MOVES.items() if LEFT & steps.keys()]


def test_confirmation_of_the_seated_changes_nothing() -> None:
    batch = a_batch(taken={"CAMAT": 1})
    enrolment = an_enrolment(batch, state=S.CONFIRMED)
    assert move_enrolment(batch, enrolment, a_move(EnrolmentMove.CONFIRM)) == (batch, enrolment, [])


def test_full_batch_queues_once_where_the_rule_keeps_a_list() -> None:
    batch = a_batch(rule=a_rule(seats_total=1, keeps_waitlist=True), taken={"CAMAT": 1})
    _, queued, events = move_enrolment(batch, an_enrolment(batch), a_move(EnrolmentMove.CONFIRM))
    assert (queued.state, queued.history[-1].reason_code, len(events)) == (S.WAITLISTED, "QUOTA_FULL", 1)
    assert move_enrolment(batch, queued, a_move(EnrolmentMove.CONFIRM)) == (batch, queued, [])


def test_declined_nominee_frees_no_seat() -> None:
    batch = a_batch(taken={"CAMAT": 1})
    same, declined, [event] = move_enrolment(batch, an_enrolment(batch), a_move(EnrolmentMove.DECLINE, "DUTY"))
    assert (same, declined.state, event.type.split(".")[4]) == (batch, S.DECLINED, "declined")


def test_holder_is_a_person_per_programme_and_a_unit_per_batch() -> None:
    assert holder_of("p", "b", "person", "unit") == "p/person"
    assert holder_of("p", "b", None, "unit") == "b/unit"


class TestDelegates:
    def test_list_replaces_the_one_before(self) -> None:
        enrolment = an_enrolment(a_batch(), kind=EnrolmentKind.UNIT, unit=identity(), delegates=("a", "b"))
        named, [event] = name_delegates(enrolment, ["c"])
        assert named.delegates == ("c",)
        assert isinstance(event, EnrolmentDelegatesNamed)
        assert (event.delegates, event.count) == (("c",), 1)
        assert name_delegates(named, ["c"]) == (named, [])

    def test_person_has_none(self) -> None:
        with pytest.raises(RefusedError, match="not_a_unit_enrolment"):
            name_delegates(an_enrolment(a_batch()), ["a"])

    def test_nobody_is_named_twice(self) -> None:
        with pytest.raises(RefusedError) as error:
            name_delegates(an_enrolment(a_batch(), kind=EnrolmentKind.UNIT), ["a", "a"])
        assert refusal(error) == ["DUPLICATE"]

    @pytest.mark.parametrize("state", [S.WITHDRAWN, S.CHECKED_IN])
    def test_too_late(self, state: EnrolmentState) -> None:
        with pytest.raises(RefusedError, match="enrolment_state"):
            name_delegates(an_enrolment(a_batch(), kind=EnrolmentKind.UNIT, state=state), ["a"])


class TestCover:
    def test_cover_is_told_without_the_acting_person(self) -> None:
        cover = a_cover()
        covered, [event] = name_cover(an_enrolment(a_batch(), unit="u"), cover)
        assert covered.cover == cover
        assert event == EnrolmentCoverNamed(
            enrolment=covered.id, unit="u", from_date=cover.from_date, to_date=cover.to_date, cover_kind="PLH"
        )
        assert name_cover(covered, cover) == (covered, [])

    @pytest.mark.parametrize(
        ("wrong", "code"),
        [
            ({"to_date": date(2025, 7, 1)}, "PERIOD_ORDER"),
            ({"acting": None}, "ACTING_OFFICIAL"),
            ({"kind": CoverKind.EXEMPT}, "ACTING_OFFICIAL"),
            ({"acting": "me"}, "ACTING_FOR_ONESELF"),
        ],
    )
    def test_wrong_cover_is_named(self, wrong: dict[str, object], code: str) -> None:
        with pytest.raises(RefusedError) as error:
            name_cover(an_enrolment(a_batch(), person="me"), a_cover(**wrong))
        assert refusal(error) == [code]

    def test_only_heads_need_one(self) -> None:
        with pytest.raises(RefusedError, match="cover_not_expected"):
            name_cover(an_enrolment(a_batch(), category="PELAKSANA"), a_cover())
        with pytest.raises(RefusedError, match="enrolment_state"):
            name_cover(an_enrolment(a_batch(), state=S.WITHDRAWN), a_cover())

    def test_head_without_full_cover_is_stopped_at_the_door(self) -> None:
        batch = a_batch(rule=a_rule(requires_cover=True))
        bare = an_enrolment(batch, state=S.CONFIRMED)
        with pytest.raises(RefusedError, match="cover_missing"):
            check_in(batch, bare, None, NOW)
        short, _ = name_cover(bare, a_cover(to_date=date(2025, 8, 2)))
        with pytest.raises(RefusedError, match="cover_period"):
            check_in(batch, short, None, NOW)
        full, _ = name_cover(bare, a_cover())
        assert check_in(batch, full, None, NOW)[0].state is S.CHECKED_IN
        other = an_enrolment(batch, state=S.CONFIRMED, category="PELAKSANA")
        assert check_in(batch, other, None, NOW)[0].state is S.CHECKED_IN


class TestArrival:
    def test_second_arrival_changes_nothing(self) -> None:
        batch = a_batch()
        present, [event] = check_in(batch, an_enrolment(batch, state=S.CONFIRMED), None, NOW)
        assert isinstance(event, EnrolmentCheckedIn)
        assert (event.persons, present.arrived, present.arrived_at) == (1, 1, NOW)
        assert check_in(batch, present, None, NOW) == (present, [])

    def test_unit_arrives_with_some_of_its_delegates(self) -> None:
        batch = a_batch()
        unit = an_enrolment(batch, kind=EnrolmentKind.UNIT, state=S.CONFIRMED, delegates=("a", "b"))
        assert check_in(batch, unit, None, NOW)[0].arrived == 2
        assert check_in(batch, unit, 1, NOW)[0].arrived == 1
        with pytest.raises(RefusedError, match="arrived_out_of_range"):
            check_in(batch, unit, 3, NOW)

    def test_unit_without_delegates_cannot_arrive(self) -> None:
        batch = a_batch()
        with pytest.raises(RefusedError, match="delegates_missing"):
            check_in(batch, an_enrolment(batch, kind=EnrolmentKind.UNIT, state=S.CONFIRMED), None, NOW)

    def test_nobody_arrives_at_a_batch_that_is_over(self) -> None:
        batch = a_batch(state=BatchState.COMPLETED)
        with pytest.raises(RefusedError, match="batch_state"):
            check_in(batch, an_enrolment(batch, state=S.CONFIRMED), None, NOW)

    def test_one_who_was_missed_may_still_come(self) -> None:
        batch = a_batch()
        missed, events = record_no_show(batch, an_enrolment(batch, state=S.CONFIRMED), NOW)
        assert (missed.state, events) == (S.NO_SHOW, [])
        assert check_in(batch, missed, None, NOW)[0].state is S.CHECKED_IN


class TestRoster:
    def test_each_row_stands_alone(self) -> None:
        batch = a_batch(rule=a_rule(seats_total=1))
        people = [an_enrolment(batch), an_enrolment(batch), an_enrolment(a_batch())]
        rows = (*(RosterRow(enrolment=each.id) for each in people), RosterRow(enrolment=people[0].id))
        command = MoveRoster(
            tenant=TENANT, batch=batch.id, rows=rows, move=EnrolmentMove.CONFIRM, reason_code=None, at=NOW,
            dry_run=False,
        )  # fmt: skip
        outcome = move_roster(batch, {each.id: each for each in people}, command)
        assert [each.status for each in outcome.reports] == ["CONFIRMED", "REFUSED", "NOT_FOUND", "CONFIRMED"]
        assert outcome.batch.seats_taken == 1
        assert [len(events) for _, events in outcome.changed.values()] == [1]

    @pytest.mark.parametrize("move", [EnrolmentMove.CHECK_IN, EnrolmentMove.NO_SHOW, EnrolmentMove.WITHDRAW])
    def test_other_moves_go_the_same_way(self, move: EnrolmentMove) -> None:
        batch = a_batch(taken={"CAMAT": 1})
        enrolment = an_enrolment(batch, state=S.CONFIRMED)
        command = MoveRoster(
            tenant=TENANT, batch=batch.id, rows=(RosterRow(enrolment=enrolment.id),), move=move, reason_code="OTHER",
            at=NOW, dry_run=False,
        )  # fmt: skip
        outcome = move_roster(batch, {enrolment.id: enrolment}, command)
        assert outcome.reports[0].status == MOVES[move][S.CONFIRMED]
