"""`bina audit verify` on real engines: the log as it lies in the store against the anchors as they lie in Kafka."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from kafka import KafkaProducer

from bina import audits
from bina.audits import AuditReport
from bina.engines import mongod_access
from bina.engines.kafka_access import client_options
from bina.topics import Topic
from eventkit import audit, outbox
from eventkit.audit import LOG, Entry, Sealer
from eventkit.ids import new_id
from testkit.kafka import KafkaEngine
from testkit.mongo import MongoEngine, client_for

pytestmark = pytest.mark.integration

TOPIC = Topic(name="parcel.audit", owner="parcel", partitions=1, retention="forever", readers=())
ENTRY = Entry(
    id="",
    tenant="35.73",
    at=datetime.now(UTC).isoformat(),
    subject="somebody",
    client="portal",
    roles=["clerk"],
    action="POST /v1/parcels",
    object="",
    outcome="DONE",
    status=201,
    code="",
    correlation="c-1",
    digest="",
)


def test_a_changed_log_is_named(mongo_engine: MongoEngine, kafka: KafkaEngine) -> None:
    mongo_engine.ensure_running()
    kafka.create_topic(TOPIC.name, 1)
    producer = KafkaProducer(**client_options(kafka.broker))
    with client_for(mongo_engine.new_database("parcel")) as client, mongod_access.root(mongo_engine.store) as root:
        database = client["parcel"]
        audit.prepare(database)
        for _ in range(3):
            audit.pend(database, replace(ENTRY, id=new_id()))
        assert audits.judge(database, []).pending == 3
        assert Sealer(database, "parcel").seal() == 3
        for row in database[outbox.COLLECTION].find({"topic": TOPIC.name}):
            producer.send(TOPIC.name, row["value"]).get(20)
        producer.close(5)
        anchors = audits.anchors_of(kafka.broker, [TOPIC], "parcel")
        sound = AuditReport(service="parcel", entries=3, anchored=3, pending=0, bad_entry=None, fault=None)
        assert audits.judge(database, anchors) == sound
        assert [each["_id"] for each in audits.newest(database, 2)] == [3, 2]
        root["parcel_audit"][LOG].update_one({"_id": 2}, {"$set": {"subject": "else"}})
        assert audits.judge(database, anchors) == replace(sound, entries=1, anchored=0, bad_entry=2, fault="CHANGED")
        root["parcel_audit"][LOG].delete_many({})
        assert audits.judge(database, anchors).fault == "CUT"
    mongo_engine.drop_database("parcel")
