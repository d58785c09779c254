"""The commands: help with examples, JSON for programs, and exit statuses that say what happened."""

import json

import click
import pytest

from bina.__main__ import _COMMANDS, _run, cli
from bina.layout import Layout

FAILED, USAGE, NOT_RUNNING = 1, 2, 3
OURS = [name for name, place in _COMMANDS.items() if place.startswith("bina.commands.")]


@pytest.mark.parametrize("command", OURS)
def test_help_gives_examples_within_80_columns(
    command: str, in_sample: Layout, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run([command, "--help"]) == 0
    shown = capsys.readouterr().out
    assert f"bina {command}" in shown
    assert "Examples:" in shown
    assert max(len(line) for line in shown.splitlines()) <= 80


@pytest.mark.parametrize("command", OURS)
def test_every_command_can_answer_in_json(command: str) -> None:
    found = cli.get_command(click.Context(cli), command)
    assert found is not None
    assert "--json" in {option for parameter in found.params for option in parameter.opts}


@pytest.mark.parametrize(
    "arguments",
    [
        ["status"],
        ["topics"],
        ["outbox"],
        ["parked"],
        ["parked", "retry"],
        ["dlq"],
        ["dlq", "replay"],
        ["audit"],
        ["audit", "verify"],
        ["logs"],
        ["token", "--tenant", "00", "--role", "auditor"],
        ["down", "kafka"],
        ["up", "kafka"],
    ],
)
def test_stopped_platform_is_status_3_and_says_what_to_do(
    arguments: list[str], in_sample: Layout, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(arguments) == NOT_RUNNING
    assert "fix: bina up" in capsys.readouterr().err


def test_error_is_json_when_json_is_asked_for(in_sample: Layout, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(["status", "--json"]) == NOT_RUNNING
    assert json.loads(capsys.readouterr().out)["fix"] == "bina up"


@pytest.mark.parametrize("arguments", [["fly"], ["up", "--sideways"], ["down", "--wipe", "kafka"], ["token"]])
def test_wrong_call_is_status_2(arguments: list[str], in_sample: Layout) -> None:
    assert _run(arguments) == USAGE


def test_wrong_setting_is_status_2(
    in_sample: Layout, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BINA_KAFKA_PORT", "many")
    monkeypatch.setenv("BINA_PARCEL_PORT", "few")
    assert _run(["doctor", "--json"]) == FAILED
    shown = capsys.readouterr().out
    assert "BINA_KAFKA_PORT" in shown
    assert "BINA_PARCEL_PORT" in shown


def test_outside_a_project_is_status_2_or_uses_the_installed_one(
    in_sample: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir("/")
    assert _run(["down"]) == 0  # found from where the package lies


def test_down_of_nothing_is_fine(in_sample: Layout, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(["down", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"stopped": False, "wiped": False}


@pytest.mark.integration
@pytest.mark.timeout(180)
def test_a_platform_from_up_to_down(in_sample: Layout, capfd: pytest.CaptureFixture[str]) -> None:
    def ask(*arguments: str) -> object:
        assert _run([*arguments, "--json"]) == 0, arguments
        return json.loads(capfd.readouterr().out)

    try:
        up = ask("up")
        assert isinstance(up, dict)
        assert up["phase"] == "up"
        status = ask("status")
        assert isinstance(status, dict)
        assert status["is_ready"]
        assert all(program["memory_mb"] > 0 for program in status["programs"])
        topics = ask("topics")
        assert topics == [
            {"name": "parcel.sent", "records": 0, "partitions": [0, 0, 0], "lag": {}},
            {"name": "stamp.sold", "records": 0, "partitions": [0, 0], "lag": {"parcel": 0}},
        ]
        assert ask("parked") == []
        assert ask("parked", "retry") == {"released": 0}
        assert ask("outbox") == [{"service": "parcel", "rows": 0, "oldest_seconds": 0.0, "parked": 0, "by_topic": {}}]
        assert "parcel.api" in str(ask("logs", "parcel"))
        assert _run(["doctor", "--json"]) == FAILED  # the sample's modules are not installed here
        doctor = {row["subject"]: row["grade"] for row in json.loads(capfd.readouterr().out)}
        assert (doctor["topics"], doctor["access rights"], doctor["state"]) == ("ok", "ok", "ok")
    finally:
        assert ask("down", "--wipe") == {"stopped": True, "wiped": True}
    assert not in_sample.secrets.exists()
