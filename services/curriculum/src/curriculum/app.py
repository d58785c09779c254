"""The composition root: what curriculum is made of, and its app."""

from typing import Any, Final

from flask import Flask
from pymongo.database import Database

from curriculum import consumers, store, views
from curriculum.texts import TEXTS
from eventkit.settings import ServiceSettings
from eventkit.web import Service, build_app

SERVICE: Final = Service(
    name="curriculum",
    title="Bina Curriculum",
    blueprints=views.build,
    collections=store.COLLECTIONS,
    texts=TEXTS,
    projections=consumers.PROJECTIONS,
)


def create_app(settings: ServiceSettings, database: Database[dict[str, Any]]) -> Flask:
    """Compose the app of one process."""
    return build_app(SERVICE, settings, database)
