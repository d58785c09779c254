"""No query of any service reads a whole collection: the plans of the main job and of every reading route are looked at.

The stores note every command from the start of the platform on (`conftest`); what the main job writes is in the notes.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import pytest
import requests

from bina.stores import each_store

TENANT: Final = "74.71"
ROLES: Final = "tenant_admin programme_manager curriculum_manager facilitator supervisor evaluator auditor system"
NATION: Final = "bpsdm_analyst platform_admin auditor"
PARAMETER: Final = re.compile(r"\{[a-z_]+\}")
SOUND: Final = {"as_of": "2025-05-05", "year": "2025", "reference": "IKU:2.1", "tenant": TENANT}
Document = dict[str, Any]


def scans(entries: Iterable[Mapping[str, Any]]) -> set[str]:
    """Name the collection and the fields asked for, of every plan that reads a whole collection."""
    return {f"{each['ns']} {_asked(each.get('command', {}))}" for each in entries if _reads_all(each)}


def _reads_all(entry: Mapping[str, Any]) -> bool:
    started = entry.get("originatingCommand", {}).get("pipeline") or [{}]
    follows_the_log = "$changeStream" in started[0]  # from where it is on: the log of the store, no collection
    return "COLLSCAN" in entry.get("planSummary", "") and not follows_the_log


def _asked(command: Mapping[str, Any]) -> str:
    shape = command.get("filter") or command.get("q") or command.get("query") or command.get("pipeline") or {}
    return re.sub(r"'[^'$]*\d[^']*'", "…", str(shape))[:200]


def plans(stage: Any) -> list[Document]:
    """Give what the stores noted of the services' own commands."""
    found = each_store(stage.platform, None, lambda store: list(store["system.profile"].find({"appName": store.name})))
    return [entry for entries in found.values() for entry in entries]


def ids_of(stage: Any) -> dict[str, str]:
    """Give an id of the tenant from each collection, by the collection's name, which is that of the routes too."""

    def some(store: Any) -> dict[str, str]:
        names = (name for name in store.list_collection_names() if not name.startswith("system."))
        found = ((name, store[name].find_one({"tenant": TENANT}, sort=[("_id", 1)])) for name in names)
        return {name: str(each["_id"]).partition("/")[2] for name, each in found if each is not None}

    return {name: one for ids in each_store(stage.platform, None, some).values() for name, one in ids.items()}


def reading_routes(stage: Any) -> Iterator[tuple[str, str]]:
    """Give service and path of every documented query, with what its query string must have."""
    stack = stage.platform.stack()
    for service in stack.services:
        document = requests.get(stack.url(service.name) + "/v1/openapi.json", timeout=20).json()
        for path, operations in document["paths"].items():
            needed = [each for each in operations.get("get", {}).get("parameters", ()) if each.get("required")]
            query = "&".join(f"{each['name']}={SOUND[each['name']]}" for each in needed if each["in"] == "query")
            if "get" in operations:
                yield service.name, path + (f"?{query}" if query else "")


@pytest.fixture
def statuses(stage: Any, first_run: Any) -> list[int]:
    """Ask every reading route, as those who may, about things that exist."""
    stack, ids, answered = stage.platform.stack(), ids_of(stage), []
    tokens = {name: _token(stack, *who) for name, who in {"": (TENANT, ROLES), "national": ("00", NATION)}.items()}
    for service, path in reading_routes(stage):
        parts = path.split("/")
        filled = "/".join(
            ids.get(parts[at - 1], "none") if PARAMETER.match(part) else part for at, part in enumerate(parts)
        )
        headers = {"Authorization": f"Bearer {tokens.get(service, tokens[''])}"}
        answered.append(requests.get(stack.url(service) + filled, headers=headers, timeout=60).status_code)
    return answered


def _token(stack: Any, tenant: str, roles: str) -> str:
    form = {"grant_type": "client_credentials", "tenant": tenant, "role": roles}
    login = ("bina", stack.credentials.password("issuer.client"))
    return str(requests.post(f"{stack.issuer_url}/token", data=form, auth=login, timeout=20).json()["access_token"])


def test_no_route_reads_a_whole_collection(stage: Any, statuses: list[int]) -> None:
    found = plans(stage)
    assert len(statuses) > 50
    assert sum(status == requests.codes.ok for status in statuses) > len(statuses) * 0.7
    assert len({each["ns"] for each in found}) > 40
    assert scans(found) == set()


def test_a_planted_scan_is_caught(stage: Any) -> None:
    def plant(store: Any) -> list[Document]:
        list(store["tenants"].find({"nowhere": 1}, comment="planted"))
        return list(store["system.profile"].find({"command.comment": "planted"}))

    assert scans(each_store(stage.platform, "registration", plant)["registration"]) == {
        "registration.tenants {'nowhere': 1}"
    }
