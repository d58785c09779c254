"""Hypothesis on everything that reads bytes of others: each gives a value or its own refusal, and nothing else."""

import base64
import json
from contextlib import suppress
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from marshmallow import ValidationError, fields, validate

from eventkit import body, envelope
from eventkit.auth import BadTokenError, usable_keys
from eventkit.envelope import UndecodableError
from eventkit.problem import RefusedRequestError
from eventkit.web import RequestSchema
from testkit.tokens import TokenFactory

MANY: Final = settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
NAMES: Final = st.sampled_from(
    ["ce_id", "ce_type", "ce_source", "ce_specversion", "ce_time", "ce_tenantid", "ce_partitionkey", "ce_sequence",
     "ce_correlationid", "ce_datacontenttype", "content-type", "ce_", "", "ce_traceparent", "x"]
)  # fmt: skip
VALUES: Final = st.one_of(
    st.binary(max_size=40),
    st.sampled_from([b"1.0", b"1", b"-1", b"NaN", b"74.71", b"74.71/a", b"/bina/registration",
                     b"id.bina.registration.unit.registered.v1", b"2025-01-01T00:00:00Z", b"9999-99-99"]),
)  # fmt: skip
JSON: Final = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)


VERIFIER: Final = TokenFactory().verifier("registration")


def as_json(tree: Any) -> bytes:
    return json.dumps(tree).encode()


def as_token(parts: list[bytes]) -> str:
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)


class Query(RequestSchema):
    count = fields.Integer(validate=validate.Range(1, 10))
    name = fields.String(required=True, validate=validate.Length(1, 8))
    day = fields.Date()
    parts = fields.List(fields.Integer())


@MANY
@given(st.lists(st.tuples(NAMES, VALUES), max_size=14), st.none() | VALUES, st.none() | st.binary(max_size=200))
def test_any_record_is_an_event_or_undecodable(headers: Any, key: bytes | None, value: bytes | None) -> None:
    with suppress(UndecodableError):
        assert envelope.decode("registration.unit", key, headers, value).payload() is not None


@MANY
@given(st.binary(max_size=200) | JSON.map(as_json))
def test_any_body_is_read_or_refused(data: bytes) -> None:
    with suppress(RefusedRequestError):
        parsed = body.parse(data)
        assert parsed == json.loads(data)


@MANY
@given(JSON)
def test_any_tree_passes_a_schema_or_is_named(tree: Any) -> None:
    with suppress(ValidationError):
        assert set(Query().load(tree)) <= {"count", "name", "day", "parts"}


@MANY
@given(st.text(max_size=200) | st.lists(st.binary(max_size=60) | JSON.map(as_json), max_size=5).map(as_token))
def test_any_token_is_refused(text: str) -> None:
    with pytest.raises(BadTokenError):
        VERIFIER.verify(text)


@MANY
@given(st.dictionaries(st.sampled_from(["keys", "x"]), JSON, max_size=2))
def test_any_key_set_gives_only_usable_keys(jwks: Any) -> None:
    try:
        found = usable_keys({"keys": [], **jwks})
    except (TypeError, AttributeError, ValueError, KeyError):
        return  # a set that is none: the caller keeps the old keys
    assert found == {}
