"""Pages of a tenant's documents, with the filters that the query names."""

from collections.abc import Mapping
from typing import Any

from flask import Response
from marshmallow import Schema

from eventkit.auth import principal
from eventkit.mongo import Documents, UnitOfWork
from eventkit.web import paged


def answer_page(uow: UnitOfWork, documents: Documents[Any], schema: Schema, query: Mapping[str, Any]) -> Response:
    """Answer a page; every field of the query but `cursor` and `size` is a filter, None means any."""
    where = {name: value for name, value in query.items() if name not in {"cursor", "size"} and value is not None}
    page = documents.page(principal().tenant, where, uow.reading(), cursor=query["cursor"], size=query["size"])
    return paged(page, schema)
