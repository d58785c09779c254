"""What the national service is made of, and its app."""

from typing import Final

from flask import Flask
from pymongo.database import Database

from eventkit.auth import Verifier
from eventkit.mongo import Document
from eventkit.settings import ServiceSettings
from eventkit.web import Service, build_app
from national import store, views
from national.consumers import PROJECTIONS
from national.texts import TEXTS

SERVICE: Final = Service(
    name="national",
    title="Bina National",
    blueprints=views.build,
    projections=PROJECTIONS,
    collections=(store.generations,),
    texts=TEXTS,
)


def create_app(settings: ServiceSettings, database: Database[Document], verifier: Verifier | None = None) -> Flask:
    """Compose the app around one database."""
    return build_app(SERVICE, settings, database, verifier)
