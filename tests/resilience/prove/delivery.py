"""Nothing acknowledged is lost, nothing is there uncommitted, all in order, all accounted for: I1 I2 I4 I8."""

from collections.abc import Iterator, Mapping, Sequence

from bina.topics import Topic
from prove.facts import Document, Facts, Seen
from prove.record import Attempt
from prove.scenario import Counterexample


def no_loss(facts: Facts) -> int:
    """Hold I1: what was acknowledged is stored at that version, was published, and has reached every reader."""
    count = 0
    for attempt in facts.attempts:
        if not attempt.is_success or attempt.intention.method == "GET":
            continue
        for key in _keys(attempt):
            _hold_acknowledged(facts, attempt, key)
            count += 1
    return count


def no_ghost(facts: Facts) -> int:
    """Hold I2: the records of an aggregate are exactly its committed events, and copies are equal to the byte."""
    count = 0
    for topic in facts.facts_topics:
        documents = _documents(facts, topic)
        pending = facts.pending(topic.owner)
        for key, seen in facts.by_key.get(topic.name, {}).items():
            own = [each for each in seen if not each.is_foreign]
            count += len(own)
            _hold_copies(topic, key, own)
            _hold_numbers(topic, key, own, documents.get(key))
        for key, document in documents.items():
            _hold_published(facts, (topic, key), document, pending)
    return count


def in_order(facts: Facts) -> int:
    """Hold I4: an aggregate's events first appear as 1, 2, 3 … in one partition, and each reader stands at the last."""
    count = 0
    for topic in facts.topics:
        for key, seen in facts.by_key.get(topic.name, {}).items():
            count += 1
            _hold_order(topic, key, [each for each in seen if not each.is_foreign])
            for reader in topic.readers:
                _hold_position(facts, (topic, key), reader, seen)
    return count


def accounted(facts: Facts) -> int:
    """Hold I8: for every reader each record is applied, set aside, a dead letter, or still to be read."""
    return sum(_hold_accounted(facts, topic, reader) for topic in facts.topics for reader in topic.readers)


def _hold_accounted(facts: Facts, topic: Topic, reader: str) -> int:
    positions, records = _checkpoints(facts, reader), facts.wire.get(topic.name, ())
    for seen in records:
        partition = seen.record.partition
        if seen.record.offset >= positions.get((partition.topic, partition.number), 0):
            continue
        if seen.envelope is None:
            _hold_dead_letter(facts, topic, reader, seen)
        else:
            _hold_taken(facts, topic, reader, seen)
    return len(records)


def _keys(attempt: Attempt) -> Iterator[str]:
    tenant = attempt.intention.tenant
    yield from (f"{tenant}/{each}" for each in (attempt.rows or (attempt.made,)) if each)


def _hold_acknowledged(facts: Facts, attempt: Attempt, key: str) -> None:
    intention = attempt.intention
    document = facts.collection(intention.service, intention.kind).get(key)
    told = {"ledger": f"{intention.method} {intention.path} key {intention.key}: {attempt.status}"}
    if document is None:
        raise Counterexample("I1", f"{intention.kind} {key}", **told, store=f"{intention.service} has no such document")
    if attempt.version is not None and not attempt.rows and int(document.get("version", 0)) < attempt.version:
        raise Counterexample("I1", f"{intention.kind} {key}", **told, version=attempt.version, store=_brief(document))
    topic = facts.topic_of(intention.service, intention.kind)
    if topic is None or not document.get("sequence"):
        return
    if key not in facts.by_key.get(topic.name, {}):
        raise Counterexample("I1", f"{intention.kind} {key}", **told, store=_brief(document), topic="no record")
    for reader in topic.readers:
        reached = facts.position(reader, topic.name, key)
        if reached < int(document["sequence"]) and not _is_set_aside(facts, reader, topic.name, key):
            raise Counterexample(
                "I1", f"{intention.kind} {key}", **told, store=_brief(document), reader=f"{reader} is at {reached}"
            )


def _hold_copies(topic: Topic, key: str, own: Sequence[Seen]) -> None:
    first: dict[int, Seen] = {}
    for each in own:
        sequence = each.envelope.sequence if each.envelope else 0
        known = first.setdefault(sequence, each)
        if (known.record.value, known.record.headers) != (each.record.value, each.record.headers):
            raise Counterexample(
                "I2", f"{topic.name} {key} #{sequence}", first=known.place, other=each.place, seen="two contents"
            )


