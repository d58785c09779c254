"""The HTTP routes by subject: a view authorises, loads, calls a use case and dumps."""

from flask_smorest import Blueprint

from eventkit.mongo import UnitOfWork
from registration.views import batches, enrolments, figures, persons, programmes, tenants, units


def build(uow: UnitOfWork) -> list[Blueprint]:
    """Wire all routes to one unit of work."""
    subjects = (tenants, units, persons, programmes, batches, enrolments, figures)
    return [subject.build(uow) for subject in subjects]
