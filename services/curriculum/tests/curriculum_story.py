"""The steps that most stories share: a batch, its people, a published curriculum, attendance, completion."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from curriculum_world import KENDARI, World

from eventkit.ids import new_id

Template = dict[str, Any]


def lesson(code: str, jp: int, day: int = 0, start: str = "08:00", **changes: Any) -> Template:
    """A session of the curriculum; 0 JP is a ceremony."""
    body = {"code": code, "title": f"Sesi {code}", "kind": "LECTURE", "day_offset": day, "start_time": start}
    length: Template = {"jp": jp} if jp else {"kind": "CEREMONY", "minutes": 60}
    return {**body, **length, **changes}


@dataclass
class Story:
    """One batch of one programme from its schedule to its completion."""

    world: World
    tenant: str = KENDARI
    kind: str = "RETREAT"
    start: date = date(2025, 8, 1)
    end: date = date(2025, 8, 5)
    batch: str = field(default_factory=new_id)
    programme: str = field(default_factory=new_id)
    persons: int = 0

    def scheduled(self, zone: str = "Asia/Makassar") -> "Story":
        """Hear of the batch."""
        self.hear_of_batch(
            "scheduled",
            programme=self.programme,
            programme_kind=self.kind,
            number="1",
            planned_start=str(self.start),
            planned_end=str(self.end),
            provisional=False,
            venue_region=self.tenant,
            time_zone=zone,
            quota=[],
            seats_total=400,
            rule_version=1,
        )
        return self

    def hear_of_batch(self, event: str, **payload: Any) -> None:
        self.world.hear(f"registration.batch.{event}", self.batch, self.tenant, batch=self.batch, **payload)

    def hear_of(self, enrolment: str, event: str, **payload: Any) -> None:
        topic = f"registration.enrolment.{event}"
        self.world.hear(topic, enrolment, self.tenant, enrolment=enrolment, batch=self.batch, **payload)

    def enrolled(self, *, person: str | None = None, status: str = "PNS", echelon: str | None = "II") -> str:
        """Hear that a person was nominated, confirmed and has arrived."""
        enrolment = new_id()
        self._nominated(enrolment, "PERSON", person or new_id(), status, echelon)
        self.hear_of(enrolment, "confirmed", reason_code=None)
        self.hear_of(enrolment, "checked_in", at="2025-08-01T00:00:00Z", persons=1)
        self.persons += 1
        return enrolment

    def unit_enrolled(self, *delegates: str) -> str:
        """Hear that a unit was nominated, confirmed and has named its delegates."""
        enrolment = new_id()
        self._nominated(enrolment, "UNIT", None, None, None)
        self.hear_of(enrolment, "confirmed", reason_code=None)
        self.hear_of(enrolment, "delegates_named", delegates=list(delegates), count=len(delegates))
        self.persons += len(delegates)
        return enrolment

    def _nominated(
        self, enrolment: str, kind: str, person: str | None, status: str | None, echelon: str | None
    ) -> None:
        self.hear_of(
            enrolment,
            "nominated",
            kind=kind,
            person=person,
            unit=None if kind == "PERSON" else new_id(),
            category="CAMAT" if kind == "PERSON" else "DINAS",
            echelon_group=echelon,
            person_kind=None,
            asn_status=status,
            eligible=True,
            reason_codes=[],
            rule_version=1,
        )

    def published(self, *lessons: Template, code: str | None = None, **rule: Any) -> str:
        """Write and publish a curriculum; gives its id."""
        body = {"programme": self.programme, "code": code or f"C-{self.batch[-12:].upper()}", "title": "Kurikulum"}
        made = self.world.done("/v1/curricula", body, tenant=self.tenant)
        path = f"/v1/curricula/{made['id']}/versions"
        self.world.done(path, {"sessions": list(lessons), "rule": rule}, tenant=self.tenant)
        self.world.done(f"{path}/1/publication", tenant=self.tenant)
        return str(made["id"])

    def planned(self, *lessons: Template, **rule: Any) -> list[dict[str, Any]]:
        """Take in what was heard, publish a curriculum and schedule the batch from it."""
        self.world.consume()
        body = {"curriculum": self.published(*lessons, **rule), "number": 1}
        plan = self.world.done(f"/v1/batches/{self.batch}/sessions", body, tenant=self.tenant)
        return list(plan["sessions"])

    def held(self, sessions: list[dict[str, Any]], *rows: dict[str, Any]) -> None:
        """Mark everybody present but the rows, and close each session."""
        for each in sessions:
            body = {"default_status": "PRESENT", "rows": list(rows), "expected_persons": self.persons}
            self.world.done(f"/v1/sessions/{each['id']}/attendance", body, tenant=self.tenant)
            self.world.done(f"/v1/sessions/{each['id']}/closing", tenant=self.tenant)

    def ended(self, on: date | None = None) -> None:
        """Hear that the batch has ended."""
        self.hear_of_batch("completed", at="2025-08-05T10:00:00Z", local_date=str(on or self.end), counts=[])
        self.world.consume()

    def completed(self, **body: Any) -> dict[str, Any]:
        """Apply the completion rule."""
        return dict(self.world.done(f"/v1/batches/{self.batch}/completions", body, tenant=self.tenant))
