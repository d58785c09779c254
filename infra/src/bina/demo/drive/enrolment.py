"""Who takes part: nominations with their decisions, seats, delegates of units, acting officials, arrivals."""

from datetime import timedelta
from typing import Any, Final

from bina.demo.drive.work import BatchWork, Bulk, Work, send_rows
from bina.demo.example.codes import ECHELON_IDS
from bina.demo.example.roster import Delegation, Person

SERVICE: Final = "registration"
NOMINATED: Final = frozenset({"NOMINATED", "DUPLICATE"})
SEATED: Final = frozenset({"CONFIRMED", "CHECKED_IN"})


def nominate(work: Work, each: BatchWork) -> None:
    """Put everybody forward and give them their seats; units name their delegates."""
    roster = each.roster
    refs = [person.ref for person in roster.people] + [delegation.unit for delegation in roster.delegations]
    rows = [_nomination(work, person) for person in roster.people]
    rows += [{"kind": "UNIT", "unit": work.units[delegation.unit]} for delegation in roster.delegations]
    reports = send_rows(work, _bulk(work, each, "nominations", NOMINATED), rows)
    for ref, report in zip(refs, reports, strict=True):
        each.enrolments[ref] = report["id"]
        if report["person"]:
            work.people.learn(ref, report["person"])
    seats = [{"enrolment": enrolment} for enrolment in each.enrolments.values()]
    send_rows(work, _bulk(work, each, "confirmations", SEATED), seats)
    for delegation in roster.delegations:
        _name_delegates(work, each, delegation)


def _nomination(work: Work, person: Person) -> dict[str, Any]:
    return {
        "kind": "PERSON",
        "facts": facts_of(work, person),
        "category": person.category,
        "position_kind": person.position,
        "echelon_id": ECHELON_IDS[person.echelon] if person.echelon else None,
    }


def facts_of(work: Work, person: Person) -> dict[str, Any]:
    """Give a person as registration's staff types it in."""
    return {
        "kind": person.person_kind,
        "asn_status": person.asn_status,
        "name": person.name,
        "employee_number": person.number,
        "unit": work.units[person.unit],
    }


def _name_delegates(work: Work, each: BatchWork, delegation: Delegation) -> None:
    place = f"{work.code}/{each.name}/"
    for person in delegation.delegates:
        if not person.ref.startswith(place):
            work.people.wait(person.ref)  # the other programme enters this person first
    body = {"delegates": [{"facts": facts_of(work, person)} for person in delegation.delegates]}
    path = f"/v1/enrolments/{each.enrolments[delegation.unit]}/delegates"
    work.staff.manager.post(SERVICE, path, body, intention=f"{place}{delegation.unit}/delegates")
    work.done(1)


def name_covers(work: Work, each: BatchWork) -> None:
    """Let every head that needs one name an acting official for the days of the batch."""
    heads = [person for person in each.roster.people if person.cover]
    days = each.batch.moved or each.batch.planned
    for number, head in enumerate(heads, 1):
        acting = {
            "kind": "NON_ASN",
            "asn_status": "NON_ASN",
            "name": f"Pelaksana harian {number:03d}",
            "unit": work.units[head.unit],
        }
        name = f"{work.code}/{each.name}/cover/{head.ref}"
        client = work.staff.manager
        person = client.post(SERVICE, "/v1/persons", acting, intention=f"{name}/acting").body["id"]
        cover = {
            "kind": head.cover,
            "from_date": days.start.isoformat(),
            "to_date": (days.end + timedelta(days=1)).isoformat(),
            "acting": person,
        }
        path = f"/v1/enrolments/{each.enrolments[head.ref]}/covers"
        client.post(SERVICE, path, cover, intention=name)
        work.done(1)


def check_in(work: Work, each: BatchWork) -> None:
    """Record that everybody arrived when the batch began."""
    began = each.batch.started
    rows = [{"enrolment": enrolment} for enrolment in each.enrolments.values()]
    at = work.instant(began.day, began.time)
    send_rows(work, _bulk(work, each, "check-ins", SEATED, {"at": at}), rows)


def _bulk(work: Work, each: BatchWork, path: str, fine: frozenset[str], extra: dict[str, Any] | None = None) -> Bulk:
    return Bulk(
        client=work.staff.manager,
        service=SERVICE,
        path=f"/v1/batches/{each.id}/{path}",
        intention=f"{work.code}/{each.name}/{path}",
        fine=fine,
        extra=extra or {},
    )
