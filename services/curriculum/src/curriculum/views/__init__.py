"""The HTTP routes: each view authorises, loads, calls a use case and dumps."""

from flask_smorest import Blueprint

from curriculum.views import attendance, completions, curricula, engagements, sessions
from eventkit.mongo import UnitOfWork


def build(uow: UnitOfWork) -> list[Blueprint]:
    """Wire all routes to one unit of work; called by create_app."""
    return [each.build(uow) for each in (curricula, sessions, engagements, attendance, completions)]
