"""The four source programmes through the real service: their JP, their ledgers, their figures."""

import time
from datetime import date

import pytest
from curriculum_story import Story, lesson
from curriculum_world import World

from eventkit.ids import new_id

pytestmark = pytest.mark.integration

P1 = [lesson(f"K{n}", jp, day, start) for n, jp, day, start in [
    (1, 0, 0, "14:00"), (2, 2, 0, "15:00"), (3, 2, 0, "16:30"), (4, 2, 0, "19:30"), (5, 3, 1, "08:00"),
    (6, 3, 1, "10:30"), (7, 2, 1, "13:30"), (8, 4, 2, "08:00"), (9, 2, 2, "13:00"), (10, 0, 2, "15:00"),
]]  # fmt: skip
P2 = [lesson(f"M{n}", jp, day, start) for n, jp, day, start in [
    (1, 0, 0, "19:00"), (2, 2, 0, "20:00"), (3, 2, 1, "07:00"), (4, 2, 1, "08:30"), (5, 2, 1, "10:00"),
    (6, 3, 1, "13:00"), (7, 3, 2, "07:00"), (8, 2, 2, "09:30"), (9, 1, 2, "11:00"), (10, 1, 2, "13:00"),
    (11, 0, 2, "15:00"),
]]  # fmt: skip
P3 = [lesson(f"C{n}", jp, 0, start) for n, jp, start in [
    (1, 0, "07:00"), (2, 2, "08:00"), (3, 1, "09:30"), (4, 2, "10:15"), (5, 1, "13:00"), (6, 1, "13:45"),
    (7, 1, "14:30"),
]]  # fmt: skip
P4 = [lesson(f"N{n}", jp, day, start) for n, jp, day, start in [
    (1, 2, 0, "08:00"), (2, 2, 0, "10:00"), (3, 2, 0, "13:00"), (4, 4, 1, "08:00"), (5, 3, 1, "13:00"),
    (6, 3, 2, "08:00"), (7, 2, 2, "10:30"), (8, 2, 2, "13:00"), (9, 2, 3, "08:00"), (10, 2, 3, "10:00"),
    (11, 2, 3, "13:00"), (12, 4, 4, "08:00"), (13, 2, 4, "13:00"), (14, 2, 4, "15:00"),
]]  # fmt: skip
P4[11] |= {"kind": "FIELD_VISIT", "eligible": ["II", "III", "IV"]}


def test_the_clinic_and_the_retreat_of_kendari_add_up_to_28_jp_for_one_official(world: World) -> None:
    both = new_id()
    clinic = Story(world, kind="CLINIC", start=date(2025, 7, 1), end=date(2025, 7, 1)).scheduled()
    clinic.unit_enrolled(both, new_id())
    for _ in range(30):
        clinic.unit_enrolled(new_id(), new_id())
    clinic.held(clinic.planned(*P3))
    clinic.ended()
    assert clinic.completed() == {
        "batch": clinic.batch,
        "recorded": 31,
        "corrected": 0,
        "unchanged": 0,
        "completed": 31,
        "incomplete": 0,
        "jp_credited": 496,
    }
    retreat = Story(world, start=date(2025, 8, 1), end=date(2025, 8, 3)).scheduled()
    retreat.enrolled(person=both)
    for _ in range(62):
        retreat.enrolled()
    retreat.held(retreat.planned(*P1))
    retreat.ended()
    assert retreat.completed()["jp_credited"] == 1260
    ledger = world.get(f"/v1/persons/{both}/ledger?year=2025").json
    assert (ledger["jp"], ledger["is_met"], ledger["obligation"]) == (28, True, "PNS_20")
    assert [each["jp"] for each in ledger["entries"]] == [8, 20]
    assert world.get("/v1/figures").json["figures"] == {
        "sessions_held": 17,
        "jp_scheduled": 28,
        "completed": 94,
        "incomplete": 0,
        "jp_credited": 1756,
    }


def test_malang_s_directors_have_no_duty_and_the_others_are_two_jp_short(world: World) -> None:
    malang = Story(world, tenant="35.73", start=date(2025, 5, 15), end=date(2025, 5, 17)).scheduled("Asia/Jakarta")
    director, official = new_id(), new_id()
    malang.enrolled(person=director, status="NON_ASN", echelon=None)
    malang.enrolled(person=official)
    for _ in range(98):
        malang.enrolled()
    malang.held(malang.planned(*P2))
    malang.ended()
    assert malang.completed()["jp_credited"] == 1800
    path = "/v1/persons/{}/ledger?year=2025"
    free = world.get(path.format(director), tenant="35.73").json
    bound = world.get(path.format(official), tenant="35.73").json
    assert (free["jp"], free["obligation"], free["is_met"]) == (18, "NONE", None)
    assert (bound["jp"], bound["target"], bound["is_met"]) == (18, 20, False)


def test_352_people_of_ntt_are_marked_and_completed_in_moments(world: World) -> None:
    ntt = Story(world, tenant="53", start=date(2025, 10, 8), end=date(2025, 10, 12)).scheduled()
    contracted = new_id()
    ntt.enrolled(person=contracted, status="PPPK", echelon="IV")
    for index in range(351):
        ntt.enrolled(echelon="II" if index < 12 else "III" if index < 132 else "IV")
    sessions = ntt.planned(*P4)
    ntt.held(sessions)
    ntt.ended()
    began = time.process_time()  # our own share: how busy the machine is must not decide
    assert ntt.completed() == {
        "batch": ntt.batch,
        "recorded": 352,
        "corrected": 0,
        "unchanged": 0,
        "completed": 352,
        "incomplete": 0,
        "jp_credited": 11968,
    }
    assert time.process_time() - began < 2
    assert [each["over_limit"] for each in world.told("completion.recorded")].count(True) == 1
    ledger = world.get(f"/v1/persons/{contracted}/ledger?year=2025", tenant="53").json
    assert (ledger["jp"], ledger["limit"], ledger["over_limit"]) == (34, 24, True)
    assert {each["not_eligible"] for each in world.told("session.held")} == {0}
