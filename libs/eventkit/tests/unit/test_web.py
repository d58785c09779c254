"""The HTTP edge as a caller meets it: problems in two languages, strict input, headers, health, the API document."""

import json
import re
from typing import Any

import pytest
from edge import SERVICE, CounterResponse, app_of
from flask.testing import FlaskClient
from structlog.testing import capture_logs

from eventkit.auth import JwksCache, Verifier
from eventkit.mongo import Page
from eventkit.problem import TEXTS, Texts
from eventkit.web import openapi, paged
from testkit.tokens import TokenFactory


@pytest.fixture
def client(tokens: TokenFactory) -> FlaskClient:
    return app_of(tokens.verifier("registration")).test_client()


@pytest.fixture
def clerk(tokens: TokenFactory) -> dict[str, str]:
    return tokens.headers("74.71", "clerk")


def problem_of(answer: Any, status: int, code: str) -> dict[str, Any]:
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    body: dict[str, Any] = answer.get_json()
    assert set(body) == {"type", "title", "status", "detail", "instance", "code", "errors", "trace_id"}
    assert (body["code"], body["status"], body["type"]) == (code, status, f"urn:bina:problem:{code}")
    return body


def test_no_token_is_401_with_a_challenge(client: FlaskClient) -> None:
    answer = client.get("/v1/counters")
    problem_of(answer, 401, "unauthenticated")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_bad_token_is_401_and_says_so(client: FlaskClient) -> None:
    answer = client.get("/v1/counters", headers={"Authorization": "Bearer x.y.z"})
    assert answer.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'


@pytest.mark.parametrize("scheme", ["Basic", "Token", ""])
def test_only_bearer_counts(client: FlaskClient, tokens: TokenFactory, scheme: str) -> None:
    answer = client.get("/v1/counters", headers={"Authorization": f"{scheme} {tokens.token('74.71', 'clerk')}"})
    problem_of(answer, 401, "unauthenticated")


def test_token_counts_in_its_header_only(client: FlaskClient, tokens: TokenFactory) -> None:
    token = tokens.token("74.71", "clerk")
    client.set_cookie("access_token", token)
    problem_of(client.get(f"/v1/counters?access_token={token}"), 401, "unauthenticated")
    problem_of(client.post("/v1/counters", data={"access_token": token}), 401, "unauthenticated")


def test_wrong_role_is_403_and_noted(client: FlaskClient, tokens: TokenFactory) -> None:
    with capture_logs() as noted:
        problem_of(
            client.post("/v1/counters", headers=tokens.headers("74.71", "auditor"), json={"by": 1}), 403, "forbidden"
        )
    audit = [each for each in noted if each["event"] == "access refused"]
    assert [(each["status"], each["subject"], each["route"]) for each in audit] == [
        (403, "tester@74.71", "/v1/counters")
    ]


def test_no_log_holds_a_token(client: FlaskClient, tokens: TokenFactory) -> None:
    with capture_logs() as noted:
        for token in (tokens.token("74.71", "clerk"), tokens.token("74.71", aud="else")):
            client.get("/v1/faults/settings?x=1", headers={"Authorization": f"Bearer {token}"})
    assert "eyJ" not in json.dumps(noted, default=str)


def test_issuer_that_is_away_is_503(tokens: TokenFactory) -> None:
    def fetch() -> dict[str, Any]:
        raise ValueError

    verifier = Verifier(JwksCache(fetch), issuer=tokens.issuer, audience="registration")
    answer = app_of(verifier).test_client().get("/v1/counters", headers=tokens.headers("74.71", "clerk"))
    problem_of(answer, 503, "unavailable")
    assert answer.headers["Retry-After"] == "2"


