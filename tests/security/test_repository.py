"""S01, S02: no secret in the repository or in what a process says of itself; every dependency exact and hashed."""

import json
import math
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import requests

ROOT: Final = Path(__file__).resolve().parents[2]
LOCKS: Final = sorted([*ROOT.glob("requirements*.lock"), *ROOT.glob("services/*/requirements.lock")])
# What credentials look like where they are known; a word beside a secret's name is judged by how random it is.
KNOWN: Final = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----|\beyJ[\w-]{20,}\.[\w-]{20,}\.[\w-]{10,}|\bAKIA[0-9A-Z]{16}\b"
    r"|\bgh[pousr]_\w{30,}|\bxox[abp]-[\w-]{10,}|://[^\s:/@{}$<>]+:[^\s/@{}$<>*]{12,}@"
)
NAMED: Final = re.compile(
    r"(?i)(?:password|passwd|secret|token|api_?key|private_?key)[\"']?\s*[:=]\s*[\"']([^\s\"'{}$<>]{16,})"
)
PIN: Final = re.compile(r"^[A-Za-z0-9_.\-\[\],]+==[^\s;]+( ; .+)? \\$")
RANDOM_BITS: Final = 3.6  # per character: above what words have
BINARY: Final = (".png", ".jpg", ".ico", ".woff2", ".gz", ".pdf")


def tracked() -> Iterator[Path]:
    folders = ("contracts", "docker", "docs", "examples", "infra", "libs", "services", "templates", "tests", "tools")
    for folder in folders:
        yield from (each for each in (ROOT / folder).rglob("*") if each.is_file() and _is_source(each))
    yield from (each for each in ROOT.iterdir() if each.is_file() and _is_source(each) and each.name != ".env")


def _is_source(path: Path) -> bool:
    made = {"__pycache__", "node_modules", ".hypothesis"}
    return path.suffix not in (*BINARY, ".pyc", ".lock") and not made & set(path.parts)


def bits(word: str) -> float:
    """Give Shannon's measure of how random a word is, per character."""
    return -sum(n / len(word) * math.log2(n / len(word)) for n in Counter(word).values())


def secrets_in(text: str) -> list[str]:
    """Name what looks like a real credential."""
    named = [word for word in NAMED.findall(text) if bits(word) > RANDOM_BITS and re.search(r"\d", word)]
    return [word for word in (*KNOWN.findall(text), *named) if "secret-" not in word.lower()]  # tests' made-up words


def unpinned(lock: str) -> list[str]:
    """Name the requirements of a lock that are not exact or carry no hash."""
    wrong, lines = [], [line for line in lock.splitlines() if line.strip() and not line.startswith("#")]
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        if not line.startswith(" ") and not (PIN.match(line) and following.strip().startswith("--hash=sha256:")):
            wrong.append(line)
    return wrong


def test_no_secret_is_in_the_repository() -> None:
    files = list(tracked())
    assert len(files) > 300
    found = {str(path.relative_to(ROOT)): bad for path in files if (bad := secrets_in(path.read_text("utf-8")))}
    assert found == {}


@pytest.mark.parametrize(
    "planted",
    [
        "-----BEGIN " + "PRIVATE KEY-----",
        "password = '" + "q7Zt4LmP9xV2sKd8Rw" + "'",
        "uri: mongodb://root:" + "hR83kd02KsLw91@host/",
        "ghp_" + "a1B2c3D4e5" * 4,
    ],
)
def test_a_planted_secret_is_found(planted: str) -> None:
    assert secrets_in(planted)


def test_every_requirement_is_exact_and_hashed() -> None:
    assert len(LOCKS) == 7
    assert {lock.name: bad for lock in LOCKS if (bad := unpinned(lock.read_text("utf-8")))} == {}


@pytest.mark.parametrize(
    "planted",
    [
        "flask>=3 \\\n    --hash=sha256:00\n",
        "flask==3.1.3\n",
        "flask==3.1.3 \\\n    --hash=md5:00\n",
        "-e ./x\n",
        "https://x/y.whl\n",
    ],
)
def test_a_loose_requirement_is_found(planted: str) -> None:
    assert unpinned(planted)


def test_every_install_demands_the_hashes() -> None:
    for script in ("tools/setup.sh", "tools/isolate.sh", *(str(each) for each in ROOT.glob("services/*/Dockerfile"))):
        text = (ROOT / script).read_text("utf-8").replace("\\\n", " ")
        installs = [line for line in text.splitlines() if "pip install" in line and " -r " in line]
        assert installs, script
        assert [line for line in installs if "--require-hashes" not in line] == []


def test_no_process_shows_its_secrets(stage: Any, first_run: Any) -> None:
    stack = stage.platform.stack()
    words = [word for word in _words(stack.layout.secrets) if len(word) > 15]
    assert len(words) > 10
    logs = b"".join(each.read_bytes() for each in stack.layout.log.rglob("*") if each.is_file())
    assert [word[:4] for word in words if word.encode() in logs] == []
    contracts = "".join(each.read_text("utf-8") for each in (ROOT / "contracts").rglob("*.json"))
    assert [word[:4] for word in words if word in contracts + first_run.out + first_run.err] == []


def _words(path: Path) -> list[str]:
    return [str(word) for word in json.loads(path.read_text("utf-8")).values()]


def test_nothing_of_a_debugger_or_a_control_socket_is_open(stage: Any, first_run: Any) -> None:
    stack = stage.platform.stack()
    for service in stack.services:
        for path in (
            "/console",
            "/?__debugger__=yes&cmd=resource&f=debugger.js",
            "/debug",
            "/v1/debug",
            "/.env",
            "/env",
        ):
            answer = requests.get(stack.url(service.name) + path, timeout=20)
            assert (answer.status_code, "Traceback" in answer.text, "debugger" in answer.text) == (404, False, False)
    assert list(stack.layout.home.rglob("*gunicorn*.ctl")) == []
    assert not [each for each in stack.layout.home.rglob("*") if each.is_socket() and "mongodb" not in each.name]
