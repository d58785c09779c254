"""Every handler: read with an unknown extra field, folded, the same again on replay."""

import json
from datetime import date
from typing import Any

import pytest
from curriculum_samples import envelope
from hypothesis import given
from hypothesis import strategies as st

from curriculum.consumers import PROJECTIONS
from curriculum.domain.seen import BatchState, EnrolmentState, SeenBatch, SeenEnrolment, SeenPlan
from eventkit.gate import Known, Projection, judge

BY_TOPIC: dict[str, Projection[Any]] = {each.topic: each for each in PROJECTIONS}
SCHEDULED = {
    "batch": "b",
    "programme": "p",
    "programme_kind": "RETREAT",
    "number": "W2",
    "planned_start": "2025-10-01",
    "planned_end": "2025-10-05",
    "venue_region": "53.04",
    "time_zone": "Asia/Makassar",
}
MOVED = {
    "batch": "b",
    "old_start": "2025-10-01",
    "new_start": "2025-10-08",
    "new_end": "2025-10-12",
    "new_venue_region": "53.04",
    "reason_code": "VENUE",
    "decided_by_office": "SEKDA",
    "schedule_version": 2,
}
NOMINATED = {
    "batch": "b",
    "kind": "PERSON",
    "person": "p-1",
    "unit": None,
    "category": "CAMAT",
    "echelon_group": "III",
    "asn_status": "PNS",
    "eligible": True,
}
TURNED = {"batch": "b", "at": "2025-10-12T10:00:00Z", "local_date": "2025-10-12"}
DECIDED = {"batch": "b", "reason_code": None}


def hear(topic: str, aggregate: str, *events: tuple[str, dict[str, Any]]) -> Any:
    """Judge the events as the runtime does; gives the state they come to."""
    envelopes = [
        envelope(f"id.bina.{topic}.{name}.v1", aggregate, json.dumps({**payload, "later": 1}).encode(), number)
        for number, (name, payload) in enumerate(events, start=1)
    ]
    verdict = judge(BY_TOPIC[topic], envelopes, {}, {})
    assert verdict.parked == []
    again = judge(BY_TOPIC[topic], envelopes, {}, {})
    (known,) = verdict.known.values()
    assert list(again.known.values()) == [known]
    copies = judge(BY_TOPIC[topic], envelopes, {envelopes[0].key: known}, {})
    assert copies.known == {}
    return known.state


def test_a_batch_keeps_its_newest_dates_and_its_real_days() -> None:
    events: list[tuple[str, dict[str, Any]]] = [
        ("scheduled", SCHEDULED),
        ("rescheduled", MOVED),
        ("started", TURNED),
        ("completed", TURNED),
    ]
    assert hear("registration.batch", "b", *events) == SeenBatch(
        id="b",
        programme="p",
        programme_kind="RETREAT",
        number="W2",
        planned_start=date(2025, 10, 8),
        planned_end=date(2025, 10, 12),
        venue_region="53.04",
        time_zone="Asia/Makassar",
        schedule_version=2,
        state=BatchState.COMPLETED,
        started_on=date(2025, 10, 12),
        ended_on=date(2025, 10, 12),
    )


def test_a_cancelled_batch_is_known_as_such() -> None:
    seen = hear("registration.batch", "b", ("scheduled", SCHEDULED), ("cancelled", TURNED))
    assert (seen.state, seen.cancelled_on) == (BatchState.CANCELLED, date(2025, 10, 12))


def test_batch_events_that_are_not_read_advance_nothing_but_the_number() -> None:
    seen = hear("registration.batch", "b", ("scheduled", SCHEDULED), ("rule_changed", {"batch": "b"}))
    assert seen.state is BatchState.SCHEDULED