def test_every_fault_is_named_with_its_place(client: FlaskClient, clerk: dict[str, str]) -> None:
    sent = {
        "note": "MUCH TOO LONG",
        "day": "2025-02-30",
        "kind": "HUGE",
        "status": "APPROVED",
        "parts": [{"name": "ok"}, {"name": "much too long", "a/b": 1}, {}],
    }
    body = problem_of(client.post("/v1/counters", headers=clerk, json=sent), 422, "invalid")
    assert {(each["pointer"], each["code"]) for each in body["errors"]} == {
        ("/by", "required"),
        ("/note", "too_long"),
        ("/note", "pattern_mismatch"),
        ("/day", "invalid_date"),
        ("/kind", "not_one_of"),
        ("/status", "unknown_field"),
        ("/parts/1/name", "wrong_length"),
        ("/parts/1/a~1b", "unknown_field"),
        ("/parts/2/name", "required"),
    }


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("by", "5", "wrong_type"),
        ("by", 1.5, "wrong_type"),
        ("by", True, "wrong_type"),
        ("by", None, "null_not_allowed"),
        ("by", 0, "out_of_range"),
        ("by", -5, "out_of_range"),
        ("by", 1001, "out_of_range"),
        ("by", [1], "wrong_type"),
        ("note", 5, "wrong_type"),
        ("is_final", "yes", "wrong_type"),
        ("is_final", 1, "wrong_type"),
        ("day", 20250101, "invalid_date"),
        ("day", "0000-00-00", "invalid_date"),
        ("parts", {}, "wrong_type"),
        ("parts", ["x"], "wrong_type"),
        ("_id", "x", "unknown_field"),
        ("tenant", "35.73", "unknown_field"),
        ("version", 9, "unknown_field"),
        ("__proto__", {}, "unknown_field"),
    ],
)
def test_wrong_value_has_a_stable_code(
    client: FlaskClient, clerk: dict[str, str], field: str, value: Any, code: str
) -> None:
    body = problem_of(client.post("/v1/counters", headers=clerk, json={"by": 1, field: value}), 422, "invalid")
    assert [each["code"] for each in body["errors"]] == [code]
    assert body["errors"][0]["pointer"].startswith(f"/{field}")


def test_operators_never_pass(client: FlaskClient, clerk: dict[str, str]) -> None:
    problem_of(client.post("/v1/counters", headers=clerk, json={"by": {"$ne": None}}), 422, "invalid")
    problem_of(client.get("/v1/counters?size[$ne]=1", headers=clerk), 422, "invalid")
    problem_of(client.get("/v1/counters?cursor=$ne", headers=clerk), 422, "invalid")


@pytest.mark.parametrize("size", ["0", "201", "x", "1e3", "-1"])
def test_page_size_is_bounded(client: FlaskClient, clerk: dict[str, str], size: str) -> None:
    body = problem_of(client.get(f"/v1/counters?size={size}", headers=clerk), 422, "invalid")
    assert body["errors"][0]["pointer"] == "/query/size"


@pytest.mark.parametrize("data", ["{", "[1,", '{"by":1,"by":2}', '{"by":NaN}'])
def test_malformed_json_is_400(client: FlaskClient, clerk: dict[str, str], data: str) -> None:
    answer = client.post("/v1/counters", headers=clerk, data=data, content_type="application/json")
    problem_of(answer, 400, "malformed_json")


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": "application/json", "Content-Encoding": "gzip"},
    ],
)
def test_other_bodies_are_415(client: FlaskClient, clerk: dict[str, str], headers: dict[str, str]) -> None:
    answer = client.post("/v1/counters", headers={**clerk, **headers}, data=b'{"by":1}')
    problem_of(answer, 415, "unsupported_media_type")


def test_large_body_is_413(client: FlaskClient, clerk: dict[str, str]) -> None:
    answer = client.post("/v1/counters", headers=clerk, data=b" " * 262_145, content_type="application/json")
    problem_of(answer, 413, "body_too_large")


def test_stranger_cannot_make_us_read(client: FlaskClient) -> None:
    answer = client.post("/v1/counters", data=b"{" * 262_145, content_type="application/json")
    problem_of(answer, 401, "unauthenticated")


@pytest.mark.parametrize("method", ["DELETE", "PUT", "PATCH", "OPTIONS", "TRACE"])
def test_other_methods_are_405_with_allow(client: FlaskClient, clerk: dict[str, str], method: str) -> None:
    answer = client.open("/v1/counters", method=method, headers={**clerk, "X-HTTP-Method-Override": "POST"})
    problem_of(answer, 405, "method_not_allowed")
    assert {"GET", "POST"} <= {each.strip() for each in answer.headers["Allow"].split(",")}


