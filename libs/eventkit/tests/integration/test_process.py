"""The processes as they are started: arguments, configuration, the web server, a stop that is in time."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from edge import ENVIRON

TESTS = Path(__file__).parent.parent
PROGRAM = "import sys; from edge import SERVICE; from eventkit.process import main; main(SERVICE)"


def start(argument: str, environ: dict[str, str]) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, argument],
        env={**environ, "PYTHONPATH": str(TESTS), "PATH": os.environ["PATH"], "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def await_answer(url: str, seconds: float = 20) -> requests.Response:
    deadline = time.monotonic() + seconds
    while True:
        try:
            return requests.get(url, timeout=2)
        except requests.RequestException:
            assert time.monotonic() < deadline, f"{url} does not answer"
            time.sleep(0.1)


def test_bad_configuration_ends_with_2_and_no_traceback() -> None:
    process = start("api", {})
    out, err = process.communicate(timeout=30)
    assert process.returncode == 2
    assert "BINA_MONGO_URI" in err
    assert "BINA_KAFKA_PASSWORD" in err
    assert "Traceback" not in out + err


def test_unknown_argument_ends_with_2() -> None:
    process = start("fly", ENVIRON)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 2
    assert "api|relay|consumer|init|openapi" in err


def test_service_that_reads_nothing_has_no_consumer() -> None:
    process = start("consumer", ENVIRON)
    _, err = process.communicate(timeout=30)
    assert (process.returncode, "reads no topic" in err) == (2, True)


def test_api_document_needs_no_configuration_and_is_stable() -> None:
    printed = [start("openapi", {}).communicate(timeout=30)[0] for _ in range(2)]
    assert printed[0] == printed[1]
    assert json.loads(printed[0])["info"]["title"] == "Sample"


@pytest.fixture(params=["1", "2"], ids=["one-worker", "two-workers"])
def api(
    request: pytest.FixtureRequest, mongo_uri: str, tmp_path: Path
) -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    port = free_port()
    database = mongo_uri.partition("?")[0].rpartition("/")[2]
    environ = {
        **ENVIRON,
        "BINA_HTTP_PORT": str(port),
        "BINA_MONGO_URI": mongo_uri,
        "BINA_MONGO_DATABASE": database,
        "BINA_WEB_WORKERS": request.param,
    }
    if request.param != "1":
        environ["PROMETHEUS_MULTIPROC_DIR"] = str(tmp_path)
    process = start("api", environ)
    try:
        yield f"http://127.0.0.1:{port}", process
    finally:
        process.kill()
        process.communicate()


@pytest.mark.integration
def test_web_server_serves_and_stops_in_time(api: tuple[str, "subprocess.Popen[str]"]) -> None:
    address, process = api
    assert await_answer(f"{address}/healthz").status_code == 200
    assert requests.get(f"{address}/readyz", timeout=10).json()["reasons"] == []
    assert requests.get(f"{address}/v1/counters", timeout=5).status_code == 401
    assert "bina_request_seconds_count" in requests.get(f"{address}/metrics", timeout=5).text
    chunked = requests.post(
        f"{address}/v1/counters", data=iter([b"x" * 100_000] * 5), headers={"Authorization": "Bearer x"}, timeout=5
    )
    assert chunked.status_code == 401
    assert requests.get(f"{address}/{'x' * 5000}", timeout=5).status_code in {400, 414}
    process.send_signal(signal.SIGTERM)
    began = time.monotonic()
    out, err = process.communicate(timeout=15)
    assert time.monotonic() - began < 10
    assert process.returncode == 0
    assert err == ""
    assert all(json.loads(line)["service"] == "sample" for line in out.splitlines())


@pytest.mark.integration
def test_relay_shows_its_health_and_stops_in_time(mongo_uri: str) -> None:
    port = free_port()
    database = mongo_uri.partition("?")[0].rpartition("/")[2]
    environ = {**ENVIRON, "BINA_RELAY_PORT": str(port), "BINA_MONGO_URI": mongo_uri, "BINA_MONGO_DATABASE": database}
    made = start("init", environ)
    made.communicate(timeout=30)
    assert made.returncode == 0
    process = start("relay", environ)
    try:
        state = await_answer(f"http://127.0.0.1:{port}/readyz").json()
        assert state["process"] == "relay"
        assert state["outbox_rows"] == 0
        process.send_signal(signal.SIGTERM)
        began = time.monotonic()
        out, _ = process.communicate(timeout=15)
        assert time.monotonic() - began < 10
        assert process.returncode == 0
        assert all(json.loads(line)["process"] == "relay" for line in out.splitlines())
    finally:
        process.kill()
        process.communicate()