@pytest.mark.parametrize(
    ("event", "state"),
    [
        ("confirmed", EnrolmentState.CONFIRMED),
        ("waitlisted", EnrolmentState.WAITLISTED),
        ("declined", EnrolmentState.DECLINED),
        ("substituted", EnrolmentState.SUBSTITUTED),
        ("withdrawn", EnrolmentState.WITHDRAWN),
        ("checked_in", EnrolmentState.CHECKED_IN),
    ],
)
def test_an_enrolment_follows_its_decisions(event: str, state: EnrolmentState) -> None:
    seen = hear("registration.enrolment", "e", ("nominated", NOMINATED), (event, DECIDED))
    assert (seen.state, seen.person, seen.echelon_group) == (state, "p-1", "III")
    assert seen.is_active == (state in {EnrolmentState.CONFIRMED, EnrolmentState.CHECKED_IN})


def test_an_ineligible_nomination_is_kept_as_rejected() -> None:
    seen = hear("registration.enrolment", "e", ("nominated", {**NOMINATED, "eligible": False}))
    assert seen.state is EnrolmentState.REJECTED


def test_a_unit_s_last_list_of_delegates_counts() -> None:
    unit = {**NOMINATED, "kind": "UNIT", "person": None, "unit": "dinas", "asn_status": None, "echelon_group": None}
    lists = [("delegates_named", {"batch": "b", "delegates": names}) for names in (["d1", "d2"], ["d1", "d3"])]
    seen = hear("registration.enrolment", "u", ("nominated", unit), ("confirmed", DECIDED), *lists)
    assert (seen.people, seen.state) == (("d1", "d3"), EnrolmentState.CONFIRMED)


def test_a_submitted_plan_is_known_by_its_enrolment() -> None:
    assert hear("monitoring.plan", "plan-1", ("submitted", {"enrolment": "e"})) == SeenPlan(id="plan-1", enrolment="e")
    assert hear("monitoring.plan", "plan-1", ("submitted", {"enrolment": "e"}), ("progressed", {})).is_submitted


@pytest.mark.parametrize(
    ("topic", "name", "payload"),
    [
        ("registration.batch", "scheduled", {**SCHEDULED, "planned_start": "2025-02-30"}),
        ("registration.batch", "completed", {"batch": "b"}),
        ("registration.enrolment", "nominated", {**NOMINATED, "kind": "TEAM"}),
        ("registration.enrolment", "delegates_named", {"batch": "b", "delegates": "d1"}),
        ("monitoring.plan", "submitted", {}),
    ],
)
def test_a_malformed_event_is_parked(topic: str, name: str, payload: dict[str, Any]) -> None:
    bad = envelope(f"id.bina.{topic}.{name}.v1", "x", json.dumps(payload).encode())
    (parked,) = judge(BY_TOPIC[topic], [bad], {}, {}).parked
    assert parked.reason == "INVALID_PAYLOAD"


def test_every_projection_says_which_aggregate_it_is_about() -> None:
    for projection in PROJECTIONS:
        for type_, handler in projection.handlers.items():
            assert type_.startswith(f"id.bina.{projection.topic}.")
            assert handler.reader.builds.__doc__


decisions = st.lists(st.sampled_from(["confirmed", "waitlisted", "checked_in", "withdrawn"]), max_size=6)


@given(decisions, st.integers(0, 6))
def test_events_in_two_parts_come_to_the_same_as_in_one(names: list[str], cut: int) -> None:
    events = [("nominated", NOMINATED), *((name, DECIDED) for name in names)]
    envelopes = [
        envelope(f"id.bina.registration.enrolment.{name}.v1", "e", json.dumps(payload).encode(), number)
        for number, (name, payload) in enumerate(events, start=1)
    ]
    topic = BY_TOPIC["registration.enrolment"]
    whole = judge(topic, envelopes, {}, {}).known
    first = judge(topic, envelopes[:cut], {}, {}).known
    second = judge(topic, envelopes, first, {}).known
    assert {**first, **second} == whole
    assert isinstance(next(iter(whole.values()), Known()).state, SeenEnrolment)