def test_unknown_path_is_404(client: FlaskClient) -> None:
    problem_of(client.get("/v1/nothing/../here"), 404, "not_found")


@pytest.mark.parametrize(
    ("asked", "language", "detail"),
    [
        (None, "id", "Tidak ditemukan."),
        ("en", "en", "Not found."),
        ("en-GB,en;q=0.9", "en", "Not found."),
        ("id,en;q=0.5", "id", "Tidak ditemukan."),
        ("fr", "id", "Tidak ditemukan."),
        ("*", "id", "Tidak ditemukan."),
        (";;;q=x", "id", "Tidak ditemukan."),
    ],
)
def test_language_follows_the_caller(client: FlaskClient, asked: str | None, language: str, detail: str) -> None:
    answer = client.get("/v1/none", headers={"Accept-Language": asked} if asked else {})
    assert (answer.headers["Content-Language"], answer.get_json()["detail"]) == (language, detail)
    assert answer.get_json()["title"] == detail
    assert "Accept-Language" in answer.headers["Vary"]


def test_defect_shows_nothing_of_itself(client: FlaskClient, clerk: dict[str, str]) -> None:
    with capture_logs() as noted:
        answer = client.get("/v1/faults/defect", headers=clerk)
    body = problem_of(answer, 500, "internal_error")
    assert "ZeroDivision" not in answer.get_data(as_text=True)
    assert "internal detail" not in answer.get_data(as_text=True)
    assert body["trace_id"]
    assert [each for each in noted if each["event"] == "request failed"]


def test_store_that_is_away_is_503(client: FlaskClient, clerk: dict[str, str]) -> None:
    answer = client.get("/v1/faults/store", headers=clerk)
    problem_of(answer, 503, "unavailable")
    assert answer.headers["Retry-After"]
    assert "secret-host" not in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        ("conflict", 503, "unavailable"),
        ("command", 500, "internal_error"),
        ("duplicate", 409, "already_exists"),
        ("textless", 403, "nobody_wrote_this"),
        ("valueless", 409, "too_high"),
    ],
)
def test_every_error_has_its_answer(
    client: FlaskClient, clerk: dict[str, str], kind: str, status: int, code: str
) -> None:
    answer = client.get(f"/v1/faults/{kind}", headers=clerk)
    problem_of(answer, status, code)
    assert "secret" not in answer.get_data(as_text=True)


def test_missing_value_leaves_a_readable_text(client: FlaskClient, clerk: dict[str, str]) -> None:
    assert client.get("/v1/faults/valueless", headers=clerk).get_json()["detail"] == "Tidak boleh melewati …."


def test_views_reach_their_settings(client: FlaskClient, clerk: dict[str, str]) -> None:
    assert client.get("/v1/faults/settings", headers=clerk).get_json() == {"instance": "sample"}


@pytest.mark.parametrize("given", ["abc", '"x"', '"1","2"', "1", '"-1"', '"' + "9" * 16 + '"'])
def test_malformed_if_match_is_400(client: FlaskClient, clerk: dict[str, str], given: str) -> None:
    answer = client.post("/v1/counters/x/raises", headers={**clerk, "If-Match": given}, json={"by": 1})
    problem_of(answer, 400, "if_match_invalid")


def test_key_is_demanded(client: FlaskClient, clerk: dict[str, str]) -> None:
    problem_of(client.post("/v1/counters", headers=clerk, json={"by": 1}), 400, "idempotency_key_missing")


@pytest.mark.parametrize("key", ["", " ", "a b", "x" * 201, "é"])
def test_key_is_short_and_printable(client: FlaskClient, clerk: dict[str, str], key: str) -> None:
    answer = client.post("/v1/counters", headers={**clerk, "Idempotency-Key": key}, json={"by": 1})
    problem_of(answer, 400, "idempotency_key_invalid")


