"""Composition root of registration."""

from typing import Any, Final

from flask import Flask
from pymongo.database import Database

from eventkit.auth import Verifier
from eventkit.web import Service, build_app
from registration import store, views
from registration.settings import Settings
from registration.texts import TEXTS

SERVICE: Final = Service(
    name="registration",
    title="Bina Registration",
    blueprints=views.build,
    collections=store.COLLECTIONS,
    texts=TEXTS,
    settings=Settings,
)


def create_app(settings: Settings, database: Database[Any], verifier: Verifier | None = None) -> Flask:
    """Compose the API on a database."""
    return build_app(SERVICE, settings, database, verifier)
