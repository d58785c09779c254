"""What readers may ask for."""

from typing import Any, Final

from marshmallow import fields, post_load, validate

from eventkit.web import PageQuery, RequestSchema
from national.domain import GROUPINGS, PARTITIONS, Filter, Paging

KINDS: Final = ("RETREAT", "CLINIC", "BRIEFING")
OF_PERSONS: Final = tuple(each for each in PARTITIONS if each != "plans")
_REGION: Final = validate.Regexp(r"^[0-9]{2}(\.[0-9]{2})?\Z")


def _region() -> fields.String:
    return fields.String(validate=_REGION, load_default=None)


def _kind() -> fields.String:
    return fields.String(validate=validate.OneOf(KINDS), load_default=None)


def _year() -> fields.Integer:
    return fields.Integer(validate=validate.Range(min=2000, max=2100), load_default=None)


class FilterQuery(RequestSchema):
    """A region (a province stands for its children too), a kind of programme, a year."""

    region = _region()
    kind = _kind()
    year = _year()

    @post_load
    def build(self, data: dict[str, Any], **_: object) -> Any:
        return Filter(**data)


class ListQuery(PageQuery):
    """A filter and a page."""

    region = _region()
    kind = _kind()
    year = _year()

    @post_load
    def build(self, data: dict[str, Any], **_: object) -> Any:
        paging = Paging(cursor=data.pop("cursor"), size=data.pop("size"))
        return Filter(**data), paging


class TableQuery(ListQuery):
    """A filter, a page and how lines are grouped."""

    group = fields.String(validate=validate.OneOf(GROUPINGS), load_default="batch")

    @post_load
    def build(self, data: dict[str, Any], **more: object) -> Any:
        grouping = data.pop("group")
        wanted, paging = super().build(data, **more)
        return wanted, grouping, paging


class PartitionQuery(TableQuery):
    """A table query that also says by what persons are counted."""

    by = fields.String(validate=validate.OneOf(OF_PERSONS), load_default="category")

    @post_load
    def build(self, data: dict[str, Any], **more: object) -> Any:
        partition = data.pop("by")
        return (partition, *super().build(data, **more))


class RegionQuery(RequestSchema):
    """A region, or none for the nation."""

    region = fields.String(validate=_REGION, load_default=None)


class TenantQuery(RequestSchema):
    """One tenant."""

    tenant = fields.String(required=True, validate=_REGION)
