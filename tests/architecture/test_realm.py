"""Keycloak's realm gives the claims, roles and demo accounts that the development issuer gives."""

import json
from pathlib import Path
from typing import Any, Final

import pytest
from tools import catalogue
from tools.catalogue import ROOT

from issuer import directory

REALM: Final[dict[str, Any]] = json.loads((ROOT / "docker" / "keycloak" / "realm.json").read_text("utf-8"))
CLAIMS: Final = {"tenant", "roles", "client_id"}


def claims_of(client: dict[str, Any]) -> set[str]:
    """Name the claims that a client's tokens get on top of the standard ones."""
    return {m["config"]["claim.name"] for m in client["protocolMappers"] if "claim.name" in m["config"]}


def audiences_of(client: dict[str, Any]) -> set[str]:
    """Name the services that a client's tokens are for."""
    mappers = [m for m in client["protocolMappers"] if m["protocolMapper"] == "oidc-audience-mapper"]
    return {m["config"]["included.custom.audience"] for m in mappers}


@pytest.mark.parametrize("client", REALM["clients"], ids=lambda client: client["clientId"])
def test_tokens_carry_the_claims_that_services_read(client: dict[str, Any]) -> None:
    assert claims_of(client) == CLAIMS
    assert audiences_of(client) == set(catalogue.services())


def test_planted_missing_claim_is_caught() -> None:
    client = json.loads(json.dumps(REALM["clients"][0]))
    client["protocolMappers"] = [m for m in client["protocolMappers"] if m["name"] != "tenant"]
    assert claims_of(client) != CLAIMS


def test_every_role_that_a_route_asks_for_exists() -> None:
    known = {role["name"] for role in REALM["roles"]["realm"]}
    openapi = [json.loads(path.read_text("utf-8")) for path in catalogue.CONTRACTS.glob("openapi/*.json")]
    assert len(openapi) == len(catalogue.services())
    operations = [op for document in openapi for path in document["paths"].values() for op in path.values()]
    asked = {role for op in operations if isinstance(op, dict) for role in op.get("x-roles", ())}
    assert asked
    assert asked - known == set()


def test_people_are_the_accounts_of_the_development_issuer(tmp_path: Path) -> None:
    opened = directory.open_directory(tmp_path / "issuer", "not-a-secret", ["registration"])
    names = json.loads((tmp_path / "issuer" / "logins.json").read_text("utf-8"))
    accounts = [account for name in names if (account := opened.account(name))]
    people = [user for user in REALM["users"] if "serviceAccountClientId" not in user]
    local = {(account.name, account.tenant, account.roles) for account in accounts}
    assert {(u["username"], u["attributes"]["tenant"][0], tuple(u["realmRoles"])) for u in people} == local


def test_no_password_stands_in_the_realm() -> None:
    words = [credential["value"] for user in REALM["users"] for credential in user.get("credentials", ())]
    words += [client["secret"] for client in REALM["clients"] if "secret" in client]
    assert {word for word in words if not word.startswith("${")} == set()


def test_people_log_in_with_a_proof_key() -> None:
    public = [client for client in REALM["clients"] if client["publicClient"]]
    assert [client["attributes"]["pkce.code.challenge.method"] for client in public] == ["S256"]
    assert not any(client["directAccessGrantsEnabled"] for client in REALM["clients"])
