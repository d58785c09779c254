"""E01, E02, S03: each service's own credentials at Kafka and at every store, beyond what was granted to it."""

import os
import random
import time
import uuid
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from typing import Any, Final

import pytest
from attacker import OWN, Attacker
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import KafkaAdminClient
from kafka.errors import (
    ClusterAuthorizationFailedError,
    GroupAuthorizationFailedError,
    KafkaError,
    KafkaTimeoutError,
    TopicAuthorizationFailedError,
)
from pymongo import MongoClient
from pymongo.errors import OperationFailure

from bina import topics
from bina.engines import kafka_access
from bina.engines.mongod_access import uri
from eventkit.envelope import Envelope, Trace, encode

SEED: Final = os.environ.get("BINA_ATTACK_SEED", "20251128")
IS_LONG: Final = os.environ.get("BINA_ATTACK") == "long"
SERVICES: Final = ("registration", "curriculum", "monitoring", "national")
UNAUTHORIZED: Final = 13
WRONG_PASSWORD: Final = 18


def login(attacker: Attacker, service: str, password: str | None = None) -> dict[str, Any]:
    stack = attacker.stack
    return {
        "bootstrap_servers": stack.broker.bootstrap,
        "security_protocol": "SASL_PLAINTEXT",
        "sasl_mechanism": "SCRAM-SHA-512",
        "sasl_plain_username": service,
        "sasl_plain_password": password or stack.kafka_passwords()[service],
        "bootstrap_timeout_ms": 5000,
        "request_timeout_ms": 10_000,
    }


def all_topics(attacker: Attacker) -> list[str]:
    return [each.name for each in topics.to_make(attacker.stack.topics)]


def granted(attacker: Attacker, service: str, operation: str) -> set[str]:
    rights = topics.grants(attacker.stack.topics)
    return {each.name for each in rights if (each.user, each.operation, each.kind) == (service, operation, "TOPIC")}


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_writes_no_topic_but_its_own(attacker: Attacker, service: str) -> None:
    foreign = set(all_topics(attacker)) - granted(attacker, service, "WRITE")
    assert len(foreign) > 10
    tried = foreign if IS_LONG else random.Random(SEED + service).sample(sorted(foreign), 8)
    said = {topic: refusal_of_write(attacker, service, topic) for topic in tried}
    assert {topic: kind for topic, kind in said.items() if kind is not TopicAuthorizationFailedError} == {}


def refusal_of_write(attacker: Attacker, service: str, topic: str) -> type[BaseException] | None:
    # A refusal ends an idempotent producer, and a plain one would ask for a right that nobody has.
    with closing(KafkaProducer(**login(attacker, service), enable_idempotence=False, acks=1)) as producer:
        try:
            producer.send(topic, b"{}", key=b"74.71/planted").get(10)
        except KafkaError as error:
            return type(error)
    return None


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_reads_no_topic_that_does_not_name_it(attacker: Attacker, service: str) -> None:
    foreign = set(all_topics(attacker)) - granted(attacker, service, "READ")
    assert len(foreign) > 10
    with closing(KafkaConsumer(**login(attacker, service), group_id=None)) as consumer:
        visible = set(consumer.topics()) & foreign
    # A right to write shows that the topic is there; everything else is not even told.
    assert visible == granted(attacker, service, "WRITE") & foreign
    for topic in random.Random(SEED + service).sample(sorted(visible), 2):
        with closing(KafkaConsumer(**login(attacker, service), group_id=None)) as consumer:
            consumer.assign([TopicPartition(topic, 0)])
            with pytest.raises(TopicAuthorizationFailedError):
                poll(consumer)


def poll(consumer: Any) -> None:
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline:
        consumer.poll(500)
    raise AssertionError("nothing was refused")


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_joins_no_group_of_another(attacker: Attacker, service: str) -> None:
    readable = sorted(granted(attacker, service, "READ")) or ["registration.unit"]
    for other in {*SERVICES} - {service}:
        group = f"{other}.projection"
        with (
            closing(KafkaConsumer(readable[0], **login(attacker, service), group_id=group)) as consumer,
            pytest.raises((GroupAuthorizationFailedError, TopicAuthorizationFailedError)),
        ):
            poll(consumer)


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_makes_and_deletes_nothing_in_the_broker(attacker: Attacker, service: str) -> None:
    own = next(each.name for each in attacker.stack.topics)
    planted = f"{service}.planted"
    with closing(KafkaAdminClient(**login(attacker, service))) as admin:
        attempts: list[Callable[[], Any]] = [
            lambda: admin.create_topics({planted: {"num_partitions": 1, "replication_factor": 1}}),
            lambda: admin.delete_topics([own]),
            lambda: admin.describe_acls(kafka_access._EVERY_ACL),
        ]
        for attempt in attempts:
            with pytest.raises(
                (TopicAuthorizationFailedError, ClusterAuthorizationFailedError, KafkaError),
                match=r"(?i)authoriz",
            ):
                raise_refusal(attempt())


def raise_refusal(answer: Any) -> None:
    """Turn an answer that carries its error into the error."""
    raise KafkaError(str(answer))


@pytest.mark.parametrize(("user", "password"), [("registration", "guessed"), ("nobody", "x"), ("admin", "admin")])
def test_a_wrong_password_opens_no_broker(attacker: Attacker, user: str, password: str) -> None:
    with pytest.raises(KafkaTimeoutError):
        KafkaProducer(**{**login(attacker, "registration", password), "sasl_plain_username": user})


