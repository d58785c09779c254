"""What callers are promised: only their own tenant, one effect per key, no seat too many (I5 I9 I11)."""

import re
from collections import Counter
from collections.abc import Mapping
from typing import Final

from prove.facts import PLATFORM, Document, Facts
from prove.record import Attempt
from prove.scenario import Counterexample

IDS: Final = re.compile(rb"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
SEATED: Final = frozenset({"CONFIRMED", "CHECKED_IN"})
NATION: Final = "00"
# Made by callers alone, so that whatever is there was asked for.
MADE: Final = (
    ("registration", "units"),
    ("registration", "programmes"),
    ("registration", "batches"),
    ("registration", "persons"),
    ("registration", "enrolments"),
    ("curriculum", "curricula"),
    ("monitoring", "visits"),
)


def own_tenant(facts: Facts) -> int:
    """Hold I5: no document, record or answer of one tenant names what is another's."""
    count = 0
    for name, tenants in facts.owners.items():
        if len(tenants) > 1 and IDS.fullmatch(name.encode()):
            raise Counterexample("I5", name, tenants=sorted(tenants))
    for service, collections in facts.stores.items():
        for name, documents in collections.items():
            if name not in PLATFORM:
                count += _hold_keys(f"{service} {name}", documents)
    for seen in (each for topic in facts.wire.values() for each in topic if each.envelope and not each.is_foreign):
        tenant = seen.envelope.tenant if seen.envelope else ""
        ids = {each.decode() for each in IDS.findall(seen.record.value or b"")}
        _hold_ids(facts, ids, tenant, f"record {seen.place}")
        count += 1
    for attempt in facts.attempts:
        intention = attempt.intention
        told = f"answer to {intention.method} {intention.service} {intention.path} of {intention.tenant}"
        _hold_ids(facts, set(attempt.seen), intention.tenant, told)
        count += 1
    return count


def one_effect(facts: Facts) -> int:
    """Hold I9: a key has one answer and one effect, whatever was lost on the way."""
    groups: dict[str, list[Attempt]] = {}
    for each in facts.attempts:
        if each.intention.method != "GET":
            groups.setdefault(each.intention.key, []).append(each)
    for key, attempts in groups.items():
        answers = {(each.status, each.answer) for each in attempts if each.is_success}
        if len(answers) > 1:
            raise Counterexample("I9", f"key {key}", path=attempts[0].intention.path, answers=sorted(answers))
    _hold_versions(groups)
    for service, kind in MADE:
        _hold_made(facts, service, kind, groups)
    return len(groups)


def capacity(facts: Facts) -> int:
    """Hold I11: a batch has no more seats taken than it has, and as many as there are seated enrolments."""
    batches = facts.collection("registration", "batches")
    enrolments = facts.collection("registration", "enrolments").values()
    seated = Counter(f"{each['tenant']}/{each['batch']}" for each in enrolments if each["state"] in SEATED)
    for key, batch in batches.items():
        taken, seats = sum(batch["taken"].values()), int(batch["rule"]["seats_total"])
        if taken > seats or taken != seated[key]:
            raise Counterexample("I11", f"batch {key}", seats=seats, taken=taken, seated_enrolments=seated[key])
    return len(batches)


def _hold_keys(where: str, documents: Mapping[str, Document]) -> int:
    for key, document in documents.items():
        if document.get("tenant") != key.partition("/")[0]:
            raise Counterexample("I5", f"{where} {key}", tenant=document.get("tenant"))
    return len(documents)


def _hold_ids(facts: Facts, ids: set[str], tenant: str, where: str) -> None:
    for name in ids if tenant != NATION else ():
        owners = facts.owners.get(name, {tenant})
        if tenant not in owners:
            raise Counterexample("I5", where, names=name, which_is_of=sorted(owners))


def _hold_versions(groups: Mapping[str, list[Attempt]]) -> None:
    """Two updates that were both conditional on the same version cannot both have been made."""
    winners: dict[tuple[str, str, int], str] = {}
    for key, attempts in groups.items():
        intention = attempts[0].intention
        if intention.version is None or not any(_has_changed(each, intention.version) for each in attempts):
            continue
        place = (intention.service, intention.path.split("/")[3], intention.version)
        other = winners.setdefault(place, key)
        if other != key:
            raise Counterexample("I9", f"{place[1]} at version {place[2]}", both_acknowledged=[other, key])


def _has_changed(attempt: Attempt, seen: int) -> bool:
    """Say whether an update was made; one that asks for what is there already leaves the version as it is."""
    return attempt.is_success and (attempt.version or 0) > seen


def _hold_made(facts: Facts, service: str, kind: str, groups: Mapping[str, list[Attempt]]) -> None:
    told: set[str] = set()
    tenants: set[str] = set()
    unknown = 0
    for attempts in (each for each in groups.values() if each[0].intention.service == service):
        intention = attempts[0].intention
        tenants.add(intention.tenant)
        told |= {f"{intention.tenant}/{one}" for each in attempts if each.is_success for one in each.seen}
        unknown += 0 if any(each.is_final for each in attempts) else intention.amount or 1
    there = {key for key in facts.collection(service, kind) if key.partition("/")[0] in tenants}
    untold = sorted(there - told)
    if len(untold) > unknown:
        raise Counterexample(
            "I9", f"{service} {kind}", stored_but_never_acknowledged=untold[:5], requests_of_unknown_outcome=unknown
        )
