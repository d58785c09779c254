"""The guard of the store tests must catch what it is there for."""

import pytest

from testkit.tenancy import offences

FILTER = {"tenant": "35.73", "_id": "35.73/1"}


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("find", {"find": "batches", "filter": {"_id": "35.73/1"}}),
        ("find", {"find": "batches"}),
        ("aggregate", {"aggregate": "batches", "pipeline": []}),
        ("aggregate", {"aggregate": "batches", "pipeline": [{"$group": {"_id": "$tenant"}}]}),
        ("update", {"update": "batches", "updates": [{"q": FILTER}, {"q": {"_id": "35.73/1"}}]}),
        ("delete", {"delete": "batches", "deletes": [{"q": {}}]}),
        ("findAndModify", {"findAndModify": "batches", "query": {}}),
        ("insert", {"insert": "batches", "documents": [{"_id": "35.73/1"}]}),
        ("distinct", {"distinct": "batches", "key": "name", "query": {}}),
        ("count", {"count": "batches", "query": {}}),
    ],
)
def test_a_command_without_the_tenant_is_caught(name: str, command: dict[str, object]) -> None:
    assert len(offences(name, command)) == 1


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("find", {"find": "batches", "filter": FILTER}),
        ("aggregate", {"aggregate": "batches", "pipeline": [{"$match": FILTER}]}),
        ("update", {"update": "batches", "updates": [{"q": FILTER}]}),
        ("insert", {"insert": "batches", "documents": [FILTER]}),
        ("find", {"find": "outbox", "filter": {}}),
        ("aggregate", {"aggregate": "outbox", "pipeline": [{"$changeStream": {}}]}),
        ("commitTransaction", {"commitTransaction": 1}),
    ],
)
def test_a_command_of_one_tenant_passes(name: str, command: dict[str, object]) -> None:
    assert offences(name, command) == []
