"""A caller of registration's API with defaults, so that a test writes only what it is about."""

import time
import uuid
from base64 import b64encode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import bson
from flask import Flask
from flask.testing import FlaskClient
from pymongo.database import Database
from werkzeug.datastructures import Headers
from werkzeug.test import TestResponse

from eventkit import process
from registration import store
from registration.app import SERVICE, create_app
from registration.settings import Settings
from testkit.mongo import client_for
from testkit.settings import settings_of
from testkit.tenancy import TenantGuard
from testkit.tokens import TokenFactory

ADMIN = ("tenant_admin",)
KEYS: Final = {
    name: b64encode(byte * 32).decode() for name, byte in (("BINA_MASTER_KEY", b"m"), ("BINA_LOOKUP_KEY", b"l"))
}


def asn(serial: int = 0, **others: Any) -> dict[str, Any]:
    """Type in a made-up civil servant; each serial number is another person."""
    year, month, day = 1960 + serial // 336, 1 + serial // 28 % 12, 1 + serial % 28
    number = f"{year}{month:02}{day:02}2015051999"
    return {"kind": "ASN", "asn_status": "PNS", "name": f"Peserta {serial:03}", "employee_number": number, **others}


def director(name: str = "Direktur 01") -> dict[str, Any]:
    return {"kind": "NON_ASN", "asn_status": "NON_ASN", "name": name}


def head(serial: int = 0, **others: Any) -> dict[str, Any]:
    """Make the row of a head of office."""
    post = {"category": "KEPALA_PERANGKAT_DAERAH", "position_kind": "JPT_PRATAMA", "echelon_id": "22"}
    return {"facts": asn(serial), **post, **others}


@dataclass(frozen=True)
class Answer:
    """What came back; the tests know what the body holds."""

    status_code: int
    json: Any
    headers: Headers
    data: bytes

    @classmethod
    def to(cls, response: TestResponse) -> "Answer":
        return cls(response.status_code, response.get_json(), response.headers, response.data)


def send(client: FlaskClient, path: str, body: Any, headers: dict[str, str]) -> Answer:
    """Post, and try again with the same key when told to, as any client does on a busy machine."""
    deadline = time.monotonic() + 60
    while True:
        answer = Answer.to(client.post(f"/v1{path}", json=body, headers=headers))
        passing = answer.status_code == 503 or (answer.json or {}).get("code") == "request_in_flight"
        if not passing or time.monotonic() > deadline:
            return answer


