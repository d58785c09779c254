"""The reports that national gives; each reads one snapshot and decides nothing."""

from national.usecases.coverage import cover_nation, cover_province
from national.usecases.generation import Rebuilt, begin_generation, read_so_far, switch_generation
from national.usecases.operations import digest_views, reconcile, report_freshness
from national.usecases.register import list_programmes, show_programme
from national.usecases.results import report_jp, report_measures, report_outcomes
from national.usecases.tables import report_table

__all__ = [
    "Rebuilt",
    "begin_generation",
    "cover_nation",
    "cover_province",
    "digest_views",
    "list_programmes",
    "read_so_far",
    "reconcile",
    "report_freshness",
    "report_jp",
    "report_measures",
    "report_outcomes",
    "report_table",
    "show_programme",
    "switch_generation",
]
