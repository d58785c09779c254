"""The doctor names what is wrong together with what repairs it."""

import shutil
import socket
from pathlib import Path

import pytest

from bina import checks
from bina.checks import Finding
from bina.engines import mongod
from bina.launcher.control import Platform
from bina.launcher.state import Phase, PlatformState, save
from bina.launcher.supervisor import state_file
from bina.layout import Layout
from bina.ports import LOOPBACK
from bina.process import Identity


def found(platform: Platform, subject: str) -> Finding:
    return next(finding for finding in checks.examine(platform) if finding.subject == subject)


@pytest.fixture
def home(in_sample: Layout) -> Platform:
    return Platform(in_sample)


def test_every_trouble_comes_with_its_fix(home: Platform) -> None:
    assert [finding for finding in checks.examine(home) if finding.grade != "ok" and not finding.fix] == []


def test_missing_tool_is_named_with_the_command_that_installs_it(
    home: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    assert found(home, "make") == Finding(subject="make", grade="fail", text="not found", fix="apt-get install make")


def test_missing_library_is_a_doubt_while_a_wheel_carries_one(home: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mongod, "has_system_curl", lambda: False)
    assert found(home, "libcurl").grade == "warn"


def test_empty_cache_is_a_doubt(tmp_path: Path, in_sample: Layout) -> None:
    platform = Platform(Layout(in_sample.root, in_sample.home, tmp_path / "cache"))
    assert found(platform, "kafka jars").grade == "warn"


def test_service_that_is_not_installed_is_named(home: Platform) -> None:
    assert found(home, "parcel").grade == "fail"


def test_secrets_that_others_can_read_are_named(home: Platform) -> None:
    home.layout.home.mkdir(parents=True)
    home.layout.secrets.write_text("{}")
    home.layout.secrets.chmod(0o644)
    assert found(home, "project").fix == f"chmod 600 {home.layout.secrets}"


def test_taken_port_is_named(home: Platform) -> None:
    with socket.socket() as holder:
        holder.bind((LOOPBACK, 0))
        holder.listen()
        home.environ["BINA_ISSUER_PORT"] = str(holder.getsockname()[1])
        assert "BINA_ISSUER_PORT=<port>" in found(home, "ports").fix


def test_state_of_a_killed_launcher_is_harmless(home: Platform) -> None:
    save(state_file(home.layout), PlatformState(phase=Phase.UP, launcher=Identity(1, 1.0)))
    assert found(home, "state").grade == "warn"


def test_reason_of_a_failed_start_is_kept(home: Platform) -> None:
    failed = PlatformState(phase=Phase.FAILED, launcher=Identity(1, 1.0), reason="port 9092 is taken", fix="move it")
    save(state_file(home.layout), failed)
    assert "port 9092 is taken" in found(home, "state").text


def test_unreadable_declaration_is_named(tmp_path: Path) -> None:
    (tmp_path / "contracts").mkdir()
    (tmp_path / "contracts" / "topics.yaml").write_text("topics: nothing")
    platform = Platform(Layout(tmp_path, tmp_path / ".bina", tmp_path / "cache"))
    assert found(platform, "project").grade == "fail"
