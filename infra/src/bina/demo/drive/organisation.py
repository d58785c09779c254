"""What registration's staff does before anybody is sent: tenants, units, programmes with claims, batches."""

from collections import Counter
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any, Final

from bina.demo.drive.client import Client
from bina.demo.drive.errors import RefusedError
from bina.demo.drive.work import BatchWork, Work
from bina.demo.example.model import Claim, Move, Period, Tenant, Venue
from bina.demo.example.roster import UnitEntry

SERVICE: Final = "registration"
UNITS_VALID_FROM: Final = "2025-01-01"
EXPECTED_STATES: Final = ("MONITORING", "CLOSED")


def onboard(platform: Client, tenant: Tenant) -> None:
    """Let a regional government use the platform."""
    platform.post(SERVICE, "/v1/tenants", {"code": tenant.code}, intention="onboard")


def register_units(admin: Client, entries: Iterable[UnitEntry]) -> Mapping[str, str]:
    """Register the units that are not there yet; gives the id of each by its reference."""
    known = {(unit["kind"], unit["name"]): unit["id"] for unit in admin.items(SERVICE, "/v1/units")}
    ids: dict[str, str] = {}
    for entry in entries:
        found = known.get((entry.kind, entry.name))
        ids[entry.ref] = found or _register(admin, entry, ids)
    return ids


def _register(admin: Client, entry: UnitEntry, ids: Mapping[str, str]) -> str:
    body = {
        "kind": entry.kind,
        "name": entry.name,
        "parent": ids[entry.parent] if entry.parent else None,
        "valid_from": UNITS_VALID_FROM,
    }
    return str(admin.post(SERVICE, "/v1/units", body, intention=f"unit/{entry.ref}").body["id"])


def is_there(work: Work) -> bool:
    """Say whether an earlier run has taken the programme to its end, and learn its ids."""
    client = work.staff.manager
    programmes = list(client.items(SERVICE, "/v1/programmes", code=work.code))
    if not programmes:
        return False
    work.id = programmes[0]["id"]
    batches = {batch["number"]: batch for batch in client.items(SERVICE, "/v1/batches", programme=work.id)}
    for each in work.batches:
        found = batches.get(each.name)
        if found is None or found["state"] not in EXPECTED_STATES:
            return False
        if found["seats_taken"] != each.seats:
            text = f"{found['seats_taken']} seats are taken, {each.seats} expected: this platform holds another roster"
            raise RefusedError(f"{work.code}/{each.name}", HTTPStatus.CONFLICT, "other_roster", text)
        each.id = found["id"]
    return True


def propose(work: Work) -> None:
    """Put the programme forward, approve it, and keep what was published about it."""
    facts = work.programme.facts
    body = {
        "code": facts.code,
        "kind": facts.kind,
        "title": facts.title,
        "organizer_unit": work.units[facts.organizer_unit],
        "objectives": list(facts.objectives),
        "values": list(facts.values),
        "legal_basis": [facts.legal_basis],
        "sponsor_office": facts.sponsor.office,
        "initiative": facts.initiative,
        "minutes_per_jp": facts.minutes_per_jp,
        "at": work.instant(work.batches[0].batch.planned.start.replace(month=1, day=1)),
    }
    client = work.staff.manager
    work.id = client.post(SERVICE, "/v1/programmes", body, intention=f"{work.code}/propose").body["id"]
    decision = {"decided_by_office": facts.sponsor.office, "at": body["at"]}
    work.staff.admin.post(SERVICE, f"/v1/programmes/{work.id}/approvals", decision, intention=f"{work.code}/approve")
    for claim in work.programme.claims:
        _claim(work, claim)
    work.done(1 + len(work.programme.claims))


def _claim(work: Work, claim: Claim) -> None:
    source = next(source for source in work.programme.sources if source.key == claim.source)
    body = {
        "subject": claim.subject,
        "value": claim.value,
        "source": source.title,
        "stated_on": source.published.isoformat(),
    }
    client = work.staff.manager
    path = f"/v1/programmes/{work.id}/claims"
    recorded = client.post(SERVICE, path, body, intention=f"{work.code}/claim/{claim.key}").body
    if claim.status == "RECORDED":
        return
    mine = next(
        each["id"] for each in recorded["claims"] if (each["subject"], each["value"]) == (claim.subject, claim.value)
    )
    review = {"status": claim.status}
    client.post(SERVICE, f"{path}/{mine}/reviews", review, intention=f"{work.code}/claim/{claim.key}/review")


def schedule(work: Work, each: BatchWork) -> None:
    """Plan the batch as it was first planned, and let nominations in."""
    batch = each.batch
    body = {
        "programme": work.id,
        "number": batch.key,
        **_plan(batch.planned, batch.venue),
        "time_zone": batch.venue.time_zone,
        "rule": _rule(each, work),
        "at": work.instant(batch.planned.start.replace(day=1)),
    }
    client = work.staff.manager
    name = f"{work.code}/{each.name}"
    each.id = client.post(SERVICE, "/v1/batches", body, intention=f"{name}/schedule").body["id"]
    move(work, each, "open", {})
    work.done(1)


def _plan(period: Period | Move, venue: Venue) -> dict[str, Any]:
    return {
        "planned_start": period.start.isoformat(),
        "planned_end": period.end.isoformat(),
        "venue": {"name": venue.name, "region": venue.region},
    }


def _rule(each: BatchWork, work: Work) -> dict[str, Any]:
    seats = Counter(person.category for person in each.roster.people)
    kinds = {entry.ref: entry.kind for entry in work.entries}
    seats.update(kinds[delegation.unit] for delegation in each.roster.delegations)
    return {
        "categories": sorted(seats),
        "quota": [{"category": category, "seats": amount} for category, amount in sorted(seats.items())],
        "seats_total": each.seats,
        "requires_cover": any(person.cover for person in each.roster.people),
    }


def reschedule(work: Work, each: BatchWork) -> None:
    """Move the plan, with the reason and the office that decided; the old plan stays."""
    moved = each.batch.moved
    if moved is None:
        return
    body = {
        **_plan(moved, moved.venue),
        "reason_code": moved.reason,
        "decided_by_office": moved.decided_by,
        "at": work.instant(moved.decided_on),
    }
    path = f"/v1/batches/{each.id}/reschedules"
    work.staff.manager.post(SERVICE, path, body, intention=f"{work.code}/{each.name}/reschedule")
    work.wait_in("curriculum", each, "the new period", lambda seen: seen["planned_start"] == moved.start.isoformat())


def start(work: Work, each: BatchWork) -> None:
    """Record that the batch really begins."""
    began = each.batch.started
    move(work, each, "start", {"at": work.instant(began.day, began.time)})


def end(work: Work, each: BatchWork) -> None:
    """Record that the batch really ends; its local day starts the evaluation clock."""
    ended = each.batch.completed
    move(work, each, "complete", {"at": work.instant(ended.day, ended.time)})


def evaluate(work: Work, each: BatchWork) -> None:
    """Say that the evaluation runs; the last thing that a run does for a batch."""
    move(work, each, "monitor", {})
    work.done(1)


def move(work: Work, each: BatchWork, name: str, body: Mapping[str, Any]) -> None:
    """Take the batch one state further."""
    work.staff.manager.post(SERVICE, f"/v1/batches/{each.id}/{name}", body, intention=f"{work.code}/{each.name}/{name}")
