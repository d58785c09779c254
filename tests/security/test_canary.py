"""A canary tenant: what it writes appears in its own answers and store, and nowhere else."""

import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import pytest
import requests
from attacker import ROLES, Attacker
from forge import Forge

CANARY: Final = "73.71"
ADMIN: Final = ("tenant_admin", "programme_manager", "curriculum_manager", "evaluator")


class Bird:
    """The canary's words: personal ones may leave registration's store in no form, labels only in its own events."""

    def __init__(self, attacker: Attacker, token: str) -> None:
        mark = secrets.token_hex(6)
        self.name = f"Kenari {mark} Uji"
        self.number = "19790214" + "200501" + "1" + f"{secrets.randbelow(1000):03d}"
        self.unit_label = f"Dinas Kenari {mark}"
        self.title = f"Program Kenari {mark}"
        unit = {"kind": "DINAS", "name": self.unit_label, "valid_from": "2025-01-01"}
        person = {"asn_status": "PNS", "kind": "ASN", "name": self.name, "employee_number": self.number}
        programme = {"initiative": "OWN_INITIATIVE", "kind": "RETREAT", "sponsor_office": "KEPALA_BADAN"}
        wanted = {
            "units": unit,
            "persons": person,
            "programmes": {**programme, "code": f"KN{mark[:4].upper()}", "title": self.title},
        }
        self.ids = [self._made(attacker, token, what, body) for what, body in wanted.items()]

    def _made(self, attacker: Attacker, token: str, what: str, body: Any) -> str:
        said = attacker.call(attacker.route(f"registration POST /v1/{what}"), f"/v1/{what}", token, body)
        assert said.status == 201, said
        return str(said.body["id"])

    @property
    def personal(self) -> list[bytes]:
        return [self.name.encode(), self.number.encode()]

    @property
    def all_words(self) -> list[bytes]:
        return [*self.personal, self.unit_label.encode(), self.title.encode(), *(each.encode() for each in self.ids)]


@pytest.fixture(scope="module")
def bird(attacker: Attacker, forge: Forge) -> Bird:
    attacker.onboard(CANARY)
    return Bird(attacker, forge.token(CANARY, *ADMIN))


def found(words: list[bytes], pages: Iterator[tuple[str, bytes]]) -> set[str]:
    """Name the pages that hold one of the words."""
    return {f"{place}: {word!r}" for place, content in pages for word in words if word in content}


def files(folder: Path, pattern: str = "*") -> Iterator[tuple[str, bytes]]:
    for each in folder.rglob(pattern):
        if each.is_file():
            yield str(each.relative_to(folder)), each.read_bytes()


def test_the_canary_sees_itself(attacker: Attacker, forge: Forge, bird: Bird) -> None:
    route = attacker.route("registration GET /v1/persons/{person_id}")
    said = attacker.call(route, f"/v1/persons/{bird.ids[1]}", forge.token(CANARY, *ADMIN))
    assert (said.body["name"], said.body["employee_number"]) == (bird.name, bird.number)


def test_no_answer_to_another_tenant_holds_it(attacker: Attacker, forge: Forge, bird: Bird) -> None:
    shown = set()
    for route in (each for each in attacker.routes if each.method == "GET" and not each.is_national):
        for tenant in ("74.71", "35.73", "73", "00"):
            said = attacker.call(route, attacker.own_path(route), forge.token(tenant, *ROLES))
            shown |= found(bird.all_words, iter([(f"{tenant} {route.name}", str(said.body).encode())]))
    lookup = attacker.route("registration POST /v1/persons/lookups")
    said = attacker.call(lookup, lookup.path, forge.token("74.71", *ADMIN), {"employee_number": bird.number})
    assert said.status == 404
    assert shown == set()


def test_the_nation_sees_no_personal_word_of_it(attacker: Attacker, forge: Forge, bird: Bird) -> None:
    for route in (each for each in attacker.routes if each.method == "GET" and each.is_national):
        said = attacker.call(route, attacker.own_path(route), forge.token("00", *route.roles))
        assert found(bird.personal, iter([(route.name, str(said.body).encode())])) == set()


def test_topics_hold_no_personal_word_and_its_labels_only_under_its_own_key(attacker: Attacker, bird: Bird) -> None:
    logs = dict(files(attacker.stack.layout.data / "kafka", "*.log"))
    assert any(bird.unit_label.encode() in content for content in logs.values())
    assert found(bird.personal, iter(logs.items())) == set()
    for name, content in logs.items():
        if bird.unit_label.encode() in content:
            assert f"{CANARY}/{bird.ids[0]}".encode() in content, name


def test_logs_metrics_and_other_stores_hold_none_of_it(attacker: Attacker, bird: Bird) -> None:
    layout, stack = attacker.stack.layout, attacker.stack
    assert found([*bird.personal, bird.unit_label.encode(), bird.title.encode()], files(layout.log)) == set()
    pages = [
        (address, requests.get(address, timeout=30).content)
        for service in stack.services
        for process in service.processes
        for address in [f"{stack.url(service.listener(process))}/metrics"]
    ]
    assert found(bird.all_words, iter(pages)) == set()
    for service in ("curriculum", "monitoring", "national"):
        assert found(bird.personal, _documents(attacker, service)) == set()


def test_its_own_store_holds_its_name_only_sealed(attacker: Attacker, bird: Bird) -> None:
    assert found(bird.personal, _documents(attacker, "registration")) == set()
    assert found([bird.unit_label.encode()], _documents(attacker, "registration"))


def _documents(attacker: Attacker, service: str) -> Iterator[tuple[str, bytes]]:
    database = attacker.database(service)
    for name in database.list_collection_names():
        for document in database[name].find({}):
            yield f"{service}.{name}", str(document).encode()


def test_a_word_that_stands_elsewhere_is_found(tmp_path: Path, bird: Bird) -> None:
    (tmp_path / "x.log").write_bytes(b"\0" + bird.name.encode() + b"\n")
    assert len(found(bird.personal, files(tmp_path))) == 1
    assert found([str(uuid4()).encode()], files(tmp_path)) == set()
