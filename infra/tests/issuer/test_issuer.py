"""The development issuer, over its own pages: who gets a token, and what it says."""

import base64
import hashlib
import json
import stat
import time
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import time_machine
from flask.testing import FlaskClient
from joserfc import jws, jwt
from joserfc.jwk import KeySet

from eventkit.auth import LEEWAY_S, BadTokenError, JwksCache, Verifier
from issuer import keys
from issuer.app import create_app
from issuer.directory import open_directory

ISSUER: Final = "http://127.0.0.1:8100"
SECRET: Final = "development-secret"
SERVICES = ("registration", "curriculum", "monitoring", "national")
CALLBACK: Final = "http://127.0.0.1:8080/login/callback"
VERIFIER: Final = "v" * 50
CHALLENGE: Final = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
LOGIN: Final = {
    "response_type": "code",
    "client_id": "portal",
    "redirect_uri": CALLBACK,
    "scope": "openid",
    "state": "st4te",
    "nonce": "n0nce",
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("issuer")


@pytest.fixture(scope="module")
def issuer(home: Path) -> FlaskClient:
    return create_app(open_directory(home, SECRET, SERVICES), ISSUER).test_client()


def verifier_of(issuer: FlaskClient, audience: str) -> Verifier:
    jwks = issuer.get("/jwks.json").get_json()
    return Verifier(JwksCache(lambda: jwks), issuer=ISSUER, audience=audience)


def ask(issuer: FlaskClient, **form: Any) -> Any:
    given = {"grant_type": "client_credentials", "client_id": "bina", "client_secret": SECRET, **form}
    return issuer.post("/token", data=given)


def log_in(issuer: FlaskClient, home: Path, name: str = "pm@74.71", **changes: str) -> str:
    """Log in and give the code."""
    password = json.loads((home / "logins.json").read_text())[name]
    where = "/authorize?" + urlencode({**LOGIN, **changes})
    answer = issuer.post(where, data={"username": name, "password": password})
    assert answer.status_code == 302, answer.get_data(as_text=True)
    arrived = parse_qs(urlsplit(answer.headers["Location"]).query)
    assert arrived["state"] == ["st4te"]
    return arrived["code"][0]


def exchange(issuer: FlaskClient, code: str, **changes: str) -> Any:
    form = {
        "grant_type": "authorization_code",
        "client_id": "portal",
        "code": code,
        "redirect_uri": CALLBACK,
        "code_verifier": VERIFIER,
        **changes,
    }
    return issuer.post("/token", data=form)


def test_development_client_gets_the_caller_it_asks_for(issuer: FlaskClient) -> None:
    answer = ask(issuer, tenant="74.71", role=["tenant_admin", "auditor"], audience="registration")
    assert answer.status_code == 200
    assert answer.get_json()["expires_in"] == 600
    caller = verifier_of(issuer, "registration").verify(answer.get_json()["access_token"])
    assert (caller.tenant, caller.client) == ("74.71", "bina")
    assert caller.roles == {"tenant_admin", "auditor"}


def test_audience_defaults_to_all_services_and_is_held(issuer: FlaskClient) -> None:
    token = ask(issuer, tenant="53", role="auditor").get_json()["access_token"]
    assert verifier_of(issuer, "national").verify(token).tenant == "53"
    only = ask(issuer, tenant="53", role="auditor", audience="curriculum").get_json()["access_token"]
    with pytest.raises(BadTokenError):
        verifier_of(issuer, "national").verify(only)


@pytest.mark.parametrize("form", [{"client_secret": "wrong"}, {"client_id": "nobody"}, {"client_id": "portal"}])
def test_wrong_client_is_refused(issuer: FlaskClient, form: dict[str, str]) -> None:
    assert ask(issuer, **form).status_code in {400, 401}


@pytest.mark.parametrize("form", [{"tenant": "7471"}, {"role": "a\nb<"}, {"audience": "x/y"}])
def test_malformed_wishes_are_refused(issuer: FlaskClient, form: dict[str, str]) -> None:
    assert ask(issuer, **form).status_code == 400


def test_login_gives_a_token_of_the_account(issuer: FlaskClient, home: Path) -> None:
    answer = exchange(issuer, log_in(issuer, home)).get_json()
    caller = verifier_of(issuer, "curriculum").verify(answer["access_token"])
    assert (caller.subject, caller.tenant, caller.client) == ("pm@74.71", "74.71", "portal")
    assert caller.roles == {"programme_manager"}


def test_id_token_names_the_person_and_opens_no_service(issuer: FlaskClient, home: Path) -> None:
    token = exchange(issuer, log_in(issuer, home)).get_json()["id_token"]
    keys = KeySet.import_key_set(issuer.get("/jwks.json").get_json())
    claims = jwt.decode(token, keys).claims
    assert (claims["sub"], claims["aud"], claims["nonce"]) == ("pm@74.71", ["portal"], "n0nce")
    with pytest.raises(BadTokenError):
        verifier_of(issuer, "portal").verify(token)


def test_access_token_says_what_it_is(issuer: FlaskClient) -> None:
    token = ask(issuer, tenant="53").get_json()["access_token"]
    assert jws.extract_compact(token.encode()).headers()["typ"] == "at+jwt"


def test_code_works_once(issuer: FlaskClient, home: Path) -> None:
    code = log_in(issuer, home)
    assert exchange(issuer, code).status_code == 200
    assert exchange(issuer, code).status_code == 400


@pytest.mark.parametrize(
    "changes", [{"code_verifier": "w" * 50}, {"code_verifier": ""}, {"redirect_uri": "http://evil.test/"}]
)
def test_stolen_code_is_useless(issuer: FlaskClient, home: Path, changes: dict[str, str]) -> None:
    assert exchange(issuer, log_in(issuer, home), **changes).status_code == 400


def test_login_without_challenge_ends_without_a_token(issuer: FlaskClient, home: Path) -> None:
    code = log_in(issuer, home, code_challenge="", code_challenge_method="")
    assert exchange(issuer, code).status_code == 400


def test_unknown_address_is_never_sent_to(issuer: FlaskClient) -> None:
    answer = issuer.get("/authorize?" + urlencode({**LOGIN, "redirect_uri": "https://evil.test/"}))
    assert (answer.status_code, answer.headers.get("Location")) == (400, None)


def test_login_page_is_in_indonesian_and_frames_nothing(issuer: FlaskClient) -> None:
    answer = issuer.get("/authorize?" + urlencode(LOGIN))
    assert "Kata sandi" in answer.get_data(as_text=True)
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


def test_wrong_password_and_unknown_account_look_alike(issuer: FlaskClient) -> None:
    where = "/authorize?" + urlencode(LOGIN)
    answers = [issuer.post(where, data={"username": name, "password": "wrong"}) for name in ("admin@53", "nobody@53")]
    assert [each.status_code for each in answers] == [401, 401]
    assert answers[0].data == answers[1].data


def test_guessing_is_stopped(issuer: FlaskClient, home: Path) -> None:
    where, name = "/authorize?" + urlencode(LOGIN), "auditor@53"
    for _ in range(10):
        issuer.post(where, data={"username": name, "password": "wrong"})
    password = json.loads((home / "logins.json").read_text())[name]
    for forged in ({}, {"X-Forwarded-For": "10.0.0.9"}):
        answer = issuer.post(where, data={"username": name, "password": password}, headers=forged)
        assert (answer.status_code, answer.headers["Retry-After"]) == (429, "60")
    assert log_in(issuer, home, "auditor@74.71")  # others are not hindered


def test_guessing_names_or_secrets_from_one_address_is_stopped(home: Path) -> None:
    fresh = create_app(open_directory(home, SECRET, SERVICES), ISSUER).test_client()
    said = [ask(fresh, client_id=f"guess{number}", client_secret="wrong").status_code for number in range(101)]
    assert said == [400] * 100 + [429]
    where, other = "/authorize?" + urlencode(LOGIN), {"REMOTE_ADDR": "10.0.0.9"}
    wrong = {"username": "nobody@53", "password": "wrong"}
    assert fresh.post(where, data=wrong).status_code == 429
    assert fresh.post(where, data=wrong, environ_overrides=other).status_code == 401


def rewrite(home: Path, name: str, **changes: Any) -> None:
    """Change an account as an administrator would, or take it out when nothing of it is to stay."""
    stored = json.loads((home / "directory.json").read_text())
    kept = [each for each in stored["accounts"] if each["name"] != name]
    changed = [{**each, **changes} for each in stored["accounts"] if each["name"] == name and changes]
    (home / "directory.json").write_text(json.dumps({**stored, "accounts": kept + changed}))


def test_a_revoked_account_gets_no_token_even_for_a_code_it_holds(issuer: FlaskClient, home: Path) -> None:
    before = (home / "directory.json").read_text()
    code = log_in(issuer, home, "evaluator@53")
    rewrite(home, "evaluator@53")
    refused = exchange(issuer, code)
    again = issuer.post("/authorize?" + urlencode(LOGIN), data={
        "username": "evaluator@53", "password": json.loads((home / "logins.json").read_text())["evaluator@53"],
    })  # fmt: skip
    (home / "directory.json").write_text(before)
    assert (refused.status_code, refused.get_json()["error"]) == (400, "invalid_grant")
    assert again.status_code == 401


def test_a_changed_role_counts_from_the_next_token_and_the_last_one_ends_in_time(
    issuer: FlaskClient, home: Path
) -> None:
    before, verifier = (home / "directory.json").read_text(), verifier_of(issuer, "curriculum")
    old = exchange(issuer, log_in(issuer, home, "pm@35.73")).get_json()["access_token"]
    rewrite(home, "pm@35.73", roles=["auditor"])
    new = exchange(issuer, log_in(issuer, home, "pm@35.73")).get_json()["access_token"]
    (home / "directory.json").write_text(before)
    assert verifier.verify(new).roles == {"auditor"}
    assert verifier.verify(old).roles == {"programme_manager"}
    with time_machine.travel(time.time() + 600 + LEEWAY_S + 1, tick=False), pytest.raises(BadTokenError):
        verifier.verify(old)


def test_no_private_key_is_published(issuer: FlaskClient) -> None:
    for key in issuer.get("/jwks.json").get_json()["keys"]:
        assert not key.keys() & {"d", "p", "q", "dp", "dq", "qi", "k"}


def test_files_are_private_and_survive_a_restart(issuer: FlaskClient, home: Path) -> None:
    for name in ("keys.json", "directory.json", "logins.json"):
        assert stat.S_IMODE((home / name).stat().st_mode) == 0o600
    token = ask(issuer, tenant="53").get_json()["access_token"]
    again = create_app(open_directory(home, SECRET, SERVICES), ISSUER).test_client()
    assert verifier_of(again, "national").verify(token).tenant == "53"


def test_stored_accounts_hold_no_password(issuer: FlaskClient, home: Path) -> None:
    stored = (home / "directory.json").read_text()
    assert all(password not in stored for password in json.loads((home / "logins.json").read_text()).values())


def test_discovery_names_the_pages(issuer: FlaskClient) -> None:
    found = issuer.get("/.well-known/openid-configuration").get_json()
    assert found["issuer"] == ISSUER
    assert found["jwks_uri"] == f"{ISSUER}/jwks.json"


def test_signing_key_is_changed_without_locking_anybody_out(tmp_path: Path) -> None:
    issuer = create_app(open_directory(tmp_path, SECRET, SERVICES), ISSUER).test_client()

    def token() -> str:
        return str(ask(issuer, tenant="74.71", role="auditor").get_json()["access_token"])

    def key_of(text: str) -> str:
        return str(jws.extract_compact(text.encode()).headers()["kid"])

    old = token()
    (first, second) = keys.add(tmp_path)
    assert key_of(token()) == key_of(old) == first
    assert keys.use(tmp_path) == [second, first]
    new = token()
    assert key_of(new) == second
    for each in (old, new):
        assert verifier_of(issuer, "registration").verify(each).tenant == "74.71"
    assert keys.retire(tmp_path) == [second]
    assert verifier_of(issuer, "registration").verify(new).tenant == "74.71"
    with pytest.raises(BadTokenError, match="unknown key"):
        verifier_of(issuer, "registration").verify(old)
