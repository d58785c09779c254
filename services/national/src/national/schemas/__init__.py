"""What readers may ask for and what they get; every report says what it stands on."""

from national.schemas.operations import DigestResponse, FreshnessResponse, ReconciliationResponse
from national.schemas.query import FilterQuery, ListQuery, PartitionQuery, RegionQuery, TableQuery, TenantQuery
from national.schemas.register import CoverageResponse, RegisterResponse
from national.schemas.results import JpResponse, MeasuresResponse, OutcomesResponse
from national.schemas.table import TableResponse

__all__ = [
    "CoverageResponse",
    "DigestResponse",
    "FilterQuery",
    "FreshnessResponse",
    "JpResponse",
    "ListQuery",
    "MeasuresResponse",
    "OutcomesResponse",
    "PartitionQuery",
    "ReconciliationResponse",
    "RegionQuery",
    "RegisterResponse",
    "TableQuery",
    "TableResponse",
    "TenantQuery",
]
