"""A relay whose rights do not suffice: what it may send goes out, the rest waits and goes once it may."""

from datetime import UTC, datetime

import pytest

from bina.engines.kafka_access import Grant
from eventkit.ids import new_id
from eventkit.kafka import ACKED, KafkaPublisher, KafkaSettings, Outcome
from eventkit.outbox import Row
from testkit.kafka import KafkaEngine

pytestmark = pytest.mark.integration


def row(topic: str) -> Row:
    return Row(id=new_id(), topic=topic, key=new_id(), sequence=1, headers=[], value=b"{}", at=datetime.now(UTC))


def test_a_forbidden_topic_holds_no_other_up_and_heals_with_the_right(kafka: KafkaEngine) -> None:
    for topic in ("rights.open", "rights.closed"):
        kafka.create_topic(topic, 1)
    kafka.add_user(
        "narrow", "narrow-secret", [Grant(user="narrow", operation="WRITE", kind="TOPIC", name="rights.open")]
    )
    settings = KafkaSettings(
        bootstrap=kafka.bootstrap, username="narrow", password="narrow-secret", protocol=kafka.protocol
    )
    publisher = KafkaPublisher(settings)
    try:
        publisher.publish([row("rights.open")])  # the first one also connects, which takes its time
        rows = [row("rights.open"), row("rights.closed"), row("rights.open")]
        refused = Outcome("REFUSED", "TopicAuthorizationFailedError")
        assert publisher.publish(rows) == [ACKED, refused, ACKED]
        assert publisher.resets > 0
        kafka.add_user(
            "narrow", "narrow-secret", [Grant(user="narrow", operation="WRITE", kind="TOPIC", name="rights.closed")]
        )
        assert publisher.publish([rows[1], row("rights.open")]) == [ACKED, ACKED]
    finally:
        publisher.close()
