"""Gives every tenant what the load needs: units, a programme, batches with people, sessions; in a few seconds."""

import random
import time
from typing import Any, Final

from prove.client import Client
from prove.desk import Desk, Thing, each_in_turn

TENANTS: Final = ("35.73", "53", "74.71")
PEOPLE: Final = 6
WITHIN_S: Final = 240.0  # on a machine that runs much else


def open_desks(client: Client, seed: str) -> list[Desk]:
    """Make all tenants ready for load."""
    desks = [Desk(tenant=each, client=client, random=random.Random(f"{seed}/{each}")) for each in TENANTS]
    each_in_turn(desks, _prepare)
    return desks


def _prepare(desk: Desk) -> None:
    platform = Desk(tenant="00", client=desk.client, random=random.Random(desk.tenant))
    body = {"code": desk.tenant}
    platform.must(platform.intend("platform_admin", "POST", "registration /v1/tenants", "tenants", body=body))
    for _ in range(2):
        desk.keep("units", Thing(desk.must(desk.unit())["id"]))
    programme = add_programme(desk)
    taught = add_batch(desk, programme)
    add_people(desk, taught, PEOPLE)
    add_batch(desk, programme, seats=4)
    _teach(desk, programme, taught)


def add_programme(desk: Desk) -> str:
    """Propose and approve a programme; gives its id."""
    programme = str(desk.must(desk.programme())["id"])
    desk.must(desk.approval(programme))
    desk.keep("programmes", Thing(programme))
    return programme


def add_batch(desk: Desk, programme: str, **seats: int) -> Thing:
    """Schedule a batch and open it."""
    batch = str(desk.must(desk.batch(programme, **seats))["id"])
    version = desk.must(desk.opening(batch))["version"]
    return desk.keep("batches", Thing(batch, version, programme, **seats))


def add_people(desk: Desk, batch: Thing, amount: int) -> list[str]:
    """Nominate new people for a batch and give them seats; gives their enrolments."""
    report = desk.must(desk.nomination(batch.id, amount))
    enrolments = [str(row["id"]) for row in report["rows"]]
    desk.must(desk.confirmations(batch.id, enrolments))
    for each in enrolments:
        desk.keep("seated", Thing(each, parent=batch.id))
    return enrolments


def _teach(desk: Desk, programme: str, batch: Thing) -> None:
    """Plan the sessions of a batch and close their first lists, so that each later mark is told to others."""
    body = {"curriculum": _curriculum(desk, programme), "number": 1}
    path = f"curriculum /v1/batches/{batch.id}/sessions"
    sessions = _once_known(desk, path, "sessions", body)["sessions"]
    for each in sessions:
        place = f"curriculum /v1/sessions/{each['id']}"
        everybody = {"default_status": "PRESENT", "expected_persons": PEOPLE}
        _once_known(desk, f"{place}/attendance", "attendance", everybody)
        desk.must(desk.intend("facilitator", "POST", f"{place}/closing", "sessions", body={}))
        desk.keep("sessions", Thing(str(each["id"]), parent=batch.id))


def _once_known(desk: Desk, place: str, kind: str, body: dict[str, Any]) -> Any:
    """Ask until the service has learned by events what it needs to know."""
    deadline = time.monotonic() + WITHIN_S
    while True:
        attempt, answer = desk.do(desk.intend("tenant_admin", "POST", place, kind, body=body))
        if attempt.is_success:
            return answer
        if attempt.status not in (404, 409) or time.monotonic() > deadline:
            raise RuntimeError(f"{place}: {attempt.status} {answer}")
        time.sleep(0.1)


def _curriculum(desk: Desk, programme: str) -> str:
    """Write the curriculum of a programme and publish its first version."""
    code = desk.word()
    body: dict[str, Any] = {"programme": programme, "code": code, "title": f"Kurikulum {code}"}
    place = "curriculum /v1/curricula"
    made = str(desk.must(desk.intend("curriculum_manager", "POST", place, "curricula", body=body, marker=code))["id"])
    sessions = [
        {
            "code": f"S{day}",
            "title": f"Sesi {day}",
            "kind": "LECTURE",
            "minutes": 90,
            "day_offset": day,
            "start_time": "09:00",
        }
        for day in range(3)
    ]
    versions = f"curriculum /v1/curricula/{made}/versions"
    desk.must(desk.intend("curriculum_manager", "POST", versions, "versions", body={"sessions": sessions}))
    desk.must(desk.intend("curriculum_manager", "POST", f"{versions}/1/publication", "versions", body={}))
    return made
