"""Routes about persons: pseudonyms for all, identities only for those who need them."""

from typing import Any

from flask import Response
from flask_smorest import Blueprint

from eventkit.auth import principal, roles
from eventkit.idempotency import once
from eventkit.ids import new_id
from eventkit.mongo import UnitOfWork
from eventkit.trail import sensitive
from eventkit.web import PageQuery, if_match, page_of
from registration import store
from registration.domain.person import Person, PersonFacts, RegisterPerson
from registration.schemas.persons import (
    ErasePersonBody,
    ErasePersonRequest,
    FindPersonBody,
    FindPersonRequest,
    PersonDetail,
    PersonDetailResponse,
    PersonFactsRequest,
    PersonResponse,
    TransferPersonBody,
    TransferPersonRequest,
    detail,
)
from registration.usecases import persons as usecases
from registration.views.callers import MANAGERS, NAME_READERS, now, vault
from registration.views.listing import answer_page


def build(uow: UnitOfWork) -> Blueprint:
    """Wire the routes about persons."""
    blueprint = Blueprint("persons", __name__, url_prefix="/v1/persons")
    _queries(blueprint, uow)

    @blueprint.route("", methods=["POST"])
    @roles(*MANAGERS)
    @blueprint.arguments(PersonFactsRequest)
    @blueprint.response(201, PersonResponse)
    def register(facts: PersonFacts) -> Response:
        """Enter one person; the answer holds the pseudonym only."""
        keys = vault()
        command = RegisterPerson(tenant=principal().tenant, person=new_id(), facts=facts, today=now().date())
        return once(
            uow,
            201,
            PersonResponse(),
            lambda unit: usecases.register_person(unit, keys, command),
            location="/v1/persons/{id}",
        )

    @blueprint.route("/<person_id>/transfers", methods=["POST"])
    @roles(*MANAGERS)
    @blueprint.arguments(TransferPersonRequest)
    @blueprint.response(200, PersonResponse)
    def transfer(body: TransferPersonBody, person_id: str) -> Response:
        """Move a person to another unit."""
        command = body.command(principal().tenant, person_id, if_match())
        return once(uow, 200, PersonResponse(), lambda unit: usecases.transfer_person(unit, command))

    @blueprint.route("/<person_id>/erasures", methods=["POST"])
    @roles("tenant_admin")
    @blueprint.arguments(ErasePersonRequest)
    @blueprint.response(200, PersonResponse)
    def erase(body: ErasePersonBody, person_id: str) -> Response:
        """Forget who a pseudonym is; the counts stay."""
        command = body.command(principal().tenant, person_id, now(), if_match())
        return once(uow, 200, PersonResponse(), lambda unit: usecases.erase_person(unit, command))

    return blueprint


def _queries(blueprint: Blueprint, uow: UnitOfWork) -> None:
    @blueprint.route("", methods=["GET"])
    @roles(*NAME_READERS)
    @blueprint.arguments(PageQuery, location="query")
    @blueprint.response(200, page_of(PersonResponse))
    def list_persons(query: dict[str, Any]) -> Response:
        """List pseudonyms."""
        return answer_page(uow, store.persons, PersonResponse(), query)

    @blueprint.route("/<person_id>", methods=["GET"])
    @roles(*NAME_READERS, "evaluator", "auditor")
    @sensitive
    @blueprint.response(200, PersonDetailResponse)
    def read(person_id: str) -> PersonDetail:
        """Show a person: in full to those who run programmes, masked to others."""
        caller, session = principal(), uow.reading()
        person = store.persons.load(caller.tenant, person_id, session)
        identity = store.identities(caller.tenant, vault(), {person.id: person}, session)[person.id]
        in_full = bool(caller.roles & set(MANAGERS))
        name, number = (None, None) if identity is None else (identity.name, identity.number)
        return detail(person, name, number, in_full=in_full)

    @blueprint.route("/lookups", methods=["POST"])
    @roles(*MANAGERS)
    @sensitive
    @blueprint.arguments(FindPersonRequest)
    @blueprint.response(200, PersonResponse)
    def find(body: FindPersonBody) -> Person:
        """Find a person by number; a POST, because numbers do not belong into addresses."""
        return usecases.find_person(uow, vault(), body.command(principal().tenant, now().date()))
