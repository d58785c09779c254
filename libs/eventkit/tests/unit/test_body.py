"""Bodies that two parsers could read differently, or that nothing may store, never reach a schema."""

import json
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventkit import body
from eventkit.problem import RefusedRequestError


def refusal(data: bytes) -> RefusedRequestError:
    with pytest.raises(RefusedRequestError) as refused:
        body.parse(data)
    return refused.value


@pytest.mark.parametrize(
    "data",
    [
        b"{",
        b"",
        b"\xff\xfe{\x00}\x00",
        b'{"a":NaN}',
        b'{"a":Infinity}',
        b'{"a":-Infinity}',
        b'{"a":1e400}',
        b'{"a":-1e999}',
        b"\xef\xbb\xbf{}",
        b'{"a":' + b"9" * 5000 + b"}",
        b"{'a':1}",
        b'{"a":1}{',
        b"[" * 100_000,
        b'{"a":' * 50_000,
        b'{"a":"\xed\xa0\x80"}',
    ],
)
def test_what_is_no_json_is_malformed(data: bytes) -> None:
    refused = refusal(data)
    assert (refused.status, refused.code) == (400, "malformed_json")


def test_duplicate_key_is_named() -> None:
    refused = refusal(b'{"x":{"a":1,"b":2,"a":3}}')
    assert (refused.status, [fault.code for fault in refused.faults]) == (400, ["duplicate_key"])


def test_depth_is_bounded() -> None:
    assert body.parse(b"[" * 32 + b"]" * 32)
    refused = refusal(b"[" * 33 + b"]" * 33)
    assert (refused.status, refused.code) == (400, "too_deep")


@pytest.mark.parametrize(
    ("data", "pointer", "code"),
    [
        (b'{"nip":{"$ne":null}}', "/nip/$ne", "unknown_field"),
        (b'{"$where":"1"}', "/$where", "unknown_field"),
        (b'{"a.b":1}', "/a.b", "unknown_field"),
        (b'[{"a":"x\\u0000y"}]', "/0/a", "invalid_text"),
        (b'{"a":"\\ud800"}', "/a", "invalid_text"),
        (b'{"\\udc00":1}', "/?", "unknown_field"),
        (b'{"a":9007199254740993}', "/a", "number_out_of_range"),
        (b'{"x/y~z":{"$gt":1}}', "/x~1y~0z/$gt", "unknown_field"),
    ],
)
def test_what_is_never_stored_is_refused_with_its_place(data: bytes, pointer: str, code: str) -> None:
    refused = refusal(data)
    assert refused.status == 422
    assert [(fault.pointer, fault.code) for fault in refused.faults] == [(pointer, code)]


def test_paired_surrogates_are_one_character() -> None:
    assert body.parse(b'"\\ud83d\\ude00"') == "\U0001f600"


LARGEST = {
    "numbers": b"[" + b"0," * 130_000 + b"0]",
    "names": b"{" + b",".join(b'"%x":0' % number for number in range(28_000)) + b"}",
    "a name twice": b"{" + b",".join(b'"%x":0' % number for number in range(28_000)) + b',"6d5f":0}',
    "depth": b"[" * 130_000 + b"]" * 130_000,
}


@pytest.mark.parametrize("data", LARGEST.values(), ids=LARGEST)
def test_largest_body_costs_no_more_than_a_bare_parser_times_fifty(data: bytes) -> None:
    def work(parse: Callable[[bytes], object]) -> float:
        began = time.process_time()  # of this process alone: what else the machine does is not counted
        with suppress(RefusedRequestError, RecursionError):
            parse(data)
        return time.process_time() - began

    assert work(body.parse) < 0.05 + 50 * work(json.loads)


NAMES = st.text(st.characters(codec="utf-8", exclude_characters="\0.$"), max_size=8)
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS
)
TREES = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4))


@given(TREES)
def test_sound_json_is_read_as_it_is(tree: Any) -> None:
    assert body.parse(json.dumps(tree).encode()) == tree


def status_of(data: bytes) -> int:
    try:
        body.parse(data)
    except RefusedRequestError as refused:
        return refused.status
    return 200


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    assert status_of(data) in {200, 400, 422}
