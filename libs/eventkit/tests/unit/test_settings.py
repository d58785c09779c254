"""Bad configuration: every fault at once, status 2, no secret and no traceback."""

import base64
from dataclasses import dataclass, field
from typing import Any

import pytest
from edge import ENVIRON
from environs import Env

from eventkit.settings import ServiceSettings, read_settings, secret_key


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyedSettings(ServiceSettings):
    master_key: bytes = field(repr=False)

    @classmethod
    def own(cls, env: Env) -> dict[str, Any]:
        return {"master_key": secret_key(env, "BINA_MASTER_KEY")}


def faults_of(capsys: pytest.CaptureFixture[str], environ: dict[str, str], kind: type[ServiceSettings]) -> str:
    with pytest.raises(SystemExit) as left:
        read_settings(environ, "sample", kind)
    assert left.value.code == 2
    return capsys.readouterr().err


def test_everything_is_read() -> None:
    settings = read_settings({**ENVIRON, "BINA_WEB_THREADS": "3"}, "sample", ServiceSettings)
    assert (settings.web_threads, settings.oidc_audience, settings.kafka_protocol) == (3, "sample", "SASL_PLAINTEXT")


@pytest.mark.parametrize(("given", "read"), [({}, 15_000), ({"BINA_KAFKA_SESSION_MS": "6000"}, 6_000)])
def test_a_consumers_session_can_be_shortened(given: dict[str, str], read: int) -> None:
    assert read_settings({**ENVIRON, **given}, "sample", ServiceSettings).kafka_session_ms == read


def test_all_faults_are_listed_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    bad = {
        "BINA_HTTP_PORT": "eighty",
        "BINA_RELAY_PORT": "70000",
        "BINA_MONGO_URI": "localhost",
        "BINA_KAFKA_BOOTSTRAP": "no port",
        "BINA_KAFKA_PROTOCOL": "TELNET",
        "BINA_OIDC_ISSUER": "ftp://x",
        "BINA_LOG_LEVEL": "LOUD",
        "BINA_WEB_WORKERS": "0",
        "BINA_INSTANCE": "a b",
    }
    listed = faults_of(capsys, bad, ServiceSettings)
    missing = {"BINA_KAFKA_USERNAME", "BINA_KAFKA_PASSWORD", "BINA_OIDC_JWKS_URL"}
    assert all(name in listed for name in {*bad, *missing})
    assert "12 fault(s)" in listed
    assert "Traceback" not in listed


def test_secrets_are_never_shown(capsys: pytest.CaptureFixture[str]) -> None:
    listed = faults_of(
        capsys, {**ENVIRON, "BINA_HTTP_PORT": "", "BINA_MONGO_URI": "mongodb://u:sEcret@@"}, KeyedSettings
    )
    settings = read_settings(ENVIRON, "sample", ServiceSettings)
    assert "sEcret" not in listed + repr(settings)


def test_service_reads_keys_of_its_own() -> None:
    key = bytes(range(32))
    environ = {**ENVIRON, "BINA_MASTER_KEY": base64.b64encode(key).decode()}
    settings = read_settings(environ, "sample", KeyedSettings)
    assert settings.master_key == key
    assert "master_key" not in repr(settings)


@pytest.mark.parametrize("text", ["", "short", "!" * 44, base64.b64encode(b"x" * 31).decode()])
def test_key_of_another_length_is_a_fault(capsys: pytest.CaptureFixture[str], text: str) -> None:
    assert "BINA_MASTER_KEY" in faults_of(capsys, {**ENVIRON, "BINA_MASTER_KEY": text}, KeyedSettings)


def test_several_workers_need_a_folder_for_their_figures(capsys: pytest.CaptureFixture[str]) -> None:
    assert "BINA_WEB_WORKERS" in faults_of(capsys, {**ENVIRON, "BINA_WEB_WORKERS": "2"}, ServiceSettings)
    environ = {**ENVIRON, "BINA_WEB_WORKERS": "2", "PROMETHEUS_MULTIPROC_DIR": "/run/metrics"}
    assert read_settings(environ, "sample", ServiceSettings).web_workers == 2


def test_kafka_without_login_needs_no_password() -> None:
    environ = {name: value for name, value in ENVIRON.items() if "USERNAME" not in name and "PASSWORD" not in name}
    settings = read_settings({**environ, "BINA_KAFKA_PROTOCOL": "PLAINTEXT"}, "sample", ServiceSettings)
    assert settings.kafka_password == ""
