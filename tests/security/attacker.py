"""Calls every route in any role of any tenant, and knows one id of everything that the attacked tenant has."""

import secrets
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import requests
from forge import Forge
from routes import PARAMETER, Route, routes_of

from bina.engines import mongod_access

OWN: Final = "74.71"
ROLES: Final = (
    "tenant_admin", "programme_manager", "curriculum_manager", "facilitator", "participant", "supervisor",
    "evaluator", "auditor", "system", "bpsdm_analyst", "platform_admin",
)  # fmt: skip
_VOLATILE: Final = ("trace_id", "instance")
_PATIENCE_S: Final = 60


@dataclass(frozen=True, slots=True)
class Said:
    """An answer without what differs from call to call."""

    status: int
    body: Any
    headers: Mapping[str, str] = field(default_factory=dict, compare=False)

    @property
    def code(self) -> str:
        """The stable code of a refusal."""
        return str(self.body.get("code", "")) if isinstance(self.body, dict) else ""


class Attacker:
    """One platform's routes, and the ids of the own tenant by collection."""

    def __init__(self, stack: Any, forge: Forge) -> None:
        self.stack = stack
        self.forge = forge
        self.documents: dict[str, Any] = {}
        self.ids: dict[str, list[str]] = defaultdict(list)
        self.calls = 0
        self._session = requests.Session()
        self._stores = {each.name: mongod_access.root(stack.store(each)) for each in stack.services}

    def prepare(self) -> None:
        """Read the documents, make what the main job makes none of, and collect the ids."""
        for service in self.stack.services:
            address = self.stack.url(service.name) + "/v1/openapi.json"
            self.documents[service.name] = self._session.get(address, timeout=_PATIENCE_S).json()
        self.routes = [route for name, document in self.documents.items() for route in routes_of(name, document)]
        self._harvest()
        self._make_what_is_missing()
        self._harvest()

    def close(self) -> None:
        """Let go of the connections."""
        self._session.close()
        for client in self._stores.values():
            client.close()

    def database(self, service: str) -> Any:
        """Give a service's database with the operator's rights."""
        return self._stores[service][service]

    def route(self, name: str) -> Route:
        """Find a route by service, method and path."""
        return next(each for each in self.routes if each.name == name)

    def call(self, route: Route, path: str, token: str | None, body: Any = None, **headers: str) -> Said:
        """Send one request; a write carries a key of its own unless the headers say otherwise."""
        given = {"Idempotency-Key": secrets.token_hex(8), "Accept-Language": "en"}
        given |= {"Authorization": f"Bearer {token}"} if token else {}
        sent = {name: value for name, value in {**given, **headers}.items() if value}
        url = self.stack.url(route.service) + path
        content = body if body is not None or route.method == "GET" else {}
        answer = self._session.request(route.method, url, json=content, headers=sent, timeout=_PATIENCE_S)
        self.calls += 1
        return Said(answer.status_code, _plain(answer), answer.headers)

    def own_path(self, route: Route) -> str:
        """Fill the path with ids of the own tenant; raises LookupError where none is known."""
        known = [self.ids[owner] for owner in route.owners]
        if not all(known):
            raise LookupError(route.name)
        return route.filled(*(each[0] for each in known))

    def admin(self) -> str:
        """Give a token of the own tenant with every role that a tenant has."""
        return self.forge.token(OWN, *(each for each in ROLES if each not in ("bpsdm_analyst", "platform_admin")))

    def onboard(self, tenant: str) -> None:
        """Take a tenant in that only these tests use; it may be there from an earlier run."""
        route = self.route("registration POST /v1/tenants")
        said = self.call(route, route.path, self.forge.token("00", "platform_admin"), {"code": tenant})
        assert said.status in (requests.codes.created, requests.codes.conflict), said

    def _harvest(self) -> None:
        """Collect ids from every list of the own tenant that can be reached, list by list."""
        self.ids.clear()
        self.ids["coverage"], self.ids["tenants"] = [OWN[:2]], [OWN]
        waiting = [each for each in self.routes if each.method == "GET" and not each.is_national]
        for _ in range(3):
            waiting = [route for route in waiting if not self._read(route)]

    def _read(self, route: Route) -> bool:
        try:
            path = self.own_path(route)
        except LookupError:
            return False
        said = self.call(route, path, self.admin())
        if said.status == requests.codes.ok and isinstance(said.body, dict):
            self._note(route.path, said.body)
        return True

    def _note(self, path: str, body: dict[str, Any]) -> None:
        for key, value in body.items():
            last = path.rpartition("/")[2]
            name = last if key == "items" and not PARAMETER.fullmatch(last) else key
            rows = [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
            self.ids[name] += [str(each["id"]) for each in rows if "id" in each]
            self.ids[f"{name}.number"] += [str(each["number"]) for each in rows if "number" in each]
            self.ids["persons"] += [each["person"] for each in rows if each.get("person")]
            for row in rows:
                self._note("{row}", row)

    def _make_what_is_missing(self) -> None:
        """Make an instrument, a simulation and an innovation, which the main job does not need."""
        items = [{"code": "A1", "dimension": "COMMUNICATION", "text": "Pertanyaan uji"}]
        instrument = {"code": "UJI", "items": items, "number": 1, "scale_high": 5, "title": "Instrumen uji"}
        weights = self.call(self.route("monitoring GET /v1/weight-sets"), "/v1/weight-sets", self.admin()).body["items"]
        wanted = {
            "instruments": instrument,
            "innovations": {"started_on": "2025-09-01", "title": "Inovasi uji", "unit": self.ids["units"][0]},
            "simulations": {
                "weight_set": weights[0]["id"],
                "components": {each["code"]: "50" for each in weights[0]["components"]},
            },
        }
        for name, body in wanted.items():
            if not self.ids[name]:
                path = f"/v1/{name}"
                said = self.call(self.route(f"monitoring POST {path}"), path, self.admin(), body)
                assert said.status == requests.codes.created, (name, said)


def _plain(answer: requests.Response) -> Any:
    if "json" not in answer.headers.get("Content-Type", ""):
        return answer.text
    found = answer.json()
    return {key: found[key] for key in found if key not in _VOLATILE} if isinstance(found, dict) else found