def test_two_different_keys_are_none(client: FlaskClient, clerk: dict[str, str]) -> None:
    headers = {**clerk, "Idempotency-Key": "a", "X-Idempotency-Key": "b"}
    problem_of(client.post("/v1/counters", headers=headers, json={"by": 1}), 400, "idempotency_key_invalid")


def test_every_answer_is_protected(client: FlaskClient) -> None:
    for path in ("/healthz", "/v1/none", "/v1/openapi.json", "/v1/counters"):
        headers = client.get(path).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "no-store"
        assert headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_correlation_id_is_echoed_when_sound(client: FlaskClient) -> None:
    assert client.get("/healthz", headers={"X-Correlation-ID": "abc-1"}).headers["X-Correlation-ID"] == "abc-1"
    for bad in ("a b", "x" * 65, "a\tb", ""):
        assert client.get("/healthz", headers={"X-Correlation-ID": bad}).headers["X-Correlation-ID"] != bad


def test_trace_goes_on(client: FlaskClient) -> None:
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    answer = client.get("/v1/none", headers={"traceparent": f"00-{trace}-00f067aa0ba902b7-01"})
    assert answer.get_json()["trace_id"] == trace
    forged = client.get("/v1/none", headers={"traceparent": f"00-{'0' * 32}-00f067aa0ba902b7-01"})
    assert re.fullmatch(r"[0-9a-f]{32}", forged.get_json()["trace_id"])


def test_time_is_measured_by_route_not_by_path(client: FlaskClient, clerk: dict[str, str]) -> None:
    client.get("/v1/faults/store", headers=clerk)
    client.get("/v1/no/such/197803172005011002")
    shown = client.get("/metrics").get_data(as_text=True)
    assert 'route="/v1/faults/<kind>"' in shown
    assert "197803172005011002" not in shown


def test_process_tells_its_release(client: FlaskClient) -> None:
    assert client.get("/version").get_json()["service"] == "sample"
    assert client.get("/healthz").get_json()["status"] == "ok"


def test_foreign_host_is_refused_where_hosts_are_listed(tokens: TokenFactory) -> None:
    client = app_of(tokens.verifier("registration"), BINA_TRUSTED_HOSTS="bina.test").test_client()
    assert client.get("/healthz", headers={"Host": "bina.test"}).status_code == 200
    assert client.get("/healthz", headers={"Host": "evil.test"}).status_code == 400


def test_link_is_a_sound_header_whatever_the_path(tokens: TokenFactory) -> None:
    app = app_of(tokens.verifier("registration"))
    with app.test_request_context("/v1/x%0d%0ay/\u0416?name=%0a&size=2"):
        link = paged(Page([], "7"), CounterResponse()).headers["Link"]
    assert link == '</v1/x%0D%0Ay/%D0%96?name=%0A&size=2&cursor=7>; rel="next"'


def test_api_document_says_who_may_call_and_what_is_answered() -> None:
    document = openapi(SERVICE)
    make = document["paths"]["/v1/counters"]["post"]
    assert document["openapi"] == "3.1.0"
    assert document["security"] == [{"bearer": []}]
    assert make["x-roles"] == ["clerk"]
    assert {each["name"] for each in make["parameters"]} == {"Idempotency-Key"}
    assert make["responses"]["default"] == {"$ref": "#/components/responses/DEFAULT_ERROR"}
    assert set(document["components"]["responses"]["DEFAULT_ERROR"]["content"]) == {"application/problem+json"}
    raising = document["paths"]["/v1/counters/{counter_id}/raises"]["post"]
    assert {each["name"] for each in raising["parameters"]} == {"Idempotency-Key", "If-Match"}


def test_served_document_is_the_printed_one(client: FlaskClient) -> None:
    assert client.get("/v1/openapi.json").get_json() == openapi(SERVICE)


@pytest.mark.parametrize("texts", [TEXTS, SERVICE.texts])
def test_both_languages_use_the_same_values(texts: Texts) -> None:
    for code, (indonesian, english) in texts.items():
        places = [set(re.findall(r"\{(\w+)\}", text)) for text in (indonesian, english)]
        assert places[0] == places[1], code
        assert indonesian != english
