"""A recorded start of Kafka: classes already linked, so that every later start takes half the work.

The record only saves time; without it, or with one that does not fit, the broker starts as ever.
"""

import os
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from bina.engines import jars, kafka, kafka_access
from bina.layout import cache_folder
from bina.ports import free_ports
from bina.process import end_group, start

_PATIENCE_S = 120.0


def record(cache: Path) -> Path:
    """Start a throwaway broker once and keep what the virtual machine has learned; gives the file."""
    files = jars.provide(cache)
    kept = kafka.recording(files)
    if kept.exists():
        return kept
    with tempfile.TemporaryDirectory(prefix="bina-warm-") as folder:
        port, controller_port = free_ports(2)
        broker = kafka.Broker(
            home=Path(folder),
            port=port,
            controller_port=controller_port,
            cluster=kafka.new_cluster_id(),
            passwords=dict.fromkeys(kafka.SUPER_USERS, "throwaway"),
        )
        kafka.prepare(broker, files)
        draft = kept.with_suffix(f".{os.getpid()}")
        program = kafka.program(broker, files)
        recorded = (program.argv[0], f"-XX:AOTCacheOutput={draft}", *program.argv[1:])
        process = start(replace(program, argv=recorded), Path(folder) / "broker.log")
        try:
            kafka_access.wait_until_ready(broker, deadline=time.monotonic() + _PATIENCE_S).close()
        finally:
            end_group(process, patience=_PATIENCE_S)  # the record is written while it ends
        if draft.exists():
            draft.replace(kept)
    return kept


if __name__ == "__main__":
    record(cache_folder())
