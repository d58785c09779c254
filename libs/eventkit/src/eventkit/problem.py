"""Every refusal as RFC 9457 problem+json, in Bahasa Indonesia or English; internals stay in the log."""

import re
from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from itertools import chain, islice
from typing import Any, Final

import structlog
from flask import Flask, Response, current_app, g, json, request
from pymongo.errors import ConnectionFailure, DuplicateKeyError, PyMongoError
from structlog.contextvars import get_contextvars
from werkzeug.exceptions import HTTPException

from eventkit import metrics
from eventkit.refusal import Fault, Kind, RefusedError

Texts = Mapping[str, tuple[str, str]]
MEDIA_TYPE: Final = "application/problem+json"
_MAX_FAULTS: Final = 100
_log = structlog.get_logger(__name__)
_STATUS: Final[Mapping[Kind, int]] = {
    "INVALID": 422,
    "NOT_FOUND": 404,
    "CONFLICT": 409,
    "STALE": 412,
    "FORBIDDEN": 403,
    "UNAVAILABLE": 503,
}
_HTTP_CODES: Final[Mapping[int, str]] = {
    401: "unauthenticated",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    409: "conflict",
    412: "changed_meanwhile",
    413: "body_too_large",
    415: "unsupported_media_type",
    422: "invalid",
    429: "too_many_requests",
    503: "unavailable",
}

# code → (Bahasa Indonesia, English); a service adds its own and may reword these.
TEXTS: Final[Texts] = {
    "already_exists": ("Data dengan {key} yang sama sudah ada.", "There is one with the same {key} already."),
    "bad_request": ("Permintaan tidak dapat dibaca.", "The request cannot be read."),
    "body_too_large": ("Isi permintaan terlalu besar.", "The body of the request is too large."),
    "changed_meanwhile": ("Data sudah berubah sejak Anda membacanya.", "It has changed since you read it."),
    "conflict": ("Tidak dapat dilakukan dalam keadaan sekarang.", "Not possible in the present state."),
    "duplicate_key": ("Kolom ini ditulis dua kali.", "This field is written twice."),
    "event_too_large": (
        "Perubahan ini terlalu besar untuk satu kali kirim: paling banyak {limit} byte. Bagi menjadi beberapa bagian.",
        "This change is too large to be sent at once: at most {limit} bytes. Split it up.",
    ),
    "exact_length": ("Panjangnya harus {length}.", "Must be {length} long."),
    "forbidden": ("Peran Anda tidak mengizinkan tindakan ini.", "Your role does not allow this action."),
    "idempotency_key_invalid": ("Kunci idempotensi tidak sah.", "The idempotency key is not valid."),
    "idempotency_key_missing": ("Header Idempotency-Key wajib ada.", "The header Idempotency-Key is required."),
    "idempotency_key_reused": (
        "Kunci idempotensi ini sudah dipakai untuk permintaan lain.",
        "This idempotency key was used for another request.",
    ),
    "if_match_invalid": ("Header If-Match tidak sah.", "The header If-Match is not valid."),
    "internal_error": (
        "Terjadi kesalahan pada sistem kami; sebutkan trace_id bila menghubungi kami.",
        "Something went wrong on our side; name the trace_id when you contact us.",
    ),
    "invalid": ("Sebagian isian tidak sah.", "Some fields are not valid."),
    "invalid_date": (
        "Bukan tanggal atau waktu yang ada, ditulis menurut ISO 8601.",
        "Not an existing date or time written as ISO 8601 has it.",
    ),
    "invalid_text": ("Teks memuat karakter yang tidak diizinkan.", "The text holds characters that are not allowed."),
    "invalid_value": ("Nilai tidak sah.", "The value is not valid."),
    "malformed_json": ("Isi permintaan bukan JSON yang benar.", "The body of the request is not well-formed JSON."),
    "method_not_allowed": ("Metode ini tidak tersedia di alamat ini.", "This method is not available at this address."),
    "not_found": ("Tidak ditemukan.", "Not found."),
    "not_one_of": ("Harus salah satu dari: {choices}.", "Must be one of: {choices}."),
    "null_not_allowed": ("Tidak boleh kosong.", "May not be null."),
    "number_out_of_range": ("Bilangan di luar jangkauan.", "The number is out of range."),
    "outbox_full": (
        "Perubahan belum dapat diterima karena terlalu banyak yang menunggu diteruskan; coba lagi nanti.",
        "No change can be taken now, because too many wait to be passed on; try again later.",
    ),
    "out_of_range": ("Di luar batas ({bound}).", "Out of bounds ({bound})."),
    "pattern_mismatch": ("Bentuk penulisannya tidak sah.", "Not written in the expected form."),
    "request_in_flight": (
        "Permintaan yang sama sedang diproses; coba lagi sebentar lagi.",
        "The same request is being processed; try again shortly.",
    ),
    "required": ("Wajib diisi.", "Required."),
    "stale_version": (
        "Data sudah diubah orang lain: Anda memegang versi {expected}.",
        "Somebody else changed it: you hold version {expected}.",
    ),
    "too_deep": ("Struktur JSON terlalu dalam.", "The JSON is nested too deeply."),
    "too_long": ("Paling panjang {max}.", "At most {max} long."),
    "too_many_requests": ("Terlalu banyak permintaan.", "Too many requests."),
    "too_short": ("Paling pendek {min}.", "At least {min} long."),
    "unauthenticated": ("Masuk terlebih dahulu dengan token yang sah.", "Sign in with a valid token first."),
    "unavailable": ("Layanan sedang tidak tersedia; coba lagi.", "The service is not available now; try again."),
    "unknown_field": ("Kolom ini tidak dikenal.", "This field is unknown."),
    "unsupported_media_type": ("Kirim sebagai application/json.", "Send it as application/json."),
    "wrong_length": ("Panjangnya harus {min}–{max}.", "Must be {min}–{max} long."),
    "wrong_type": ("Jenis nilainya salah: harus {type}.", "Wrong type of value: must be {type}."),
}

