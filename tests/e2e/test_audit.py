"""The audit logs of a whole platform: every service's chain holds, and a change by the owner of a store is named."""

import time
from typing import Any

import pytest

from bina.demo.drive.errors import RefusedError
from bina.engines import mongod_access
from eventkit.audit import LOG


def verified(stage: Any) -> dict[str, dict[str, Any]]:
    """Verify until every sealed entry is anchored and none waits."""
    deadline = time.monotonic() + 120
    while True:
        ran = stage.bina("audit", "verify", "--json")
        assert ran.status == 0, ran.out + ran.err
        reports = {each["service"]: each for each in ran.data}
        if all(each["anchored"] == each["entries"] and each["pending"] == 0 for each in reports.values()):
            return reports
        assert time.monotonic() < deadline, reports


def test_every_chain_holds_up_to_its_anchor(stage: Any, first_run: Any) -> None:
    with pytest.raises(RefusedError):
        stage.client("74.71", "participant").get("registration", "/v1/persons")
    reports = verified(stage)
    assert {name for name, each in reports.items() if each["entries"]} >= {"registration", "curriculum", "monitoring"}
    listed = stage.bina("audit", "--service", "registration", "--json").data["registration"]
    assert ("GET /v1/persons", "REFUSED", 403) in {(each["action"], each["outcome"], each["status"]) for each in listed}


def test_a_change_by_the_owner_of_the_store_is_named(stage: Any, first_run: Any) -> None:
    verified(stage)
    stack = stage.platform.stack()
    with mongod_access.root(stack.store(stack.service("registration"))) as client:
        log = client["registration_audit"][LOG]
        honest = log.find_one({"_id": 2})
        log.update_one({"_id": 2}, {"$set": {"subject": "somebody-else"}})
        ran = stage.bina("audit", "verify", "--service", "registration", "--json")
        log.replace_one({"_id": 2}, honest)
    assert (ran.status, ran.data[0]["fault"], ran.data[0]["bad_entry"]) == (1, "CHANGED", 2)
    assert stage.bina("audit", "verify").status == 0
