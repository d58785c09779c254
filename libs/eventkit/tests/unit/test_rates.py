"""How much one caller may ask for, and that nobody else pays for it."""

import time
from typing import Any, Final

import pytest
import time_machine
from edge import app_of
from flask.testing import FlaskClient

from eventkit.rates import Rates
from testkit.tokens import TokenFactory

FEW: Final = {
    "BINA_RATE_SUBJECT": "3/minute",
    "BINA_RATE_TENANT": "5/minute",
    "BINA_RATE_ADDRESS": "4/minute",
}
PATH: Final = "/v1/faults/settings"


@pytest.fixture
def client(tokens: TokenFactory) -> FlaskClient:
    return app_of(tokens.verifier("registration"), **FEW).test_client()


def ask(client: FlaskClient, headers: dict[str, str], times: int = 1, path: str = PATH, **options: Any) -> list[int]:
    return [client.get(path, headers=headers, **options).status_code for _ in range(times)]


def test_one_caller_is_stopped_and_told_when_to_come_back(client: FlaskClient, tokens: TokenFactory) -> None:
    one = tokens.headers("74.71", "clerk", sub="one")
    assert ask(client, one, 3) == [200] * 3
    answer = client.get(PATH, headers={**one, "Accept-Language": "en"})
    assert (answer.status_code, answer.mimetype) == (429, "application/problem+json")
    assert (answer.json["code"], answer.json["detail"]) == ("too_many_requests", "Too many requests.")
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    assert ask(client, tokens.headers("74.71", "clerk", sub="two")) == [200]
    assert ask(client, tokens.headers("74.71", "clerk", sub="one", client_id="another program")) == [200]


def test_one_tenant_is_stopped_and_no_other(client: FlaskClient, tokens: TokenFactory) -> None:
    said = [ask(client, tokens.headers("74.71", "clerk", sub=f"s{n}"))[0] for n in range(7)]
    assert said == [200] * 5 + [429] * 2
    assert ask(client, tokens.headers("35.73", "clerk", sub="s0")) == [200]


def test_refusals_for_a_role_count_too(client: FlaskClient, tokens: TokenFactory) -> None:
    assert ask(client, tokens.headers("74.71", "nobody"), 4) == [403] * 3 + [429]


def test_strangers_are_counted_by_their_connection_whatever_they_write(client: FlaskClient) -> None:
    forged = [{"X-Forwarded-For": f"10.0.0.{n}", "Forwarded": f"for=10.0.0.{n}", "X-Real-IP": "1"} for n in range(5)]
    assert [ask(client, each)[0] for each in forged] == [401] * 4 + [429]
    assert ask(client, {}, environ_overrides={"REMOTE_ADDR": "10.0.0.9"}) == [401]


def test_strangers_at_an_address_hinder_nobody_with_a_token(client: FlaskClient, tokens: TokenFactory) -> None:
    assert ask(client, {"Authorization": "Bearer nonsense"}, 5)[-1] == 429
    assert ask(client, tokens.headers("74.71", "clerk")) == [200]


def test_open_pages_are_counted_and_the_probes_of_the_operator_are_not(client: FlaskClient) -> None:
    assert ask(client, {}, 5, "/v1/openapi.json") == [200] * 4 + [429]
    assert ask(client, {}, 5, "/v1/nowhere") == [429] * 5
    assert ask(client, {}, 9, "/healthz") == [200] * 9


def test_after_the_window_all_is_well_again(client: FlaskClient, tokens: TokenFactory) -> None:
    one = tokens.headers("74.71", "clerk")
    assert ask(client, one, 4)[-1] == 429
    with time_machine.travel(time.time() + 61):
        assert ask(client, tokens.headers("74.71", "clerk")) == [200]


def test_without_the_limiter_nobody_is_stopped(
    client: FlaskClient, tokens: TokenFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Rates, "take", lambda *_: None)
    assert ask(client, tokens.headers("74.71", "clerk"), 9) == [200] * 9
    assert ask(client, {}, 9) == [401] * 9
