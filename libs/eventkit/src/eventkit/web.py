"""The HTTP edge: one app per service with OpenAPI, strict JSON, tenant-bound callers, problems and health."""

import json
import re
import secrets
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast
from urllib.parse import urlencode

import structlog
from flask import Flask, Response, g, request
from flask.json.provider import DefaultJSONProvider
from flask_smorest import Api, Blueprint
from marshmallow import RAISE, Schema, ValidationError, fields, pre_load, validate
from pymongo.database import Database
from werkzeug.exceptions import UnsupportedMediaType

from eventkit import auth, health, metrics, problem
from eventkit.auth import Verifier
from eventkit.consumer import Projection
from eventkit.envelope import Trace, current_trace
from eventkit.ids import new_id
from eventkit.mongo import Documents, Page, UnitOfWork
from eventkit.problem import RefusedRequestError, Texts
from eventkit.refusal import Fault
from eventkit.settings import ServiceSettings

Blueprints = Blueprint | Sequence[Blueprint]
MAX_BODY: Final = 256 * 1024
MAX_DEPTH: Final = 32
MAX_INTEGER: Final = 2**53 - 1
MAX_PAGE: Final = 200
_CORRELATION: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
_TRACEPARENT: Final = re.compile(r"00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")
_VERSION: Final = re.compile(r'(?:W/)?"(\d{1,15})"', re.ASCII)
_HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
}
_log = structlog.get_logger(__name__)
