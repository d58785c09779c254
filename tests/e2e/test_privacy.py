"""After the main job no trace of a participant is left outside registration's store."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from bina.demo.example.loading import load_examples
from bina.demo.example.roster import rosters_of

# 18 digits that begin with a birth date, 16 built like a NIK; the fraction of a metric is none.
NUMBER = re.compile(
    rb"(?<![\d.])(?:(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{10}"
    rb"|[1-9]\d{5}(?:[0-6]\d|7[01])(?:0[1-9]|1[0-2])\d{6})(?!\d)"
)
DIGEST = re.compile(
    rb"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|(?<![0-9a-f])(?:[0-9a-f]{64}|[0-9a-f]{32})(?![0-9a-f])"
)
LABEL = re.compile(rb"Peserta \d{3}|Pelaksana harian \d{3}")


def traces(content: bytes) -> set[bytes]:
    """Find what looks like a personal number or a participant's label; ids and digests are put aside first."""
    rest = DIGEST.sub(b"", content)
    return set(NUMBER.findall(rest)) | set(LABEL.findall(rest))


def found_in(folder: Path) -> dict[str, set[bytes]]:
    """Scan every file below a folder, apart from Kafka's tables of positions, which are long and hold no record."""
    files = [file for file in folder.rglob("*") if file.is_file() and file.suffix not in (".index", ".timeindex")]
    assert files
    return {str(file): found for file in files if (found := traces(file.read_bytes()))}


@pytest.fixture(scope="module")
def participants(stage: Any) -> list[bytes]:
    """Give the numbers of everybody who took part."""
    examples = load_examples(stage.platform.layout.root / "examples" / "programmes")
    people = [person for roster in rosters_of(examples, "small").values() for person in roster.everyone]
    return [person.number.encode() for person in people if person.number]


def metrics_of(stage: Any) -> Iterator[tuple[str, bytes]]:
    stack = stage.platform.stack()
    for service in stack.services:
        for process in service.processes:
            address = f"{stack.url(service.listener(process))}/metrics"
            yield address, requests.get(address, timeout=20).content


def test_kafka_holds_the_events_but_no_person(stage: Any, first_run: Any, participants: list[bytes]) -> None:
    folder = stage.home / "data" / "kafka"
    logs = [file.read_bytes() for file in folder.rglob("*.log")]
    # The files can be read as they are: an official label of an event is in them.
    assert any(b"Retret Pemerintah Kota Malang" in content for content in logs)
    assert found_in(folder) == {}
    assert not [number for number in participants if any(number in content for content in logs)]


def test_logs_hold_no_person(stage: Any, first_run: Any, participants: list[bytes]) -> None:
    folder = stage.home / "log"
    assert found_in(folder) == {}
    everything = b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())
    assert not [number for number in participants if number in everything]


def test_metrics_hold_no_person(stage: Any, first_run: Any) -> None:
    pages = dict(metrics_of(stage))
    assert len(pages) > 8
    assert all(b"# HELP" in page for page in pages.values())
    assert {address: found for address, page in pages.items() if (found := traces(page))} == {}


def test_page_and_data_of_the_report_hold_no_person(first_run: Any) -> None:
    assert traces(Path(first_run.data["page"]).read_bytes()) == set()
    assert traces(first_run.out.encode()) == set()


def test_other_stores_hold_no_person(stage: Any, first_run: Any, participants: list[bytes]) -> None:
    stores = [folder for folder in (stage.home / "data").glob("mongod-*") if "registration" not in folder.name]
    assert len(stores) == 3
    journals = [file.read_bytes() for store in stores for file in store.rglob("*.wt")]
    assert not [number for number in participants if any(number in content for content in journals)]


@pytest.mark.parametrize(
    "planted",
    [b'{"number":"198609262015051999"}', b"nip=199001012024212999", b"7371104101850001 ", b'"name":"Peserta 001"'],
)
def test_a_planted_trace_is_found(tmp_path: Path, planted: bytes) -> None:
    (tmp_path / "00000000000000000000.log").write_bytes(b"\x00\x01ce_type" + planted + b"\xff")
    assert len(found_in(tmp_path)) == 1


@pytest.mark.parametrize("harmless", [b"0.1985061220100001", b"1763775601234", b"9e" + b"7371104101859653" + 46 * b"a"])
def test_a_harmless_number_is_not(harmless: bytes) -> None:
    assert traces(harmless) == set()
