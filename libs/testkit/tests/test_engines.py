"""The engines that every other test relies on are real and keep their promises."""

import uuid
from typing import Any

import pytest
from kafka import KafkaProducer
from kafka.errors import TopicAuthorizationFailedError
from pymongo.database import Database
from pymongo.errors import OperationFailure

from bina.engines.kafka_access import Grant
from testkit.kafka import KafkaEngine
from testkit.mongo import MongoEngine, client_for

pytestmark = pytest.mark.integration


def producer_of(kafka: KafkaEngine, user: str, password: str) -> KafkaProducer:
    return KafkaProducer(
        bootstrap_servers=kafka.bootstrap,
        security_protocol=kafka.protocol,
        sasl_mechanism="SCRAM-SHA-512",
        sasl_plain_username=user,
        sasl_plain_password=password,
        bootstrap_timeout_ms=10_000,
        acks="all",
    )


def test_database_takes_transactions(mongo_database: Database[dict[str, Any]]) -> None:
    with mongo_database.client.start_session() as session, session.start_transaction():
        mongo_database["things"].insert_one({"_id": 1, "tenant": "35.73"}, session=session)
    assert mongo_database["things"].count_documents({"tenant": "35.73"}) == 1


def test_each_test_gets_an_empty_database(mongo_database: Database[dict[str, Any]]) -> None:
    assert mongo_database.list_collection_names() == []


def test_user_of_a_database_is_refused_in_another(mongo_uri: str) -> None:
    with client_for(mongo_uri) as client, pytest.raises(OperationFailure) as refusal:
        client["foreign"]["things"].find_one()
    assert refusal.value.code == 13


def test_killed_mongod_comes_back_with_its_data(mongo_engine: MongoEngine, mongo_uri: str) -> None:
    with client_for(mongo_uri) as client:
        client.get_default_database()["things"].insert_one({"_id": 1})
        mongo_engine.kill()
        mongo_engine.ensure_running()
        assert client.get_default_database()["things"].count_documents({}) == 1


def test_user_writes_only_where_it_may(kafka: KafkaEngine) -> None:
    mine, foreign = f"mine.{uuid.uuid4().hex}", f"foreign.{uuid.uuid4().hex}"
    kafka.create_topic(mine, 3)
    kafka.create_topic(foreign)
    kafka.add_user("writer", "words", [Grant(user="writer", operation="WRITE", kind="TOPIC", name=mine)])
    producer = producer_of(kafka, "writer", "words")
    assert producer.send(mine, b"fact", key=b"k").get(20).offset == 0
    with pytest.raises(TopicAuthorizationFailedError):
        producer.send(foreign, b"fact").get(20)
    producer.close(5)


def test_killed_broker_comes_back_with_its_records(kafka: KafkaEngine) -> None:
    topic = f"kept.{uuid.uuid4().hex}"
    kafka.create_topic(topic)
    before = producer_of(kafka, kafka.username, kafka.password)
    before.send(topic, b"first").get(20)
    before.close(5)
    kafka.kill()
    kafka.ensure_running()
    after = producer_of(kafka, kafka.username, kafka.password)
    assert after.send(topic, b"second").get(20).offset == 1
    after.close(5)
