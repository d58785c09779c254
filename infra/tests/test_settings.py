"""The engines get the settings that keep them small, private and safe."""

import dataclasses
import os
import stat
import subprocess
from pathlib import Path

import pytest

from bina import stack
from bina.engines import jars, kafka, mongod
from bina.engines.mongod_access import uri
from bina.errors import OperatorError
from bina.layout import Layout

BROKER = kafka.Broker(
    home=Path("/state/kafka"),
    port=9092,
    controller_port=9093,
    cluster="A" * 22,
    passwords={name: f"{name}-word" for name in kafka.SUPER_USERS},
)
STORE = mongod.Store(name="unit.mongod", home=Path("/state/unit"), port=27101, key="k" * 64, root_password="root-word")


def lines_of(broker: kafka.Broker) -> dict[str, str]:
    return dict(line.split("=", 1) for line in kafka.properties(broker).splitlines())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("allow.everyone.if.no.acl.found", "false"),
        ("auto.create.topics.enable", "false"),
        ("sasl.enabled.mechanisms", "SCRAM-SHA-512"),
        ("log.cleaner.dedupe.buffer.size", "4194304"),
        ("broker.session.timeout.ms", "2000"),
        ("listeners", "CLIENT://127.0.0.1:9092,CONTROLLER://127.0.0.1:9093"),
        ("super.users", "User:broker;User:controller;User:admin"),
    ],
)
def test_broker_denies_by_default_and_stays_small(name: str, value: str) -> None:
    assert lines_of(BROKER)[name] == value


def test_no_setting_is_given_twice() -> None:
    assert len(lines_of(BROKER)) == len(kafka.properties(BROKER).splitlines())


def test_data_of_another_cluster_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "meta.properties").write_text(f"cluster.id={'B' * 22}\n")
    with pytest.raises(OperatorError, match="another Kafka cluster"):
        kafka.prepare(dataclasses.replace(BROKER, home=tmp_path), [])


def test_settings_with_passwords_are_private(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "meta.properties").write_text(f"cluster.id={'A' * 22}\n")
    kafka.prepare(dataclasses.replace(BROKER, home=tmp_path), [])
    assert stat.S_IMODE((tmp_path / "server.properties").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "words",
    [
        ("--auth",),
        ("--bind_ip", "127.0.0.1"),
        ("--setParameter", "transactionLifetimeLimitSeconds=5"),
        ("--networkMessageCompressors", "snappy,zstd"),
        ("--replSet", "rs0"),
    ],
)
def test_mongod_is_closed_and_a_replica_set(words: tuple[str, ...], tmp_path: Path) -> None:
    argv = mongod.program(STORE, tmp_path).argv
    assert any(argv[place : place + len(words)] == words for place in range(len(argv)))


def test_only_a_test_can_make_the_commands_of_a_mongod_fail(tmp_path: Path) -> None:
    layout = Layout(Path(__file__).parents[2], tmp_path, tmp_path)
    for environ, is_open in (({}, False), ({"BINA_MONGOD_FAULTS": "1"}, True)):
        made = stack.describe(layout, environ)
        argv = mongod.program(made.store(made.services[0]), tmp_path).argv
        assert ("enableTestCommands=1" in argv) is is_open


def test_no_password_stands_on_a_command_line(tmp_path: Path) -> None:
    shown = " ".join((*mongod.program(STORE, tmp_path).argv, *kafka.program(BROKER, []).argv))
    assert "word" not in shown


def test_key_file_is_private_and_may_be_written_again(tmp_path: Path) -> None:
    store = dataclasses.replace(STORE, home=tmp_path)
    mongod.prepare(store)
    mongod.prepare(store)
    assert stat.S_IMODE((tmp_path / "keyfile").stat().st_mode) == 0o400


def test_library_of_a_wheel_stands_in_for_a_missing_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mongod, "has_system_curl", lambda: False)
    path = mongod.library_environment(tmp_path)["LD_LIBRARY_PATH"].split(os.pathsep)
    assert (Path(path[0]) / "libcurl.so.4").resolve() == mongod.bundled_curl().resolve()
    environ = {"LD_LIBRARY_PATH": os.pathsep.join(path)}
    answer = subprocess.run([mongod.binary(), "--version"], env=environ, capture_output=True, text=True, check=True)
    assert "db version" in answer.stdout


def test_library_of_the_machine_is_preferred(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mongod, "has_system_curl", lambda: True)
    assert mongod.library_environment(tmp_path) == {}


def test_service_is_handed_its_own_user_and_database() -> None:
    address = uri(STORE, mongod.StoreUser(database="unit", password="word"))
    assert address == "mongodb://unit:word@127.0.0.1:27101/unit?authSource=unit&replicaSet=rs0"


def test_manifest_names_each_jar_once_and_one_version_of_kafka() -> None:
    coordinates = [jar.coordinate for jar in jars.manifest()]
    assert len(coordinates) == len(set(coordinates)) == 46
    assert {name.rsplit(":", 1)[1] for name in coordinates if name.startswith("org.apache.kafka:")} == {"4.3.1"}


def test_damaged_jar_is_noticed(tmp_path: Path) -> None:
    first = jars.manifest()[0]
    group, name, version = first.coordinate.split(":")
    folder = tmp_path / "maven" / group.replace(".", "/") / name / version
    folder.mkdir(parents=True)
    (folder / f"{name}-{version}.jar").write_bytes(b"half of it")
    assert len(jars.faulty(tmp_path)) == 46
