"""The composition root: what this service is made of."""

from typing import Any, Final

from flask import Flask
from pymongo.database import Database

from eventkit.auth import Verifier
from eventkit.settings import ServiceSettings
from eventkit.web import Service, build_app
from monitoring import store, views
from monitoring.consumers import PROJECTIONS
from monitoring.texts import TEXTS

SERVICE: Final = Service(
    name="monitoring",
    title="Bina Monitoring",
    blueprints=views.build,
    collections=store.COLLECTIONS,
    texts=TEXTS,
    projections=PROJECTIONS,
)


def create_app(settings: ServiceSettings, database: Database[Any], verifier: Verifier | None = None) -> Flask:
    """Compose the HTTP app."""
    return build_app(SERVICE, settings, database, verifier)
