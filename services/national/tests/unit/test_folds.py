"""Every event that is read, folded by the decision core of the runtime; each carries a field that nobody knows."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from national_events import PERSON, Topics, id_of

from eventkit.envelope import Envelope
from eventkit.gate import judge
from national import store
from national.consumers import PROJECTIONS
from national.domain import Enrolment

BY_TOPIC = {each.topic: each for each in PROJECTIONS}
PLAN: Any = {
    "plan": id_of("p"),
    "unit": None,
    "enrolment": id_of("e"),
    "batch": id_of("b"),
    "due_on": "2025-08-17",
}
UNIT: dict[str, Any] = {
    "unit": id_of("u"), "kind": "DINAS", "name": "Dinas Kesehatan", "region": "74.71", "parent": None,
    "valid_from": "2020-01-01", "valid_to": None, "predecessors": [], "successors": [],
}  # fmt: skip
SESSION: dict[str, Any] = {
    "session": id_of("s"), "batch": id_of("b"), "curriculum": id_of("c"), "version": 1, "kind": "LECTURE", "jp": 2,
    "start": "2025-08-01T06:00:00Z", "end": "2025-08-01T08:00:00Z", "eligible": ["II"], "schedule_version": 1,
}  # fmt: skip
HEADS: dict[str, Any] = {
    "session": id_of("s"), "batch": id_of("b"), "kind": "LECTURE", "jp": 2, "present": 60, "excused": 2, "absent": 1,
    "not_eligible": 0,
}  # fmt: skip
MEASURE: dict[str, Any] = {
    "measure": id_of("m"), "batch": id_of("b"), "enrolment": None, "unit": None, "kind": "T30", "instrument": "BK-21",
    "version": 1, "expected": 63, "received": 0, "due_on": "2025-09-02",
}  # fmt: skip
COMPLETION: dict[str, Any] = {
    "completion": id_of("k"), "enrolment": id_of("e"), "batch": id_of("b"), "kind": "PERSON", "outcome": "INCOMPLETE",
    "jp_credited": 12, "jp_possible": 20, "persons": 1, "rule_version": "R1", "ledger_year": 2025,
    "obligation": "PNS_20", "over_limit": False,
}  # fmt: skip
CERTIFICATE: dict[str, Any] = {
    "certificate": id_of("z"), "enrolment": id_of("e"), "number": "RTR/74.71/2025/000001", "jp": 20,
    "sha256": "0" * 64, "reason_code": None,
}  # fmt: skip
ENGAGEMENT: dict[str, Any] = {
    "engagement": id_of("g"), "session": id_of("s"), "batch": id_of("b"), "office_code": "KEPALA_BKN",
    "government_level": "PUSAT", "status": "CONFIRMED", "previous_status": None,
}  # fmt: skip
VISIT: dict[str, Any] = {
    "visit": id_of("v"), "unit": id_of("u"), "batch": id_of("b"), "wave": 1, "checklist_version": 1,
    "score_band": None, "findings_open": 2,
}  # fmt: skip
DECIDED: dict[str, Any] = {"enrolment": id_of("e"), "batch": id_of("b"), "reason_code": None}
TURN: dict[str, Any] = {"batch": id_of("b"), "at": "2025-05-15T12:00:00Z", "local_date": "2025-05-15", "counts": []}
NOMINATED: dict[str, Any] = {
    "enrolment": id_of("e"), "batch": id_of("b"), "kind": "PERSON", "person": PERSON, "unit": None, "category": "CAMAT",
    "echelon_group": "III", "person_kind": "ASN", "asn_status": "PNS", "eligible": True, "reason_codes": [],
    "rule_version": 1,
}  # fmt: skip
SCHEDULED: dict[str, Any] = {
    "batch": id_of("b"), "programme": id_of("p"), "programme_kind": "RETREAT", "number": "W1",
    "planned_start": "2025-12-31", "planned_end": "2026-01-02", "provisional": True, "venue_region": None,
    "time_zone": "Asia/Jakarta", "quota": [], "seats_total": 100, "rule_version": 1,
}  # fmt: skip
MOVED: dict[str, Any] = {
    "batch": id_of("b"), "old_start": "2025-12-31", "old_end": "2026-01-02", "new_start": "2026-01-07",
    "new_end": "2026-01-09", "old_venue_region": None, "new_venue_region": "53.04", "reason_code": "VENUE",
    "decided_by_office": "SEKDA", "schedule_version": 2,
}  # fmt: skip
Step = tuple[str, dict[str, Any]]


def fold(topic: str, steps: Sequence[Step]) -> Any:
    """Fold these events of one aggregate; fails when one of them would be parked."""
    topics = Topics()
    envelopes: list[Envelope] = [topics.tell("74.71", id_of("x"), f"{topic}.{what}", **data) for what, data in steps]
    verdict = judge(BY_TOPIC[topic], envelopes, {}, {})
    assert [each.detail for each in verdict.parked] == []
    (known,) = verdict.known.values()
    assert known.state.seen_at == envelopes[-1].time
    assert (known.state.id, known.state.tenant) == (id_of("x"), "74.71")
    return known.state


CASES: list[tuple[str, list[Step], dict[str, Any]]] = [
    ("registration.unit", [("registered", UNIT)], {"name": "Dinas Kesehatan", "valid_from": date(2020, 1, 1)}),
    ("registration.unit", [("registered", UNIT), ("changed", {**UNIT, "kind": "BADAN"})], {"kind": "BADAN"}),
    (
        "registration.unit",
        [("registered", UNIT), ("closed", {"unit": id_of("u"), "valid_to": "2026-01-01", "successors": [id_of("w")]})],
        {"valid_to": date(2026, 1, 1), "successors": (id_of("w"),), "name": "Dinas Kesehatan"},
    ),
    ("registration.batch", [("scheduled", SCHEDULED)], {"year": 2025, "kind": "RETREAT", "status": "SCHEDULED"}),
    ("registration.batch", [("scheduled", SCHEDULED), ("rescheduled", MOVED)], {"year": 2026}),
    ("registration.batch", [("scheduled", SCHEDULED), ("postponed", TURN)], {"status": "POSTPONED"}),
    (
        "registration.batch",
        [("scheduled", SCHEDULED), ("postponed", TURN), ("rescheduled", MOVED)],
        {"status": "SCHEDULED"},
    ),
    ("registration.batch", [("scheduled", SCHEDULED), ("cancelled", TURN)], {"status": "CANCELLED"}),
    (
        "registration.batch",
        [("scheduled", SCHEDULED), ("started", TURN), ("completed", {**TURN, "local_date": "2025-05-17"})],
        {"status": "COMPLETED", "started_on": date(2025, 5, 15), "ended_on": date(2025, 5, 17), "year": 2025},
    ),
    ("registration.enrolment", [("nominated", NOMINATED)], {"status": "NOMINATED", "category": "CAMAT"}),
    ("registration.enrolment", [("nominated", {**NOMINATED, "eligible": False})], {"status": "REJECTED"}),
    *(
        ("registration.enrolment", [("nominated", NOMINATED), (what, DECIDED)], {"status": what.upper()})
        for what in ("confirmed", "waitlisted", "declined", "withdrawn")
    ),
    (
        "registration.enrolment",
        [("nominated", NOMINATED), ("substituted", {**DECIDED, "replacement": id_of("other")})],
        {"status": "SUBSTITUTED"},
    ),
    (
        "registration.enrolment",
        [("nominated", NOMINATED), ("delegates_named", {**DECIDED, "delegates": [PERSON, PERSON], "count": 2})],
        {"delegates": 2, "status": "NOMINATED"},
    ),
    (
        "registration.enrolment",
        [("nominated", NOMINATED), ("cover_named", {"enrolment": id_of("e"), "cover_kind": "PLH"})],
        {"status": "NOMINATED"},
    ),
    (
        "registration.enrolment",
        [("nominated", NOMINATED), ("checked_in", {**DECIDED, "at": "2025-08-01T06:00:00Z", "persons": 1})],
        {"status": "CHECKED_IN", "arrived": 1},
    ),
    (
        "curriculum.version",
        [("published", {"curriculum": id_of("c"), "version": 2, "programme": id_of("p"), "session_count": 10,
                        "jp_total": 20, "minutes_per_jp": 45})],
        {"version": 2, "jp_total": 20},
    ),
    ("curriculum.session", [("scheduled", SESSION)], {"status": "SCHEDULED", "jp": 2, "eligible": ("II",)}),
    ("curriculum.session", [("scheduled", SESSION), ("rescheduled", {**SESSION, "schedule_version": 2})],
     {"schedule_version": 2}),
    ("curriculum.session", [("scheduled", SESSION), ("cancelled", SESSION)], {"status": "CANCELLED"}),
    ("curriculum.session", [("scheduled", SESSION), ("held", HEADS), ("recounted", HEADS)], {"status": "HELD"}),
    ("curriculum.engagement", [("planned", {**ENGAGEMENT, "office_code": None, "status": "TO_BE_NAMED"}),
                               ("status_changed", ENGAGEMENT)],
     {"office_code": "KEPALA_BKN", "status": "CONFIRMED"}),
    ("curriculum.completion", [("recorded", COMPLETION)], {"outcome": "INCOMPLETE", "jp_credited": 12}),
    ("curriculum.completion", [("recorded", COMPLETION), ("corrected", {**COMPLETION, "outcome": "COMPLETED"})],
     {"outcome": "COMPLETED"}),
    *(("curriculum.certificate", [("issued", CERTIFICATE), *more], {"status": status, "jp": 20})
      for more, status in (([], "ISSUED"), ([("signed", CERTIFICATE)], "SIGNED"),
                           ([("revoked", CERTIFICATE)], "REVOKED"))),
    ("monitoring.measure", [("opened", MEASURE)], {"status": "OPEN", "due_on": date(2025, 9, 2)}),
    ("monitoring.measure", [("opened", MEASURE), ("rescheduled", {**MEASURE, "due_on": "2025-09-09"})],
     {"due_on": date(2025, 9, 9), "status": "OPEN"}),
    ("monitoring.measure", [("opened", MEASURE), ("aggregated", {"measure": id_of("m"), "n": 5, "mean": "3.5000"}),
                            ("closed", {**MEASURE, "received": 60, "reason": "BY_HAND"})],
     {"status": "CLOSED", "received": 60}),
    ("monitoring.plan", [("submitted", {**PLAN, "item_count": 3, "status": "SUBMITTED",
                                        "plan_references": ["RPJMD:1.2"]})],
     {"items": 3, "references": ("RPJMD:1.2",), "is_verified": False}),
    ("monitoring.plan", [("submitted", {**PLAN, "item_count": 3, "status": "SUBMITTED", "plan_references": []}),
                         ("approved", {**PLAN, "item": None, "status": "APPROVED"}),
                         ("progressed", {**PLAN, "item": id_of("i"), "status": "DONE"})],
     {"status": "APPROVED"}),
    ("monitoring.plan", [("submitted", {**PLAN, "item_count": 3, "status": "SUBMITTED", "plan_references": []}),
                         ("overdue", {**PLAN, "item": None, "status": "OVERDUE"}),
                         ("verified", {**PLAN, "item": None, "status": "COMPLETED"})],
     {"status": "COMPLETED", "is_verified": True}),
    *(("monitoring.visit", [("scheduled", VISIT), *more], {"status": status})
      for more, status in (([], "SCHEDULED"), ([("recorded", VISIT)], "RECORDED"),
                           ([("recorded", VISIT), ("closed", {**VISIT, "findings_open": 0})], "CLOSED"))),
    ("monitoring.score", [("recorded", {"record": id_of("r"), "unit": id_of("u"), "instrument": "SKM-2017",
                                        "version": "1", "period": "2025", "score": "82.78", "predicate": "B",
                                        "source": "SURVEY"})],
     {"score": "82.78", "predicate": "B"}),
    ("monitoring.outcome", [("computed", {"outcome": id_of("o"), "batch": id_of("b"), "unit": None,
                                          "follow_up": "T90", "dimension": "LEADERSHIP", "pairs": 3,
                                          "difference": None, "interval_low": None, "interval_high": None,
                                          "status": "TOO_FEW", "method_version": "PAIRED-1"})],
     {"status": "TOO_FEW", "difference": None, "pairs": 3}),
]  # fmt: skip


@pytest.mark.parametrize(("topic", "steps", "expected"), CASES, ids=[f"{t}.{s[-1][0]}" for t, s, _ in CASES])
def test_an_event_is_kept_as_it_says(topic: str, steps: list[Step], expected: dict[str, Any]) -> None:
    state = fold(topic, steps)
    assert {name: getattr(state, name) for name in expected} == expected


def test_every_event_that_is_read_is_tested() -> None:
    tested = {f"id.bina.{topic}.{what}.v1" for topic, steps, _ in CASES for what, _ in steps}
    read = {name for each in PROJECTIONS for name in each.handlers}
    programme = {name for name in read if ".registration.programme." in name}  # tested below
    assert read - programme == tested


def test_every_topic_has_its_own_view() -> None:
    assert {each.topic: each.view for each in PROJECTIONS} == store.TOPICS


def test_a_programme_keeps_its_claims_in_the_order_in_which_they_came() -> None:
    proposed = {
        "programme": id_of("p"), "code": "KDI-RTR-2025", "kind": "RETREAT", "title": "Retret", "organizer_unit": None,
        "organizer_region": "74.71", "objectives": ["A"], "values": ["KL"], "initiative": "OWN_INITIATIVE",
        "preceding_programme": None, "minutes_per_jp": 45,
    }  # fmt: skip
    first = {"claim": "c1", "subject": "s", "value": "63", "source": "m", "stated_on": "2025-08-01"}
    state = fold(
        "registration.programme",
        [
            ("proposed", proposed),
            ("approved", {"programme": id_of("p")}),
            ("claim_recorded", {**first, "status": "RECORDED"}),
            ("claim_recorded", {**first, "claim": "c2", "status": "RECORDED"}),
            ("claim_reviewed", {**first, "status": "VERIFIED"}),
        ],
    )
    assert [(each.claim, each.status) for each in state.claims] == [("c1", "VERIFIED"), ("c2", "RECORDED")]
    assert state.status == "APPROVED"
    assert fold("registration.programme", [("proposed", proposed), ("cancelled", {})]).status == "CANCELLED"


def test_a_schedule_keeps_every_version_with_its_reason() -> None:
    state = fold("registration.batch", [("scheduled", SCHEDULED), ("rescheduled", MOVED)])
    assert [(each.version, each.start, each.reason_code) for each in state.schedules] == [
        (1, date(2025, 12, 31), None), (2, date(2026, 1, 7), "VENUE"),
    ]  # fmt: skip
    assert state.schedules[1].decided_by_office == "SEKDA"


def test_a_late_first_event_is_no_reason_to_stop() -> None:
    state = fold("registration.enrolment", [("confirmed", DECIDED), ("nominated", NOMINATED)])
    assert isinstance(state, Enrolment)


def test_no_view_has_room_for_a_person() -> None:
    for view in store.TOPICS.values():
        names = set(view.kind.__dataclass_fields__)
        assert not names & {"person", "persons_named", "delegate_ids", "nip", "nik", "sha256", "present"}
