"""The HTTP routes, one blueprint per subject; a view authorises, loads, calls and dumps."""

from flask_smorest import Blueprint

from eventkit.mongo import UnitOfWork
from monitoring.views import instruments, measures, plans, scores, visits


def build(uow: UnitOfWork) -> list[Blueprint]:
    """Wire all routes to one unit of work."""
    return [each.build(uow) for each in (instruments, measures, plans, visits, scores)]
