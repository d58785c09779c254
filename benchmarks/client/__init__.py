"""Sends a list of requests with the C client, which is compiled when it is missing or old."""

import json
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

SOURCE: Final = Path(__file__).with_name("load.c")
PROGRAM: Final = SOURCE.parent / "build" / "load"
CONNECTIONS: Final = 16


class NoCompilerError(RuntimeError):
    """There is no `cc`, so the load client cannot be made."""

    def __init__(self) -> None:
        super().__init__("a C compiler is missing: the load client is C. On Debian or Ubuntu: apt-get install gcc")


class BadAnswersError(RuntimeError):
    """Some requests were not answered as they should be: their speed says nothing."""


@dataclass(frozen=True, slots=True)
class Load:
    """What came of one list: the summary, and per request when it was answered (Unix time)."""

    summary: Mapping[str, Any]
    answered_at: Mapping[int, float]

    @property
    def count(self) -> int:
        """How many requests were answered."""
        return int(self.summary["answered"])


def build() -> None:
    """Compile the client unless it is there already."""
    compiler = shutil.which("cc")
    if compiler is None:
        raise NoCompilerError
    if not PROGRAM.exists() or PROGRAM.stat().st_mtime < SOURCE.stat().st_mtime:
        PROGRAM.parent.mkdir(exist_ok=True)
        subprocess.run([compiler, "-O2", "-std=c11", "-Wall", "-Wextra", "-o", PROGRAM, SOURCE], check=True)


def post(path: str, bearer: str, body: str = "{}") -> str:
    """Write one command for the client, with a key of its own."""
    key = uuid.uuid4()
    return "\t".join(["POST", path, f"Authorization: Bearer {bearer}", f"Idempotency-Key: {key}", body])


def get(path: str, bearer: str) -> str:
    """Write one query for the client."""
    return "\t".join(["GET", path, f"Authorization: Bearer {bearer}", ""])


def send(port: int, lines: Sequence[str], *, rate: float, seconds: float) -> Load:
    """Send until the list or the time is over; rate 0 sends as fast as answers come.

    Raises BadAnswersError when anything but 2xx came back.
    """
    with tempfile.TemporaryDirectory() as folder:
        requests, raw = Path(folder, "requests"), Path(folder, "raw")
        requests.write_text("\n".join(lines) + "\n", "utf-8")
        command = [str(each) for each in (PROGRAM, port, rate, seconds, CONNECTIONS, requests, raw)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise BadAnswersError(done.stderr.strip())
        summary = json.loads(done.stdout)
        if bad := {status: count for status, count in summary["statuses"].items() if not status.startswith("2")}:
            raise BadAnswersError(f"answers that count for nothing: {bad}")
        rows = [line.split() for line in raw.read_text("ascii").splitlines()]
    began = summary["started_unix"]
    return Load(summary, {int(row[0]): began + (int(row[1]) + int(row[2])) / 1e6 for row in rows})
