"""The report of a whole run: what was tried on which engines, what held, how long recovery took, what was caught."""

import importlib.metadata
import importlib.util
import os
import platform
import re
import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any, Final

import psutil

from bina.engines.mongod_access import root_uri
from eventkit import mongo
from prove import walk
from prove.ground import Ground
from prove.results import Results
from prove.sabotages import ELSEWHERE, SABOTAGES
from prove.scenario import Scenario

PLATFORM: Final = "platform"
LATEST: Final = "latest.json"
PART: Final = "part.json"  # a part of the proof does not replace the report of the whole
NOT_CLAIMED: Final = (
    "one broker, one store per service, one machine: nothing is said about the loss of power or of a machine"
)
_JAR: Final = re.compile(r"kafka-clients[-:].*?(\d+\.\d+\.\d+)")


def describe(ground: Ground) -> Mapping[str, object]:
    """Say which engines answered and how durable a write is."""
    service = ground.stack.services[0]
    database = mongo.connect(root_uri(ground.stack.store(service)), service.name, service="prove")
    try:
        version = database.client.server_info()["version"]
        durability = database.client.write_concern.document
    finally:
        database.client.close()
    jar = _JAR.search(files("bina.engines").joinpath("kafka-jars.txt").read_text("utf-8"))
    return {
        "broker": {"kind": "Apache Kafka", "version": jar[1] if jar else "unknown", "nodes": 1},
        "store": {"kind": "MongoDB", "version": version, "nodes": 1, "services": len(ground.stack.services)},
        "clients": {name: importlib.metadata.version(name) for name in ("kafka-python", "pymongo")},
        "crc32c": importlib.util.find_spec("crc32c") is not None,
        "durability": {"store": {**durability, "readConcern": database.read_concern.level}, "producer": "acks=all"},
        "machine": {
            "system": platform.platform(),
            "cores": os.cpu_count(),
            "memory_gb": round(psutil.virtual_memory().total / 1e9),
            "python": platform.python_version(),
            "load": [round(each, 1) for each in os.getloadavg()],
        },
    }


def write(results: Results, scenarios: Sequence[Scenario], name: str = PART) -> dict[str, Any]:
    """Gather all results that count into one file; gives what it says."""
    found = {each.id: row for each in scenarios if (row := results.find(each.id))}
    walked = results.find(walk.ID)
    told = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        **results.mark,
        "commit": results.commit,
        **(results.find(PLATFORM) or {}),
        "scenarios": {name: _brief(row) for name, row in found.items()},
        "passed": sum(not row["error"] for row in found.values()),
        "failed": sorted(name for name, row in found.items() if row["error"]),
        "not_run": sorted({each.id for each in scenarios} - set(found)),
        "seconds": round(sum(row["seconds"] for row in found.values()), 1),
        "checked": dict(sum((Counter(row["checked"]) for row in found.values()), Counter())),
        "recovery_seconds": _recoveries(list(found.values())),
        "model": _brief(walked) | {"steps": walked["checked"].get("steps", 0)} if walked else None,
        "sabotages": _bites(results, found),
        "not_claimed": NOT_CLAIMED,
    }
    results.write(name, told)
    return told


def _brief(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"title": row["title"], "seconds": row["seconds"], "error": row["error"]}


def _recoveries(rows: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, object]]:
    """Put together what was measured of the same thing."""
    measured: dict[str, list[Mapping[str, Any]]] = {}
    for each in (one for row in rows for one in row["recoveries"]):
        measured.setdefault(each["what"], []).append(each)
    return {what: _spread(found) for what, found in sorted(measured.items())}


def _spread(found: Sequence[Mapping[str, Any]]) -> dict[str, object]:
    seconds = [each["seconds"] for each in found]
    limit = found[0].get("limit")
    spread: dict[str, object] = {
        "times": len(seconds), "median": round(statistics.median(seconds), 2), "max": max(seconds)
    }  # fmt: skip
    return spread if limit is None else {**spread, "limit": limit, "over_limit": sum(one > limit for one in seconds)}


def _bites(results: Results, found: Mapping[str, Mapping[str, Any]]) -> dict[str, object]:
    """Count what was caught; a scenario that fails on the sound build as well has caught nothing."""
    rows = {each.name: row for each in SABOTAGES if (row := results.find(f"sabotage-{each.name}"))}
    unsound = {name for name, row in found.items() if row["error"]}
    caught = {name: row for name, row in rows.items() if row["caught_by"] and row["caught_by"] not in unsound}
    return {
        "tried": len(rows),
        "caught": {name: f"{row['caught_by']}: {row['finding']}" for name, row in sorted(caught.items())},
        "missed": sorted(set(rows) - set(caught)),
        "not_on_one_node": {each.name: list(each.caught_by) for each in ELSEWHERE},
    }
