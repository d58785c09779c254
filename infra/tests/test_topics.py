"""The rights follow from the declared owners and readers, and nothing more is granted."""

from pathlib import Path

import pytest

from bina import topics
from bina.engines.kafka_access import Grant
from bina.errors import ConfigurationError
from bina.topics import Topic

UNIT = Topic(name="registration.unit", owner="registration", partitions=12, retention="forever", readers=("national",))


def test_owner_writes_its_topic_and_reads_nothing() -> None:
    of_owner = {grant for grant in topics.grants([UNIT]) if grant.user == "registration"}
    assert of_owner == {Grant(user="registration", operation="WRITE", kind="TOPIC", name="registration.unit")}


def test_reader_reads_and_sets_aside() -> None:
    of_reader = {grant for grant in topics.grants([UNIT]) if grant.user == "national"}
    assert of_reader == {
        Grant(user="national", operation="READ", kind="TOPIC", name="registration.unit"),
        Grant(user="national", operation="READ", kind="GROUP", name="national.", is_prefix=True),
        Grant(user="national", operation="WRITE", kind="TOPIC", name="registration.unit.national.dlq"),
    }


def test_each_reader_has_a_topic_for_dead_letters() -> None:
    assert {topic.name: topic.partitions for topic in topics.to_make([UNIT])} == {
        "registration.unit": 12,
        "registration.unit.national.dlq": 1,
    }


def test_facts_are_kept_for_ever_and_days_are_counted() -> None:
    short = Topic(name="a.b", owner="a", partitions=1, retention="7d", readers=())
    kept = {topic.name: topic.settings["retention.ms"] for topic in topics.to_make([UNIT, short])}
    assert kept["registration.unit"] == "-1"
    assert kept["a.b"] == str(7 * 86_400_000)


def test_declared_topics_of_the_project_can_be_read() -> None:
    declared = topics.read(Path(__file__).parents[2] / "contracts" / "topics.yaml")
    assert {topic.name.partition(".")[0] for topic in declared} == {topic.owner for topic in declared}


def test_unusable_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "topics.yaml").write_text("topics: [{name: a.b, owner: a, partitions: many}]")
    with pytest.raises(ConfigurationError, match=r"topics\.yaml cannot be used"):
        topics.read(tmp_path / "topics.yaml")
