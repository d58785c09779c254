"""One JSON line per event; no personal number, token or control character survives."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from eventkit import logs


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    written = io.StringIO()
    logs.configure("sample", "api", "INFO", written)
    yield written
    root.handlers[:], root.level = handlers, level
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_libraries_log_like_us(stream: io.StringIO) -> None:
    structlog.get_logger("ours").info("done", count=3)
    logging.getLogger("kafka.client").error("lost %s", "broker", extra={"node": 1})
    first, second = lines(stream)
    assert (first["event"], first["count"], first["service"], first["process"]) == ("done", 3, "sample", "api")
    assert (second["event"], second["node"], second["level"]) == ("lost broker", 1, "error")


def test_line_breaks_and_escapes_stay_in_one_line(stream: io.StringIO) -> None:
    structlog.get_logger().info("a\r\nfake line \x1b[31mred\u2028")
    assert len(stream.getvalue().splitlines()) == 1
    assert stream.getvalue().isascii()
    assert "\x1b" not in stream.getvalue()


def test_traceback_is_a_field(stream: io.StringIO) -> None:
    try:
        int("nip 197803172005011002")
    except ValueError:
        logging.getLogger("any").exception("failed")
    line = lines(stream)[0]
    assert "ValueError" in line["exception"]
    assert "197803172005011002" not in stream.getvalue()


@pytest.mark.parametrize(
    "number",
    [
        "198609262015051999",
        "19860926 201505 1 999",
        "19860926.201505.2.999",
        "198609262021211999",
        "3573012603869999",
        "357301 660386 9999",
    ],
)
def test_personal_numbers_are_masked_everywhere(stream: io.StringIO, number: str) -> None:
    structlog.get_logger().info(f"got {number}!", value=number, nested={number: [number]}, whole=number)
    logging.getLogger("lib").warning("of %s", number)
    assert number not in stream.getvalue()
    assert stream.getvalue().count(logs.MASK) >= 5


def test_number_given_as_a_number_is_masked(stream: io.StringIO) -> None:
    structlog.get_logger().info("got", value=198609262015051999, small=17)
    assert lines(stream)[0]["value"] == logs.MASK
    assert lines(stream)[0]["small"] == 17


@pytest.mark.parametrize(
    "harmless", ["01a200c8-f1cc-7689-8a42-c44e801eb1c8", "2026-11-22T01:04:58Z", "1795309497290000123"]
)
def test_ids_and_times_stay_readable(harmless: str) -> None:
    assert logs.masked(harmless) == harmless


@pytest.mark.parametrize(
    "secret",
    ["Authorization: Bearer abc.def-123", "bearer AbC==", "eyJhbGciOi.eyJzdWIi.c2ln", "mongodb://u:pass@host/db"],
)
def test_tokens_and_logins_are_masked(secret: str) -> None:
    shown = logs.masked(f"see {secret} there")
    assert logs.MASK in shown
    assert not any(part in shown for part in ("abc.def", "AbC", "eyJ", "pass"))


@given(st.text())
def test_masking_never_fails(text: str) -> None:
    assert isinstance(logs.masked(text), str)


def test_hostile_text_is_masked_quickly() -> None:
    import time

    began = time.perf_counter()
    for hostile in ("1" * 100_000, "19860926 " * 11_000, "eyJ" + "a" * 100_000, "bearer " * 14_000):
        logs.masked(hostile)
    assert time.perf_counter() - began < 0.5


def test_gunicorn_uses_our_handler(stream: io.StringIO) -> None:
    from gunicorn.config import Config

    logs.PlainGunicornLogger(Config()).error_log.error("worker gone")
    assert lines(stream)[0]["event"] == "worker gone"