def test_without_credentials_the_broker_says_nothing(attacker: Attacker) -> None:
    for given in ({"security_protocol": "PLAINTEXT"}, {"sasl_mechanism": "PLAIN"}):
        with pytest.raises(KafkaError):
            KafkaProducer(**{**login(attacker, "registration", "x"), **given, "bootstrap_timeout_ms": 3000})


def forged(**changes: Any) -> Envelope:
    given = {
        "id": str(uuid.uuid4()), "type": "id.bina.registration.unit.registered.v1", "source": "/bina/registration",
        "tenant": OWN, "aggregate": str(uuid.uuid4()), "sequence": 1, "time": datetime.now(UTC),
        "trace": Trace(correlation="planted"), "data": b'{"planted":true}',
    }  # fmt: skip
    return Envelope(**{**given, **changes})


FORGED: Final[dict[str, tuple[str, dict[str, Any], bytes | None]]] = {
    "another source": ("registration.unit", {"source": "/bina/curriculum"}, None),
    "another topic's type": ("registration.unit", {"type": "id.bina.curriculum.session.held.v1"}, None),
    "another tenant's key": ("registration.unit", {"tenant": "35.73"}, b"74.71/x"),
    "no tenant": ("registration.unit", {"tenant": "*"}, None),
    "national tenant": ("registration.unit", {"tenant": "../00"}, None),
    "sequence 0": ("registration.unit", {"sequence": 0}, None),
}


@pytest.mark.parametrize(("topic", "changes", "key"), FORGED.values(), ids=FORGED)
def test_a_forged_event_is_set_aside_by_every_reader(
    attacker: Attacker, topic: str, changes: dict[str, Any], key: bytes | None
) -> None:
    """Written with the owner's own credentials: what a broken-in owner could send of others' is not applied."""
    envelope = forged(**changes)
    headers, value = encode(envelope)
    readers = next(each.readers for each in attacker.stack.topics if each.name == topic)
    with closing(KafkaProducer(**login(attacker, topic.split(".", maxsplit=1)[0]), acks="all")) as producer:
        sent = producer.send(topic, value, key=key or envelope.key.encode(), headers=headers).get(30)
    origin = f"{topic}/{sent.partition}/{sent.offset}".encode()
    for reader in readers:
        assert wait_for(attacker, f"{topic}.{reader}.dlq", origin), f"{reader} set nothing aside"
        assert not mentions(attacker, reader, envelope.aggregate)


def wait_for(attacker: Attacker, topic: str, origin: bytes) -> bool:
    """Wait until the dead letters hold the record that stood at this place."""
    with closing(KafkaConsumer(**admin_login(attacker), group_id=None)) as consumer:
        consumer.assign([TopicPartition(topic, 0)])
        consumer.seek_to_beginning()
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            found = [record for records in consumer.poll(500).values() for record in records]
            if any(("dlq_origin", origin) in record.headers for record in found):
                return True
    return False


def admin_login(attacker: Attacker) -> dict[str, Any]:
    given = login(attacker, "registration", attacker.stack.broker.passwords["admin"])
    return {**given, "sasl_plain_username": "admin"}


def mentions(attacker: Attacker, service: str, needle: str) -> bool:
    database = attacker.database(service)
    views = [name for name in database.list_collection_names() if name not in ("outbox", "parked", "dead")]
    return any(
        needle in str(document) for name in views for document in database[name].find({"_id": {"$regex": needle}})
    )


@pytest.mark.parametrize("service", SERVICES)
def test_a_store_user_opens_its_own_database_and_nothing_else(attacker: Attacker, service: str) -> None:
    stack = attacker.stack
    own = uri(stack.store(stack.service(service)), stack.store_user(stack.service(service)))
    with MongoClient[dict[str, Any]](own, serverSelectionTimeoutMS=5000) as client:
        assert client[service]["outbox"].count_documents({}) >= 0
        assert set(client.list_database_names()) <= {service, f"{service}_audit"}
        for database in ("admin", "local", "config", *({*SERVICES} - {service})):
            for attempt in (
                lambda name=database: list(client[name]["system.users"].find({}).limit(1)),
                lambda name=database: client[name]["planted"].insert_one({"_id": 1}),
                lambda name=database: client[name].command("createUser", "planted", pwd="x", roles=[]),
            ):
                refused(attempt, UNAUTHORIZED)
        for command in ("shutdown", "replSetGetConfig", "getParameter", "usersInfo", "getLog"):
            refused(lambda name=command: client.admin.command(name, 1), UNAUTHORIZED)


def refused(attempt: Callable[[], Any], *codes: int) -> None:
    with pytest.raises(OperationFailure) as refusal:
        attempt()
    assert refusal.value.code in codes


@pytest.mark.parametrize("service", SERVICES)
def test_no_store_takes_another_services_user_or_a_guess(attacker: Attacker, service: str) -> None:
    stack = attacker.stack
    address = stack.store(stack.service(service)).address
    words = [f"{other}:{stack.store_user(stack.service(other)).password}" for other in {*SERVICES} - {service}]
    for word in (*words, f"{service}:guessed", "root:root", "admin:admin"):
        name = word.split(":")[0]
        for source in (name, "admin"):
            with MongoClient[dict[str, Any]](
                f"mongodb://{word}@{address}/?directConnection=true&authSource={source}"
            ) as c:
                refused(lambda client=c: client[service]["outbox"].find_one({}), WRONG_PASSWORD)
    with MongoClient[dict[str, Any]](f"mongodb://{address}/?directConnection=true") as client:
        refused(lambda: client[service]["outbox"].find_one({}), UNAUTHORIZED)
