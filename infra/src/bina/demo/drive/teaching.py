"""What the curriculum staff does: version and plan, speakers, attendance, tests, completion, certificates."""

import random
from collections.abc import Iterator
from typing import Any, Final

from bina.demo.drive.work import BatchWork, Bulk, Work, send_rows
from bina.demo.example.measuring import Tests
from bina.demo.example.model import Session, Speaker
from bina.demo.example.roster import Person

SERVICE: Final = "curriculum"
ROWS_FINE: Final = frozenset({"RECORDED", "UNCHANGED"})
WAY_TO: Final = {"TO_BE_NAMED": (), "PROPOSED": (), "INVITED": ("INVITED",), "CONFIRMED": ("INVITED", "CONFIRMED")}
HIGHEST_MARK: Final = 100
BEGUN: Final = ("ONGOING", "COMPLETED")


def write_curriculum(work: Work) -> None:
    """Write the curriculum of a programme and freeze its first version."""
    facts = work.programme.facts
    client = work.staff.curriculum
    begun = {"programme": work.id, "code": facts.code, "title": facts.title, "minutes_per_jp": facts.minutes_per_jp}
    created = client.post(SERVICE, "/v1/curricula", begun, intention=f"{work.code}/curriculum").body["id"]
    path = f"/v1/curricula/{created}/versions"
    content = {
        "sessions": [_template(work, session) for session in work.programme.curriculum.sessions],
        "rule": {"requires_post_test": work.programme.monitoring.tests is not None},
    }
    number = client.post(SERVICE, path, content, intention=f"{work.code}/version").body["number"]
    client.post(SERVICE, f"{path}/{number}/publication", {}, intention=f"{work.code}/publication")
    work.curriculum = (created, number)
    work.done(1)


def _template(work: Work, session: Session) -> dict[str, Any]:
    speakers = work.programme.curriculum.speakers
    return {
        "code": session.key,
        "title": session.title,
        "kind": session.kind,
        "minutes": session.minutes,
        "day_offset": session.day - 1,
        "start_time": f"{session.start:%H:%M}",
        "eligible": list(session.echelons),
        "values": list(work.programme.facts.values),
        "speakers": [_slot(speaker) for speaker in speakers if speaker.session == session.key],
    }


def _slot(speaker: Speaker) -> dict[str, Any]:
    if speaker.office is None:
        return {"role": speaker.role, "candidate_levels": list(speaker.levels)}
    return {
        "role": speaker.role,
        "office_code": speaker.office,
        "government_level": speaker.levels[0],
        "holder_label": speaker.holder,
        "on_behalf_of": speaker.on_behalf_of,
    }


def plan_sessions(work: Work, each: BatchWork) -> None:
    """Give the batch its sessions as soon as curriculum knows it, and ask the speakers."""
    work.wait_in(SERVICE, each, "the period", lambda seen: seen["planned_start"] is not None)
    curriculum, number = work.curriculum
    body = {"curriculum": curriculum, "number": number}
    path = f"/v1/batches/{each.id}/sessions"
    planned = work.staff.curriculum.post(SERVICE, path, body, intention=f"{work.code}/{each.name}/sessions").body
    each.sessions = {session["code"]: session["id"] for session in planned["sessions"]}
    for speaker, engagement in _engagements(work, each):
        for status in WAY_TO[speaker.planned]:
            _step(work, engagement, status, "plan")
    work.done(len(each.sessions))


def confirm_presence(work: Work, each: BatchWork) -> None:
    """Record who spoke where there is evidence; a speaker of a moved batch confirms again first."""
    for speaker, engagement in _engagements(work, each):
        if speaker.final is None:
            continue
        if each.batch.moved and speaker.planned == "CONFIRMED":
            _step(work, engagement, "CONFIRMED", "again")
        _step(work, engagement, speaker.final, "final")


def _engagements(work: Work, each: BatchWork) -> Iterator[tuple[Speaker, str]]:
    slots = work.staff.curriculum.get(SERVICE, f"/v1/batches/{each.id}/engagements")["items"]
    by_place = {(slot["session"], slot["office_code"]): slot["id"] for slot in slots}
    for speaker in work.programme.curriculum.speakers:
        yield speaker, by_place[each.sessions[speaker.session], speaker.office]


def _step(work: Work, engagement: str, status: str, occasion: str) -> None:
    path = f"/v1/engagements/{engagement}/transitions"
    intention = f"{work.code}/{engagement}/{occasion}/{status}"
    work.staff.curriculum.post(SERVICE, path, {"status": status}, intention=intention)


def take_attendance(work: Work, each: BatchWork) -> None:
    """Mark everybody who arrived as present in every session, and close its list."""
    work.wait_in(SERVICE, each, "the whole roster", lambda seen: _has_begun(each, seen))
    client = work.staff.role("facilitator")
    for key, session in each.sessions.items():
        body = {"default_status": "PRESENT", "expected_persons": each.heads}
        intention = f"{work.code}/{each.name}/{key}"
        client.post(SERVICE, f"/v1/sessions/{session}/attendance", body, intention=f"{intention}/attendance")
        client.post(SERVICE, f"/v1/sessions/{session}/closing", {}, intention=f"{intention}/closing")
        work.done(each.heads)


def _has_begun(each: BatchWork, seen: Any) -> bool:
    """Say whether all who arrived are known there; a run that goes on may meet a batch that has ended meanwhile."""
    return seen["state"] in BEGUN and (seen["enrolments"], seen["persons"]) == (each.seats, each.heads)


def take_tests(work: Work, each: BatchWork) -> None:
    """Record invented marks of the test before and the test after, where the programme has them."""
    tests = work.programme.monitoring.tests
    if tests is None:
        return
    for kind, mean in (("PRE_TEST", tests.pre_mean), ("POST_TEST", tests.post_mean)):
        rows = [
            {"enrolment": each.enrolments[person.ref], "score": mark_of(person, kind, mean, tests)}
            for person in each.roster.people
        ]
        bulk = Bulk(
            client=work.staff.role("facilitator"),
            service=SERVICE,
            path=f"/v1/batches/{each.id}/test-scores",
            intention=f"{work.code}/{each.name}/{kind}",
            fine=ROWS_FINE,
            extra={"kind": kind},
        )
        send_rows(work, bulk, rows)


def mark_of(person: Person, kind: str, mean: int, tests: Tests) -> str:
    """Invent a mark out of a hundred; the same person is always as good."""
    talent = random.Random(person.ref).gauss(0, tests.spread)  # noqa: S311 - invented data, the same every time
    luck = random.Random(f"{person.ref}/{kind}").gauss(0, tests.spread / 3)  # noqa: S311 - as above
    return f"{min(max(mean + talent + luck, 0), HIGHEST_MARK):.2f}"


def complete(work: Work, each: BatchWork) -> None:
    """Apply the completion rule and issue the certificates, as soon as curriculum knows that the batch has ended."""
    work.wait_in(SERVICE, each, "the end", lambda seen: seen["state"] == "COMPLETED")
    client = work.staff.curriculum
    name = f"{work.code}/{each.name}"
    client.post(SERVICE, f"/v1/batches/{each.id}/completions", {}, intention=f"{name}/completions")
    client.post(SERVICE, f"/v1/batches/{each.id}/certificates", {}, intention=f"{name}/certificates")
    work.done(each.seats)