# What marshmallow says → our code; a validator that raises one of the service's own codes keeps it.
_SAYS: Final = tuple(
    (re.compile(pattern, re.DOTALL), code)
    for pattern, code in (
        (r"Unknown field\.", "unknown_field"),
        (r"Missing data for required field\.", "required"),
        (r"Field may not be null\.", "null_not_allowed"),
        (r"Length must be between (?P<min>\d+) and (?P<max>\d+)\.", "wrong_length"),
        (r"Length must be (?P<length>\d+)\.", "exact_length"),
        (r"Shorter than minimum length (?P<min>\d+)\.", "too_short"),
        (r"Longer than maximum length (?P<max>\d+)\.", "too_long"),
        (r"Must be one of: (?P<choices>.*?)\.{1,2}", "not_one_of"),
        (r"Must be (?P<bound>(?:greater|less) than .+)\.", "out_of_range"),
        (r"String does not match expected pattern\.", "pattern_mismatch"),
        (r"Number too large\.", "number_out_of_range"),
        (r"Not a valid (?:\w+ )?(?:date|datetime|time)\.", "invalid_date"),
        (r"Not a valid (?P<type>.+)\.", "wrong_type"),
        (r"Invalid(?: input)? type\.", "wrong_type"),
    )
)
_SIGNS: Final[Mapping[str, str]] = {
    "greater than or equal to": "≥",
    "less than or equal to": "≤",
    "greater than": ">",
    "less than": "<",
    "and": "…",
}
_TYPES: Final[Mapping[str, str]] = {
    "integer": "bilangan bulat",
    "number": "bilangan",
    "string": "teks",
    "boolean": "true atau false",
    "list": "daftar",
    "mapping type": "objek",
}
_SIGN: Final = re.compile("|".join(_SIGNS))
_CODE: Final = re.compile(r"[a-z][a-z0-9_]{1,60}")


def install(app: Flask, texts: Texts) -> None:
    """Answer every error of the app with a problem."""
    app.extensions["bina_texts"] = {**TEXTS, **texts}
    app.register_error_handler(RefusedError, _refused)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(PyMongoError, _store)
    app.register_error_handler(Exception, _defect)