def _hold_numbers(topic: Topic, key: str, own: Sequence[Seen], document: Document | None) -> None:
    highest = max((each.envelope.sequence for each in own if each.envelope), default=0)
    committed = int(document["sequence"]) if document else 0
    if highest > committed:
        raise Counterexample(
            "I2", f"{topic.name} {key}", topic=f"has event {highest}", store=f"has committed {committed}"
        )


def _hold_published(
    facts: Facts, named: tuple[Topic, str], document: Document, pending: set[tuple[str, str, int]]
) -> None:
    topic, key = named
    seen = facts.by_key.get(topic.name, {}).get(key, ())
    there = {each.envelope.sequence for each in seen if each.envelope and not each.is_foreign}
    missing = [
        number
        for number in range(1, int(document.get("sequence", 0)) + 1)
        if number not in there and (topic.name, key, number) not in pending
    ]
    if missing:
        raise Counterexample("I2", f"{topic.name} {key}", store=_brief(document), missing=missing, topic=sorted(there))


def _hold_order(topic: Topic, key: str, own: Sequence[Seen]) -> None:
    expected, partitions = 1, {each.record.partition.number for each in own}
    for each in own:
        sequence = each.envelope.sequence if each.envelope else 0
        if sequence > expected:
            raise Counterexample(
                "I4", f"{topic.name} {key}", first_seen=f"event {sequence} at {each.place}", expected=expected
            )
        expected = max(expected, sequence + 1)
    if len(partitions) > 1:
        raise Counterexample("I4", f"{topic.name} {key}", partitions=sorted(partitions))


def _hold_position(facts: Facts, named: tuple[Topic, str], reader: str, seen: Sequence[Seen]) -> None:
    topic, key = named
    last = max(each.envelope.sequence for each in seen if each.envelope)
    reached = facts.position(reader, topic.name, key)
    if reached != last and not _is_set_aside(facts, reader, topic.name, key):
        raise Counterexample("I4", f"{topic.name} {key}", topic=f"ends at {last}", reader=f"{reader} is at {reached}")


def _hold_dead_letter(facts: Facts, topic: Topic, reader: str, seen: Seen) -> None:
    partition = seen.record.partition
    row = f"{partition.topic}|{partition.number}|{seen.record.offset}"
    if row not in facts.collection(reader, "parked"):
        raise Counterexample("I8", f"{seen.place} for {reader}", bytes=seen.reason, store="no row tells of it")
    letters = facts.wire.get(topic.dead_letters(reader), ())
    origin = ("dlq_origin", seen.place.encode())
    waiting = (each["headers"] for each in facts.collection(reader, "outbox").values())
    held = [*(each.record.headers for each in letters), *([tuple(pair) for pair in rows] for rows in waiting)]
    if not any(origin in headers for headers in held):
        raise Counterexample("I8", f"{seen.place} for {reader}", bytes=seen.reason, dead_letters="none is of it")


def _hold_taken(facts: Facts, topic: Topic, reader: str, seen: Seen) -> None:
    envelope = seen.envelope
    if envelope is None or envelope.sequence <= facts.position(reader, topic.name, envelope.key):
        return
    row = facts.collection(reader, "parked").get(f"{topic.name}|{envelope.key}|{envelope.sequence}")
    if row is None or row["state"] != "PARKED":
        raise Counterexample(
            "I8",
            f"event {envelope.id} for {reader}",
            topic=f"{seen.place}, {envelope.key} #{envelope.sequence}",
            reader=f"passed it, is at {facts.position(reader, topic.name, envelope.key)}, and has not set it aside",
        )


def _is_set_aside(facts: Facts, reader: str, topic: str, key: str) -> bool:
    rows = facts.collection(reader, "parked").values()
    return any((row["topic"], row["key"], row["state"]) == (topic, key, "PARKED") for row in rows)


def _documents(facts: Facts, topic: Topic) -> Mapping[str, Document]:
    for name, documents in facts.stores.get(topic.owner, {}).items():
        if facts.topic_of(topic.owner, name) == topic:
            return documents
    return {}


def _checkpoints(facts: Facts, reader: str) -> dict[tuple[str, int], int]:
    found = {}
    for row in facts.collection(reader, "checkpoints").values():
        _, topic, partition = str(row["_id"]).rsplit("|", 2)
        found[topic, int(partition)] = int(row["offset"])
    return found


def _brief(document: Document) -> str:
    return f"version {document.get('version')}, sequence {document.get('sequence')}"
