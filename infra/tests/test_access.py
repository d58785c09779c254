"""The running engines refuse what was not granted: foreign topics, foreign groups, foreign databases."""

import time
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.errors import GroupAuthorizationFailedError, KafkaTimeoutError, TopicAuthorizationFailedError
from pymongo.errors import OperationFailure

from bina import topics
from bina.engines import kafka_access, mongod_access
from bina.engines.kafka_access import Grant, NewTopic
from bina.errors import OperatorError
from bina.topics import Topic
from testkit.kafka import KafkaEngine
from testkit.mongo import MongoEngine, client_for

pytestmark = pytest.mark.integration

SENT = Topic(name="parcel.sent", owner="parcel", partitions=3, retention="forever", readers=("office",))
READ_SENT = Grant(user="office", operation="READ", kind="TOPIC", name="parcel.sent")


def soon() -> float:
    return time.monotonic() + 30


@pytest.fixture
def broker(kafka: KafkaEngine) -> KafkaEngine:
    admin = kafka_access.connect(kafka.broker)
    kafka_access.set_passwords(admin, {"parcel": "parcel-word", "office": "office-word"})
    kafka_access.make_topics(admin, topics.to_make([SENT]))
    kafka_access.set_grants(admin, topics.grants([SENT]), deadline=soon())
    admin.close()
    return kafka


def login(kafka: KafkaEngine, user: str, password: str | None = None) -> dict[str, Any]:
    return {
        "bootstrap_servers": kafka.bootstrap,
        "security_protocol": kafka.protocol,
        "sasl_mechanism": "SCRAM-SHA-512",
        "sasl_plain_username": user,
        "sasl_plain_password": password or f"{user}-word",
        "bootstrap_timeout_ms": 3000,
    }


def send(kafka: KafkaEngine, user: str, topic: str, password: str | None = None) -> None:
    producer = KafkaProducer(**login(kafka, user, password), acks="all", enable_idempotence=True)
    try:
        producer.send(topic, b"fact", key=b"74.71/1").get(20)
    finally:
        producer.close(5)


def read_one(kafka: KafkaEngine, user: str, topic: str, group: str) -> bytes:
    consumer = KafkaConsumer(topic, **login(kafka, user), group_id=group, auto_offset_reset="earliest")
    deadline = soon()
    try:
        while time.monotonic() < deadline:
            for records in consumer.poll(500).values():
                return bytes(records[0].value)
    finally:
        consumer.close()
    raise AssertionError("no record arrived")


def test_owner_writes_and_reader_reads(broker: KafkaEngine) -> None:
    send(broker, "parcel", "parcel.sent")
    assert read_one(broker, "office", "parcel.sent", "office.projection") == b"fact"


def test_reader_may_not_write(broker: KafkaEngine) -> None:
    with pytest.raises(TopicAuthorizationFailedError):
        send(broker, "office", "parcel.sent")


def test_owner_may_not_write_the_dead_letters_of_a_reader(broker: KafkaEngine) -> None:
    with pytest.raises(TopicAuthorizationFailedError):
        send(broker, "parcel", "parcel.sent.office.dlq")


def test_reader_sets_aside_what_it_cannot_decode(broker: KafkaEngine) -> None:
    send(broker, "office", "parcel.sent.office.dlq")


def test_undeclared_reader_may_not_read(broker: KafkaEngine) -> None:
    consumer = KafkaConsumer(**login(broker, "parcel"))
    consumer.assign([TopicPartition("parcel.sent", 0)])
    with pytest.raises(TopicAuthorizationFailedError):
        consumer.poll(10_000)
    consumer.close()


def test_foreign_group_is_refused(broker: KafkaEngine) -> None:
    with pytest.raises(GroupAuthorizationFailedError):
        read_one(broker, "office", "parcel.sent", "parcel.projection")


def test_wrong_password_opens_nothing(broker: KafkaEngine) -> None:
    with pytest.raises(KafkaTimeoutError):
        KafkaProducer(**login(broker, "parcel", "guessed"))


def test_right_that_is_no_longer_declared_is_withdrawn(broker: KafkaEngine) -> None:
    admin = kafka_access.connect(broker.broker)
    kafka_access.set_grants(admin, topics.grants([SENT]) - {READ_SENT}, deadline=soon())
    assert READ_SENT not in kafka_access.read_grants(admin)
    admin.close()


def test_other_number_of_partitions_is_refused(broker: KafkaEngine) -> None:
    admin = kafka_access.connect(broker.broker)
    with pytest.raises(OperatorError, match="order per key"):
        kafka_access.make_topics(admin, [NewTopic(name="parcel.sent", partitions=4, settings={})])
    admin.close()


def test_ends_are_counted_by_partition(broker: KafkaEngine) -> None:
    topic = f"counted.{uuid.uuid4().hex}"
    broker.create_topic(topic, 2)
    send(broker, broker.username, topic, broker.password)
    admin = kafka_access.connect(broker.broker)
    assert sorted(kafka_access.read_ends(admin, {topic: 2})[topic]) == [0, 1]
    admin.close()


def test_topics_are_read_to_their_end_and_empty_ones_too(broker: KafkaEngine) -> None:
    topic = f"read.{uuid.uuid4().hex}"
    broker.create_topic(topic, 2)
    assert list(kafka_access.read_records(broker.broker, {topic: 2})) == []
    send(broker, broker.username, topic, broker.password)
    assert [each.value for each in kafka_access.read_records(broker.broker, {topic: 2})] == [b"fact"]


def test_user_sees_only_its_own_database(mongo_engine: MongoEngine) -> None:
    mongo_engine.ensure_running()
    mine, foreign = mongo_engine.new_database("mine"), "theirs"
    with client_for(mine) as client:
        client["mine"]["things"].insert_one({"_id": 1})
        attempts: list[Callable[[], object]] = [
            lambda: list(client[foreign]["things"].find({})),
            lambda: client[foreign]["things"].insert_one({"_id": 1}),
            lambda: client.admin.command("shutdown"),
        ]
        for attempt in attempts:
            with pytest.raises(OperationFailure) as refusal:
                attempt()
            assert refusal.value.code == 13
    mongo_engine.drop_database("mine")


def test_nobody_enters_without_a_password(mongo_engine: MongoEngine) -> None:
    mongo_engine.ensure_running()
    address = f"mongodb://{mongo_engine.store.address}/?directConnection=true"
    with client_for(address) as client, pytest.raises(OperationFailure) as refusal:
        client["mine"]["things"].find_one()
    assert refusal.value.code == 13


def test_provisioning_again_changes_nothing(mongo_engine: MongoEngine) -> None:
    mongo_engine.ensure_running()
    mongod_access.provision(mongo_engine.store, [], deadline=soon())