def problem(
    status: int,
    code: str,
    faults: Sequence[Fault] = (),
    *,
    values: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Build the answer of a refusal."""
    body: dict[str, Any] = {
        "type": f"urn:bina:problem:{code}",
        "title": text_of(_code_of(status), {}),
        "status": status,
        "detail": text_of(code, values or {}),
        "instance": request.path[:200],
        "code": code,
        "errors": [error_of(fault) for fault in faults[:_MAX_FAULTS]],
        "trace_id": get_contextvars().get("trace_id", ""),
    }
    g.problem = code
    metrics.count("refusals", status=str(status), code=code)
    answer = Response(json.dumps(body), status, dict(headers or {}), mimetype=MEDIA_TYPE)
    answer.headers["Content-Language"] = language()
    answer.vary.add("Accept-Language")
    return answer


def error_of(fault: Fault) -> dict[str, str]:
    """Give one wrong field as it stands in answers: `pointer`, `code`, `message`."""
    values = {name: _in_language(value) for name, value in fault.values}
    return {"pointer": fault.pointer, "code": fault.code, "message": text_of(fault.code, values)}


def text_of(code: str, values: Mapping[str, str]) -> str:
    """Say the code in the caller's language; a missing value or text never fails the answer."""
    texts: Texts = current_app.extensions["bina_texts"]
    pair = texts.get(code)
    if pair is None:
        _log.error("code without a text", code=code)
        return code
    return pair[language() == "en"].format_map(_Lenient(values))


def _in_language(value: str) -> str:
    return value if language() == "en" else _TYPES.get(value, value)


def language() -> str:
    """Give the language of the answer: `id` unless the caller prefers English."""
    return request.accept_languages.best_match(["id", "en"], default="id") or "id"


def faults_of(messages: Any, pointer: str = "") -> Iterator[Fault]:
    """Turn marshmallow's nested messages into faults with JSON pointers."""
    if isinstance(messages, Mapping):
        for key, inner in messages.items():
            step = "" if key == "_schema" else "/" + str(key)[:100].replace("~", "~0").replace("/", "~1")
            yield from faults_of(inner, pointer + step)
    elif isinstance(messages, (list, tuple)):
        for each in messages:
            yield from faults_of(each, pointer)
    else:
        yield _fault(pointer, str(messages))


def _fault(pointer: str, message: str) -> Fault:
    for pattern, code in _SAYS:
        if found := pattern.fullmatch(message):
            values = found.groupdict()
            if bound := values.get("bound"):
                values["bound"] = _SIGN.sub(lambda each: _SIGNS[each[0]], bound)
            return Fault(pointer, code, tuple(values.items()))
    return Fault(pointer, message if _CODE.fullmatch(message) else "invalid_value")


def _refused(error: RefusedError) -> Response:
    status = error.status if isinstance(error, RefusedRequestError) else _STATUS[error.kind]
    headers = error.headers if isinstance(error, RefusedRequestError) else {}
    if error.kind == "UNAVAILABLE":
        headers = {"Retry-After": "5", **headers}
    return problem(status, error.code, error.faults, values=error.values, headers=headers)


def _http(error: HTTPException) -> Response | HTTPException:
    status = error.code or 500
    if status < HTTPStatus.BAD_REQUEST:
        return error
    headers = {name: value for name, value in error.get_headers() if name != "Content-Type"}
    messages = getattr(error, "data", {}).get("messages", {})
    if status == HTTPStatus.BAD_REQUEST and "json" in messages:
        return problem(status, "malformed_json")
    places = {place: inner for place, inner in messages.items() if place != "json"}
    # A body may be wrong in more places than are told; the rest is not even looked at.
    faults = list(islice(chain(faults_of(messages.get("json", {})), faults_of(places)), _MAX_FAULTS))
    return problem(status, _code_of(status), faults, headers=headers)


def _code_of(status: int) -> str:
    fallback = "internal_error" if status >= HTTPStatus.INTERNAL_SERVER_ERROR else "bad_request"
    return _HTTP_CODES.get(status, fallback)


def _store(error: PyMongoError) -> Response:
    if isinstance(error, DuplicateKeyError):
        key = ", ".join((error.details or {}).get("keyPattern", {}))
        return problem(409, "already_exists", values={"key": key})
    passing = (
        error.timeout or isinstance(error, ConnectionFailure) or error.has_error_label("TransientTransactionError")
    )
    if not passing:
        return _defect(error)
    _log.warning("store not available", error=type(error).__name__)
    return problem(503, "unavailable", headers={"Retry-After": "2"})


def _defect(error: Exception) -> Response:
    _log.error("request failed", exc_info=error)
    return problem(500, "internal_error")


class RefusedRequestError(RefusedError):
    """A refusal that is about HTTP itself and so has a status and headers of its own."""

    def __init__(
        self, status: int, code: str, faults: Sequence[Fault] = (), *, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__("INVALID", code, faults)
        self.status = status
        self.headers = dict(headers or {})


class _Lenient(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "…"