class Desk:
    """Posts and gets with a token and a fresh key unless told otherwise; `home` and `other` are on board."""

    def __init__(
        self, app: Flask, tokens: TokenFactory, database: Database[dict[str, Any]], home: str, other: str
    ) -> None:
        self.app = app
        self.tokens = tokens
        self.database = database
        self.home = home
        self.other = other

    @property
    def client(self) -> FlaskClient:
        return self.app.test_client()

    def headers(self, tenant: str | None, roles: Sequence[str], given: dict[str, str]) -> dict[str, str]:
        named = {name.replace("_", "-"): value for name, value in given.items()}
        return {**self.tokens.headers(tenant or self.home, *roles), **named}

    def post(
        self, path: str, body: Any = None, *, tenant: str | None = None, roles: Sequence[str] = ADMIN, **headers: str
    ) -> Answer:
        given = {"Idempotency-Key": uuid.uuid4().hex, **self.headers(tenant, roles, headers)}
        return send(self.client, path, {} if body is None else body, given)

    def get(self, path: str, *, tenant: str | None = None, roles: Sequence[str] = ADMIN, **headers: str) -> Answer:
        return Answer.to(self.client.get(f"/v1{path}", headers=self.headers(tenant, roles, headers)))

    def made(self, path: str, body: Any = None, *, tenant: str | None = None) -> Any:
        """Post what must succeed and give the answer."""
        answer = self.post(path, body, tenant=tenant)
        assert answer.status_code in {200, 201}, answer.json
        return answer.json

    def onboard(self, tenant: str) -> None:
        answer = self.post("/tenants", {"code": tenant}, tenant="00", roles=("platform_admin",))
        assert answer.status_code == 201, answer.json

    def programme(self, tenant: str | None = None, **others: Any) -> Any:
        """Make an approved programme."""
        body = {
            "code": f"RTR-{uuid.uuid4().hex[:6].upper()}", "kind": "RETREAT", "title": "Retret ASN",
            "sponsor_office": "WALI_KOTA", "initiative": "OWN_INITIATIVE",
        }  # fmt: skip
        made = self.made("/programmes", body | others, tenant=tenant)
        return self.made(f"/programmes/{made['id']}/approvals", {"decided_by_office": "SEKDA"}, tenant=tenant)

    def batch(self, tenant: str | None = None, *, programme: str | None = None, rule: Any = None, **others: Any) -> Any:
        """Make a batch that takes nominations."""
        body = {
            "programme": programme or self.programme(tenant)["id"], "number": f"W{uuid.uuid4().hex[:6].upper()}",
            "planned_start": "2025-08-01", "planned_end": "2025-08-03", "rule": {"seats_total": 100, **(rule or {})},
        }  # fmt: skip
        made = self.made("/batches", body | others, tenant=tenant)
        return self.made(f"/batches/{made['id']}/open", tenant=tenant)

    def nominated(self, batch: str, rows: Sequence[Any], tenant: str | None = None) -> list[Any]:
        """Put rows forward and give their reports."""
        report = self.made(f"/batches/{batch}/nominations", {"rows": list(rows)}, tenant=tenant)
        return list(report["rows"])

    def confirmed(self, batch: str, rows: Sequence[Any], tenant: str | None = None) -> list[str]:
        """Put rows forward, give them seats and give the ids of their enrolments."""
        ids = [row["id"] for row in self.nominated(batch, rows, tenant)]
        wanted = {"rows": [{"enrolment": each} for each in ids]}
        report = self.made(f"/batches/{batch}/confirmations", wanted, tenant=tenant)
        assert report["counts"] == {"CONFIRMED": len(ids)}, report
        return ids

    def unit(self, tenant: str | None = None, **others: Any) -> Any:
        body = {"kind": "DINAS", "name": "Dinas Kesehatan", "valid_from": "2020-01-01"}
        return self.made("/units", body | others, tenant=tenant)

    def count(self, collection: str) -> int:
        return self.database[collection].count_documents({"tenant": self.home})

    def rows(self, collection: str) -> list[dict[str, Any]]:
        return list(self.database[collection].find({"tenant": self.home}))

    def raw(self) -> bytes:
        """Give every stored byte of the tenant as the store would show it to a thief."""
        rows = [row for name in self.database.list_collection_names() for row in self.rows(name)]
        return b"\n".join(map(bson.encode, rows))


def open_app(database: Database[dict[str, Any]], tokens: TokenFactory) -> Flask:
    """Compose the API on a prepared database."""
    settings = settings_of("registration", Settings, **KEYS, BINA_OIDC_ISSUER=tokens.issuer)
    return create_app(settings, database, tokens.verifier("registration"))


@dataclass
class Office:
    """One API on one database for the whole run, and the regions that no test has used yet."""

    app: Flask
    database: Database[dict[str, Any]]
    tokens: TokenFactory
    guard: TenantGuard
    regions: Iterator[str] = field(default_factory=lambda: iter(sorted(store.regions())))

    @classmethod
    @contextmanager
    def opened(cls, uri: str, tokens: TokenFactory) -> "Iterator[Office]":
        guard = TenantGuard()
        with client_for(uri, guard) as client:
            database = client.get_default_database()
            process.prepare(SERVICE, database)
            yield cls(open_app(database, tokens), database, tokens, guard)

    def desk(self) -> Desk:
        """Give a caller with two tenants of its own."""
        desk = Desk(self.app, self.tokens, self.database, next(self.regions), next(self.regions))
        desk.onboard(desk.home)
        desk.onboard(desk.other)
        return desk
