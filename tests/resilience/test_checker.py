"""The checker finds what is wrong: each invariant with a moment that breaks it, and none in one that breaks nothing."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from moment import BATCH, KENDARI, MALANG, TOPIC, attempt_of, record_of, rows_of, sound, wire_of
from prove import callers, delivery, readers, trail, vitals
from prove.facts import Facts
from prove.scenario import Counterexample
from prove.vitals import Vitals

CHECKS: dict[str, Callable[[Facts], int]] = {
    "I1": delivery.no_loss,
    "I2": delivery.no_ghost,
    "I3": lambda facts: readers.exactly_once(facts, readers.Refolds()),
    "I4": delivery.in_order,
    "I5": callers.own_tenant,
    "I8": delivery.accounted,
    "I9": callers.one_effect,
    "I10": trail.untouched,
    "I11": callers.capacity,
}


def store(facts: Facts, service: str, collection: str) -> dict[str, Any]:
    found: Any = facts.stores[service][collection]
    return found


def first_is_lost(facts: Facts) -> None:
    del store(facts, "registration", "units")[MALANG]


def older_than_acknowledged(facts: Facts) -> None:
    facts.attempts = [attempt_of(MALANG, version=3)]


def never_published(facts: Facts) -> None:
    facts.wire = {TOPIC.name: [each for each in facts.wire[TOPIC.name] if not of(MALANG, each)]}


def not_in_the_read_model(facts: Facts) -> None:
    del store(facts, "monitoring", "seen_units")[KENDARI]


def record_without_commit(facts: Facts) -> None:
    store(facts, "registration", "units")[MALANG]["sequence"] = 1


def one_event_is_missing(facts: Facts) -> None:
    facts.wire = {TOPIC.name: [each for each in facts.wire[TOPIC.name] if not of(MALANG, each, 1)]}


def two_contents_of_one_event(facts: Facts) -> None:
    other = rows_of(MALANG)[1]  # another id under the same number
    facts.wire = {TOPIC.name: [*facts.wire[TOPIC.name], *wire_of([record_of(other, 6)])]}


def applied_twice(facts: Facts) -> None:
    store(facts, "monitoring", "seen_units")[MALANG]["name"] = "Dinas B Dinas B"


def of_nothing(facts: Facts) -> None:
    views = store(facts, "monitoring", "seen_units")
    views["35.73/x"] = views[MALANG]


def second_before_first(facts: Facts) -> None:
    first, second = rows_of(MALANG)
    facts.wire = {TOPIC.name: wire_of([record_of(second, 0), record_of(first, 1)])}


def in_two_partitions(facts: Facts) -> None:
    first, second = rows_of(MALANG)
    facts.wire = {TOPIC.name: wire_of([record_of(first, 0), record_of(second, 0, 1)])}


def reader_stands_before_the_last(facts: Facts) -> None:
    store(facts, "monitoring", "seen_units")[MALANG]["sequence"] = 1


def under_another_tenant(facts: Facts) -> None:
    store(facts, "registration", "units")[MALANG]["tenant"] = "74.71"


def answer_names_anothers_object(facts: Facts) -> None:
    facts.attempts = [attempt_of(MALANG, seen=(KENDARI.partition("/")[2],))]


def record_names_anothers_object(facts: Facts) -> None:
    row = rows_of(MALANG)[0]
    row["value"] = row["value"].replace(b'"parent":null', f'"parent":"{KENDARI.partition("/")[2]}"'.encode())
    facts.wire = {TOPIC.name: wire_of([record_of(row, 0)])}


def dead_letter_was_never_sent(facts: Facts) -> None:
    facts.wire = {TOPIC.name: facts.wire[TOPIC.name]}


def unreadable_record_was_skipped(facts: Facts) -> None:
    store(facts, "monitoring", "parked").clear()


def failing_aggregate_was_skipped(facts: Facts) -> None:
    store(facts, "monitoring", "seen_units")[MALANG]["sequence"] = 1


def key_has_two_answers(facts: Facts) -> None:
    facts.attempts = [attempt_of(MALANG), attempt_of(MALANG, 2, answer="b")]


def retry_made_a_second_one(facts: Facts) -> None:
    facts.attempts = [attempt_of(MALANG)]
    made = store(facts, "registration", "units")
    made["35.73/again"] = {**made[MALANG], "_id": "35.73/again"}


def both_updates_of_one_version_won(facts: Facts) -> None:
    def update(key: str) -> Any:
        found = attempt_of(MALANG)
        changed = replace(found.intention, key=key, path=f"/v1/units/{found.made}/changes", version=1)
        return replace(found, intention=changed, version=2)

    facts.attempts = [attempt_of(KENDARI), update("first"), update("second")]


def entry_was_changed(facts: Facts) -> None:
    facts.logs["registration"][0]["action"] = "nothing"


def more_seats_than_there_are(facts: Facts) -> None:
    store(facts, "registration", "batches")[f"53/{BATCH}"]["taken"]["PELAKSANA"] = 2


def seat_without_enrolment(facts: Facts) -> None:
    store(facts, "registration", "enrolments").clear()


def of(key: str, seen: Any, sequence: int | None = None) -> bool:
    envelope = seen.envelope
    return bool(envelope and envelope.key == key and sequence in (None, envelope.sequence))


PLANTED: list[tuple[str, Callable[[Facts], None]]] = [
    ("I1", first_is_lost),
    ("I1", older_than_acknowledged),
    ("I1", never_published),
    ("I1", not_in_the_read_model),
    ("I2", record_without_commit),
    ("I2", one_event_is_missing),
    ("I2", two_contents_of_one_event),
    ("I3", applied_twice),
    ("I3", of_nothing),
    ("I3", not_in_the_read_model),
    ("I4", second_before_first),
    ("I4", in_two_partitions),
    ("I4", reader_stands_before_the_last),
    ("I5", under_another_tenant),
    ("I5", answer_names_anothers_object),
    ("I5", record_names_anothers_object),
    ("I8", dead_letter_was_never_sent),
    ("I8", unreadable_record_was_skipped),
    ("I8", failing_aggregate_was_skipped),
    ("I9", key_has_two_answers),
    ("I9", retry_made_a_second_one),
    ("I9", both_updates_of_one_version_won),
    ("I10", entry_was_changed),
    ("I11", more_seats_than_there_are),
    ("I11", seat_without_enrolment),
]


@pytest.mark.parametrize("invariant", CHECKS)
def test_a_sound_moment_breaks_nothing_and_each_check_looks_at_something(invariant: str) -> None:
    assert CHECKS[invariant](sound()) > 0


@pytest.mark.parametrize(("invariant", "plant"), PLANTED, ids=[plant.__name__ for _, plant in PLANTED])
def test_a_planted_violation_is_found_and_named(invariant: str, plant: Callable[[Facts], None]) -> None:
    facts = sound()
    plant(facts)
    with pytest.raises(Counterexample) as found:
        CHECKS[invariant](facts)
    assert found.value.invariant == invariant
    assert "\n  " in str(found.value)  # both sides are shown


def test_every_invariant_has_a_planted_violation() -> None:
    assert {invariant for invariant, _ in PLANTED} == set(CHECKS)


def test_a_program_that_keeps_more_than_before_is_named() -> None:
    before = {"api": Vitals(10, 30, 90.0), "relay": Vitals(5, 20, 70.0)}
    assert vitals.excess(before, before) == {}
    leaking = {"api": Vitals(10, 30 + vitals.MORE_FILES + 1, 90.0)}
    assert set(vitals.excess(leaking, before)) == {"api", "relay"}
