"""The wire form: golden bytes, and hostile bytes that must end in one named error."""

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventkit.envelope import Envelope, Header, Trace, UndecodableError, decode, encode
from eventkit.event import EventId, TenantId

ENVELOPE = Envelope(
    id=EventId("01970000-0000-7000-8000-000000000001"),
    type="id.bina.registration.batch.started.v1",
    source="/bina/registration",
    tenant=TenantId("35.73"),
    aggregate="b1",
    sequence=3,
    time=datetime(2025, 5, 15, 12, 0, tzinfo=UTC),
    trace=Trace("c1", causation="e0", traceparent="00-" + "a" * 32 + "-" + "b" * 16 + "-01"),
    data=b'{"batch":"b1"}',
)
TOPIC, KEY = "registration.batch", b"35.73/b1"


def changed(**headers: bytes | None) -> list[Header]:
    kept = dict(encode(ENVELOPE)[0]) | {name: value for name, value in headers.items() if value is not None}
    return [(name, value) for name, value in kept.items() if headers.get(name, b"") is not None]


def test_the_bytes_on_the_wire_are_these() -> None:
    headers, value = encode(ENVELOPE)
    assert value == b'{"batch":"b1"}'
    assert headers == [
        ("ce_causationid", b"e0"),
        ("ce_correlationid", b"c1"),
        ("ce_id", b"01970000-0000-7000-8000-000000000001"),
        ("ce_partitionkey", b"35.73/b1"),
        ("ce_sequence", b"3"),
        ("ce_source", b"/bina/registration"),
        ("ce_specversion", b"1.0"),
        ("ce_tenantid", b"35.73"),
        ("ce_time", b"2025-05-15T12:00:00Z"),
        ("ce_traceparent", b"00-" + b"a" * 32 + b"-" + b"b" * 16 + b"-01"),
        ("ce_type", b"id.bina.registration.batch.started.v1"),
        ("content-type", b"application/json"),
    ]


def test_what_was_encoded_decodes_to_the_same() -> None:
    headers, value = encode(ENVELOPE)
    assert decode(TOPIC, KEY, headers, value) == ENVELOPE
    bare = replace(ENVELOPE, trace=Trace("c1"))
    assert decode(TOPIC, KEY, *encode(bare)) == bare


@pytest.mark.parametrize(
    ("topic", "key", "headers", "value", "reason"),
    [
        (TOPIC, KEY, changed(), None, "NO_VALUE"),
        (TOPIC, KEY, changed(), b"x" * 300_000, "TOO_LARGE"),
        (TOPIC, KEY, [], b"{}", "BAD_ENVELOPE"),
        (TOPIC, KEY, changed(ce_id=None), b"{}", "BAD_ENVELOPE"),
        (TOPIC, KEY, changed(ce_sequence=b"x"), b"{}", "BAD_ENVELOPE"),
        (TOPIC, KEY, changed(ce_sequence=b"0"), b"{}", "BAD_ENVELOPE"),
        (TOPIC, KEY, changed(ce_time=b"yesterday"), b"{}", "BAD_ENVELOPE"),
        (TOPIC, KEY, changed(ce_type=b"\xff\xfe"), b"{}", "BAD_ENVELOPE"),
        (TOPIC, KEY, changed(ce_type=b"drop.table"), b"{}", "BAD_TYPE"),
        ("registration.unit", KEY, changed(), b"{}", "FOREIGN_ORIGIN"),
        (TOPIC, KEY, changed(ce_source=b"/bina/curriculum"), b"{}", "FOREIGN_ORIGIN"),
        (TOPIC, KEY, changed(ce_tenantid=b"74.71"), b"{}", "KEY_MISMATCH"),
        (TOPIC, b"74.71/b1", changed(), b"{}", "KEY_MISMATCH"),
        (TOPIC, None, changed(), b"{}", "KEY_MISMATCH"),
    ],
)
def test_bytes_that_are_no_event_of_the_topic_are_named(
    topic: str, key: bytes | None, headers: list[Header], value: bytes | None, reason: str
) -> None:
    with pytest.raises(UndecodableError) as caught:
        decode(topic, key, headers, value)
    assert caught.value.reason == reason


@given(
    st.lists(st.tuples(st.sampled_from(["ce_id", "ce_type", "ce_time", "ce_sequence", "x"]), st.binary(max_size=40))),
    st.one_of(st.none(), st.binary(max_size=40)),
    st.one_of(st.none(), st.binary(max_size=200)),
)
def test_any_bytes_end_in_an_event_or_in_the_one_error(
    headers: list[Header], key: bytes | None, value: bytes | None
) -> None:
    with suppress(UndecodableError):
        decode(TOPIC, key, changed() + headers, value)


@pytest.mark.parametrize(
    "value", [b"", b"{", b"\xff", b"[" * 100_000, b'{"a":1e400}'[:9], b"1" * 5000, b'"x"', b'{"a":Infinity}']
)
def test_a_payload_that_is_no_bounded_object_is_refused(value: bytes) -> None:
    with pytest.raises(UndecodableError):
        replace(ENVELOPE, data=value).payload()
