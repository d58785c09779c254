"""One tenant's staff: makes the intentions of every kind that the load consists of, and remembers what exists."""

import random
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from prove.client import Client
from prove.record import Attempt, Intention

LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
FIRST_DAY: Final = date(2025, 9, 1)
ROOMY: Final = 100_000
OFFICE: Final = "SEKDA"


@dataclass(slots=True)
class Thing:
    """Something that exists, as far as the driver was told."""

    id: str
    version: int = 1
    parent: str = ""
    seats: int = ROOMY


@dataclass(kw_only=True)
class Desk:
    """What one tenant has, and how its staff asks for more."""

    tenant: str
    client: Client
    random: random.Random
    things: dict[str, list[Thing]] = field(default_factory=dict)
    acknowledged: list[Intention] = field(default_factory=list)
    numbers: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def any(self, kind: str) -> Thing:
        """Give something of this kind."""
        with self.lock:
            return self.random.choice(self.things[kind])

    def has(self, kind: str) -> bool:
        """Say whether there is anything of this kind."""
        return bool(self.things.get(kind))

    def keep(self, kind: str, thing: Thing) -> Thing:
        """Remember something that exists."""
        with self.lock:
            self.things.setdefault(kind, []).append(thing)
        return thing

    def word(self, length: int = 10) -> str:
        """Draw a word that nobody has used."""
        with self.lock:
            return "".join(self.random.choices(LETTERS, k=length))

    def fresh_key(self) -> str:
        """Draw an idempotency key, the same again for the same seed."""
        with self.lock:
            return str(UUID(int=self.random.getrandbits(128), version=4))

    def number(self) -> str:
        """Make an employee number that nobody else has: born somewhen, employed at 25 or later."""
        with self.lock:
            self.numbers += 1
            place = self.numbers
        born = date(1965, 1, 1) + timedelta(days=place // 900)
        return f"{born:%Y%m%d}{born.year + 25}{place % 12 + 1:02d}{place % 2 + 1}{place % 900 + 1:03d}"

    def intend(self, role: str, method: str, place: str, kind: str, **more: Any) -> Intention:
        """Make an intention; `place` is the service and the path."""
        service, _, path = place.partition(" ")
        key = self.fresh_key()
        return Intention(
            id=key,
            key=key,
            tenant=self.tenant,
            role=role,
            service=service,
            method=method,
            path=path,
            kind=kind,
            **more,
        )

    def do(self, intention: Intention, **how: Any) -> tuple[Attempt, Any]:
        """Send, and remember what was acknowledged, for later repetition."""
        attempt, body = self.client.send(intention, **how)
        if attempt.is_success and intention.method != "GET":
            with self.lock:
                self.acknowledged.append(intention)
        return attempt, body

    def must(self, intention: Intention) -> Any:
        """Send what cannot be refused; gives the body."""
        attempt, body = self.do(intention)
        if not attempt.is_success:
            raise RuntimeError(f"{intention.method} {intention.service} {intention.path}: {attempt.status} {body}")
        return body

    # What can be asked for. Each gives the intention alone, so that scenarios may send it as they like.

    def unit(self) -> Intention:
        """A new unit."""
        name = f"Dinas {self.word()}"
        body = {"kind": "DINAS", "name": name, "valid_from": "2025-01-01"}
        return self.intend("tenant_admin", "POST", "registration /v1/units", "units", body=body, marker=name)

    def unit_change(self, unit: Thing) -> Intention:
        """Another name for a unit, if nobody was faster."""
        body = {"name": f"Dinas {self.word()}"}
        place = f"registration /v1/units/{unit.id}/changes"
        return self.intend("tenant_admin", "POST", place, "units", body=body, version=unit.version)

    def programme(self) -> Intention:
        """A new programme."""
        code = self.word()
        body = {
            "code": code,
            "kind": "RETREAT",
            "title": f"Retret {code}",
            "sponsor_office": OFFICE,
            "initiative": "OWN_INITIATIVE",
        }
        place = "registration /v1/programmes"
        return self.intend("programme_manager", "POST", place, "programmes", body=body, marker=code)

    def approval(self, programme: str) -> Intention:
        """The approval of a programme."""
        place = f"registration /v1/programmes/{programme}/approvals"
        return self.intend("tenant_admin", "POST", place, "programmes", body={"decided_by_office": OFFICE})

    def batch(self, programme: str, seats: int = ROOMY) -> Intention:
        """A new batch of a programme."""
        number = self.word()
        with self.lock:
            start = FIRST_DAY + timedelta(days=self.random.randrange(60))
        body = {
            "programme": programme,
            "number": number,
            "planned_start": start.isoformat(),
            "planned_end": (start + timedelta(days=4)).isoformat(),
            "rule": {"categories": ["PELAKSANA"], "seats_total": seats},
        }
        place = "registration /v1/batches"
        return self.intend("programme_manager", "POST", place, "batches", body=body, marker=number)

    def opening(self, batch: str) -> Intention:
        """Let nominations in."""
        place = f"registration /v1/batches/{batch}/open"
        return self.intend("programme_manager", "POST", place, "batches", body={})

    def reschedule(self, batch: Thing) -> Intention:
        """Other dates for a batch, if nobody was faster."""
        with self.lock:
            start = FIRST_DAY + timedelta(days=self.random.randrange(60))
        body = {
            "planned_start": start.isoformat(),
            "planned_end": (start + timedelta(days=4)).isoformat(),
            "venue": {"name": None, "region": None},
            "reason_code": "VENUE_NOT_READY",
            "decided_by_office": OFFICE,
        }
        place = f"registration /v1/batches/{batch.id}/reschedules"
        return self.intend("programme_manager", "POST", place, "batches", body=body, version=batch.version)

    def person(self) -> Intention:
        """A person of their own."""
        place = "registration /v1/persons"
        return self.intend("programme_manager", "POST", place, "persons", body=self._facts())

    def nomination(self, batch: str, rows: int) -> Intention:
        """A list of new people for a batch."""
        body = {"rows": [self._row() for _ in range(rows)]}
        place = f"registration /v1/batches/{batch}/nominations"
        return self.intend("programme_manager", "POST", place, "enrolments", body=body, amount=rows)

    def confirmation(self, enrolment: str) -> Intention:
        """A seat for somebody."""
        place = f"registration /v1/enrolments/{enrolment}/confirm"
        return self.intend("programme_manager", "POST", place, "enrolments", body={})

    def confirmations(self, batch: str, enrolments: list[str]) -> Intention:
        """Seats for a list."""
        body = {"rows": [{"enrolment": each} for each in enrolments]}
        place = f"registration /v1/batches/{batch}/confirmations"
        return self.intend("programme_manager", "POST", place, "enrolments", body=body, amount=len(enrolments))

    def attendance(self, session: str, enrolments: list[str]) -> Intention:
        """Marks for several people in one session."""
        with self.lock:
            statuses = self.random.choices(("PRESENT", "ABSENT"), k=len(enrolments))
        rows = [
            {"enrolment": enrolment, "status": status, "reason_code": "CORRECTION"}
            for enrolment, status in zip(enrolments, statuses, strict=True)
        ]
        place = f"curriculum /v1/sessions/{session}/attendance"
        return self.intend("facilitator", "POST", place, "attendance", body={"rows": rows}, amount=len(rows))

    def session_move(self, session: Thing) -> Intention:
        """Another time for a session."""
        with self.lock:
            day = FIRST_DAY + timedelta(days=self.random.randrange(60))
        body = {"date": day.isoformat(), "start_time": "09:00", "reason_code": "VENUE_NOT_READY"}
        place = f"curriculum /v1/sessions/{session.id}/reschedules"
        return self.intend("curriculum_manager", "POST", place, "sessions", body=body)

    def visit(self, unit: str) -> Intention:
        """A visit of a unit."""
        word = self.word()
        body = {"unit": unit, "checklist": word, "checklist_version": 1, "planned_on": "2025-12-01"}
        place = "monitoring /v1/visits"
        return self.intend("evaluator", "POST", place, "visits", body=body, marker=word)

    def listing(self, service: str, kind: str, *, after: str = "") -> Intention:
        """A look at what the tenant has."""
        cursor = f"&cursor={after}" if after else ""
        return self.intend("tenant_admin", "GET", f"{service} /v1/{kind}?size=50{cursor}", kind)

    def _row(self) -> dict[str, Any]:
        return {
            "kind": "PERSON",
            "facts": self._facts(),
            "category": "PELAKSANA",
            "position_kind": "PELAKSANA",
            "echelon_id": "99",
        }

    def _facts(self) -> dict[str, Any]:
        return {
            "kind": "ASN",
            "asn_status": "PNS",
            "name": f"Peserta {self.word(6)}",
            "employee_number": self.number(),
            "unit": self.any("units").id,
        }


def each_in_turn(desks: list[Desk], act: Callable[[Desk], None]) -> None:
    """Do the same at every desk, side by side; raises the first error."""
    errors: list[BaseException] = []

    def run(desk: Desk) -> None:
        try:
            act(desk)
        except BaseException as error:  # noqa: BLE001 - it is raised below
            errors.append(error)

    threads = [threading.Thread(target=run, args=(desk,)) for desk in desks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
