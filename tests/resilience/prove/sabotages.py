"""The catalogue of sabotaged builds: one seeded fault each, and the scenarios that must catch it.

A name that stands in `traps.TRAPS` is run by the hunt; the others are whole scenarios that catch the build, too.
"""

import json
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Sabotage:
    """One exact piece of source text that is replaced in one module."""

    name: str
    module: str
    old: str
    new: str
    caught_by: tuple[str, ...]


SABOTAGES: Final[tuple[Sabotage, ...]] = (
    Sabotage(
        name="fencing-token-not-checked",
        module="eventkit.outbox",
        old='if self._leases.count_documents({"_id": "relay", "token": lease.token, "owner": lease.owner}) == 0:',
        new="if False:",
        caught_by=("F02",),
    ),
    Sabotage(
        name="checkpoint-before-transaction",
        module="eventkit.ledger",
        old="done = session.collection(CHECKPOINTS).bulk_write(moves, session=session.writing())",
        new="done = session.collection(CHECKPOINTS).bulk_write(moves)",
        caught_by=("F01-K7",),
    ),
    Sabotage(
        name="sequence-check-removed",
        module="eventkit.gate",
        old="if envelope.sequence <= known.sequence:",
        new="if False:",
        caught_by=("F20",),
    ),
    Sabotage(
        name="sequence-check-too-weak",
        module="eventkit.gate",
        old="if envelope.sequence <= known.sequence:",
        new="if envelope.sequence < known.sequence:",
        caught_by=("F20",),
    ),
    Sabotage(
        name="checkpoint-guard-removed",
        module="eventkit.ledger",
        old="            if done.matched_count != len(moves):\n",
        new="            if False:\n",
        caught_by=("F03",),
    ),
    Sabotage(
        name="rows-deleted-unacknowledged",
        module="eventkit.relay",
        old='        if outcome.state == "ACKED":\n',
        new='        if outcome.state != "REFUSED":\n',
        caught_by=("F10", "F11"),
    ),
    Sabotage(
        name="relay-reads-ids-after-the-last",
        module="eventkit.outbox",
        old='        free: Document = {"key": {"$nin": parked}} if parked else {}\n',
        new="""        free: Document = {"_id": {"$gt": getattr(self, "_last", "")}}
        self._last = max((r["_id"] for r in self._rows.find({}, {"_id": 1})), default=getattr(self, "_last", ""))
""",
        caught_by=("F01-late",),
    ),
    Sabotage(
        name="duplicate-key-swallowed",
        module="eventkit.mongo",
        old="            raise _duplicate(error) from error\n",
        new="            return saved\n",
        caught_by=("F05-taken",),
    ),
    Sabotage(
        name="session-forgotten-on-outbox",
        module="eventkit.mongo",
        old="session.collection(outbox.COLLECTION).insert_many(rows, session=session.writing())",
        new="session.collection(outbox.COLLECTION).insert_many(rows)",
        caught_by=("F01-W5",),
    ),
    Sabotage(
        name="producer-not-made-anew",
        module="eventkit.kafka",
        old="        producer, self._producer = self._producer, None\n",
        new="        producer = None\n",
        caught_by=("F32",),
    ),
    Sabotage(
        name="gap-applied",
        module="eventkit.gate",
        old="    if envelope.sequence > known.sequence + 1:\n",
        new="    if False:\n",
        caught_by=("F21",),
    ),
    Sabotage(
        name="failing-aggregate-skipped",
        module="eventkit.gate",
        old="            verdict.known[envelope.key] = Known(known.sequence, known.state, parked=True)\n",
        new="            continue\n",
        caught_by=("F25",),
    ),
    Sabotage(
        name="idempotency-record-outside-transaction",
        module="eventkit.idempotency",
        old="session.collection(RECORDS.name).insert_one(document, session=session.writing())",
        new="session.collection(RECORDS.name).insert_one(document)",
        caught_by=("F01-W5", "F38"),
    ),
    Sabotage(
        name="seats-counted-before-the-transaction",
        module="registration.usecases.enrolments",
        old="""    def work(session: Session) -> Enrolment:
        enrolment = store.enrolments.load(command.tenant, command.enrolment, session, expected=command.expected_version)
        batch = store.batches.load(command.tenant, enrolment.batch, session)
        seats, moved, events = seat.move_enrolment(batch, enrolment, command)
        if seats != batch:
            store.batches.save(command.tenant, seats, [], session)
""",
        new="""    early = store.enrolments.load(command.tenant, command.enrolment, uow.reading())
    batch = store.batches.load(command.tenant, early.batch, uow.reading())

    def work(session: Session) -> Enrolment:
        enrolment = store.enrolments.load(command.tenant, command.enrolment, session, expected=command.expected_version)
        seats, moved, events = seat.move_enrolment(batch, enrolment, command)
        if seats != batch:
            session.collection("batches").update_one(
                {"_id": f"{command.tenant}/{batch.id}", "tenant": command.tenant},
                {"$set": {"taken": dict(seats.taken)}},
                session=session.writing(),
            )
""",
        caught_by=("F39",),
    ),
    Sabotage(
        name="tenant-filter-missing",
        module="eventkit.mongo",
        old="""        matching = {**where, "tenant": tenant}
        found = session.collection(self.name).find(""",
        new="""        matching = {**where, "tenant": {"$gt": ""}}
        found = session.collection(self.name).find(""",
        caught_by=("I5",),
    ),
    # Beyond the list that was given
    Sabotage(
        name="refused-row-deleted",
        module="eventkit.relay",
        old="            done.park.append((row.id, outcome.reason))\n",
        new="            done.delete.append(row.id)\n",
        caught_by=("F33",),
    ),
    Sabotage(
        name="lease-not-minded",
        module="eventkit.relay",
        old="            self._lease = self._outbox.acquire(self._owner)\n",
        new="            self._lease = self._outbox.acquire(self._owner) or Lease(self._owner, 0)\n",
        caught_by=("F02-two",),
    ),
    Sabotage(
        name="instance-ids-alike",
        module="eventkit.process",
        old='instance=f"{settings.instance}-consumer"',
        new='instance="consumer"',
        caught_by=("F29",),
    ),
    Sabotage(
        name="dead-letter-dropped",
        module="eventkit.ledger",
        old="        if letters:\n",
        new="        if False:\n",
        caught_by=("F22",),
    ),
    Sabotage(
        name="dead-letter-not-written-down",
        module="eventkit.ledger",
        old="        rows += [parking.dead_row(each, session.at) for each in batch.dead]\n",
        new="",
        caught_by=("F22",),
    ),
    Sabotage(
        name="no-back-off",
        module="eventkit.parking",
        old="    wait = min(RETRY_LAST, RETRY_FIRST * 2 ** min(attempts, 10))\n",
        new="    wait = timedelta()\n",
        caught_by=("F25",),
    ),
    Sabotage(
        name="parked-bytes-forgotten",
        module="eventkit.parking",
        old='            "data": envelope.data,\n',
        new='            "data": b"{}",\n',
        caught_by=("F21",),
    ),
    Sabotage(
        name="parked-never-due",
        module="eventkit.gate",
        old='            due = is_next and refused.reason == "BEHIND_PARKED"\n',
        new="            due = False\n",
        caught_by=("F21",),
    ),
    Sabotage(
        name="version-not-compared",
        module="eventkit.mongo",
        old='        if expected is not None and (actual := cast("Any", found).version) != expected:\n',
        new="        if (actual := 0):\n",
        caught_by=("F05",),
    ),
    Sabotage(
        name="commit-never-sent",
        module="eventkit.mongo",
        old='                faults.reach("W5")\n',
        new='                faults.reach("W5")\n                transaction.abort_transaction()\n',
        caught_by=("F05",),
    ),
)
# What no single node can show, and who will: the suite of three nodes.
ELSEWHERE: Final[tuple[Sabotage, ...]] = (
    Sabotage(
        name="business-writes-w1",
        module="eventkit.mongo",
        old='        w="majority",\n',
        new="        w=1,\n",
        caught_by=("F08",),
    ),
)


def named(name: str) -> Sabotage:
    """Find a sabotage."""
    return next(each for each in (*SABOTAGES, *ELSEWHERE) if each.name == name)


def environment(sabotage: Sabotage, **more: str) -> str:
    """Give the settings, as JSON, that make a program load this build."""
    return json.dumps({"BINA_SABOTAGE": sabotage.name, **more})
