"""A process says why it is red, whatever its checks do."""

import json
from typing import Any

import pytest
import requests

from eventkit import health
from eventkit.health import Health, Listener


def broken() -> list[str]:
    raise RuntimeError("mongodb://u:secret@host")


def body(answer: health.Answer | None) -> dict[str, Any]:
    assert answer is not None
    found: dict[str, Any] = json.loads(answer.body)
    return found


def test_ready_when_nothing_is_wrong() -> None:
    state = Health(service="sample", process="relay", ready=[list], details=lambda: {"outbox_rows": 0})
    answer = state.answer("/readyz")
    assert body(answer)["status"] == "ok"
    assert body(answer)["outbox_rows"] == 0


def test_red_names_every_reason() -> None:
    state = Health(service="sample", process="relay", ready=[lambda: ["store: gone"], lambda: ["lag"]])
    answer = state.answer("/readyz")
    assert answer is not None
    assert answer.status == 503
    assert body(answer)["reasons"] == ["store: gone", "lag"]


def test_check_that_fails_is_a_reason_without_its_message() -> None:
    answer = body(Health(service="sample", process="relay", ready=[broken]).answer("/readyz"))
    assert answer["reasons"] == ["broken: RuntimeError"]


def test_failing_details_leave_the_answer() -> None:
    def details() -> dict[str, Any]:
        raise RuntimeError

    assert body(Health(service="s", process="relay", details=details).answer("/readyz"))["status"] == "ok"


def test_alive_does_not_depend_on_the_store() -> None:
    state = Health(service="sample", process="api", ready=[broken])
    answer = state.answer("/healthz")
    assert answer is not None
    assert answer.status == 200


def test_missing_checksum_package_is_red(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    answer = body(Health(service="sample", process="relay").answer("/readyz"))
    assert answer["reasons"] == ["the crc32c package is missing"]


def test_listener_serves_all_paths_and_nothing_else() -> None:
    state = Health(service="sample", process="relay", instance="sample-1")
    with Listener(state, "127.0.0.1", 0) as listener:
        address = f"http://127.0.0.1:{listener.port}"
        answers = {path: requests.get(address + path, timeout=5) for path in (*health.PATHS, "/v1/x")}
        assert requests.post(address + "/healthz", timeout=5).status_code == 501
    assert [each.status_code for each in answers.values()] == [200, 200, 200, 200, 404]
    assert answers["/version"].json()["instance"] == "sample-1"
    assert "bina_outbox_depth" in answers["/metrics"].text
    assert all(each.headers["X-Content-Type-Options"] == "nosniff" for each in answers.values())
