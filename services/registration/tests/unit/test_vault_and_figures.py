"""The vault keeps identities shut, figures always sum up."""

from datetime import UTC, datetime

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st
from registration_samples import TENANT, a_person

from eventkit.event import TenantId
from registration.domain.codes import EnrolmentKind, PersonKind
from registration.domain.enrolment import SEATED, EnrolmentState
from registration.domain.figures import DEFINITIONS, Tally, count_heads, sum_figures, total_figures
from registration.store.vault import Identity, TenantVault, Vault

NOW = datetime(2025, 8, 1, tzinfo=UTC)


@pytest.fixture
def vault() -> Vault:
    return Vault(b"m" * 32, b"l" * 32)


@pytest.fixture
def own(vault: Vault) -> TenantVault:
    return vault.open(TENANT, vault.new_tenant_key(TENANT))


class TestVault:
    @pytest.mark.parametrize("number", ["198609262015051999", None])
    def test_identity_comes_back_with_its_key_only(self, own: TenantVault, number: str | None) -> None:
        person = a_person()
        key, sealed = own.seal(person.id, Identity(name="Peserta", number=number))
        stored = a_person(id=person.id, sealed=sealed)
        assert own.reveal(stored, key) == Identity(name="Peserta", number=number)
        assert own.reveal(stored, None) is None
        assert b"Peserta" not in sealed.name

    def test_each_person_has_a_key_of_their_own(self, own: TenantVault) -> None:
        first, sealed = own.seal("a", Identity(name="Peserta", number=None))
        second, _ = own.seal("b", Identity(name="Peserta", number=None))
        assert first.wrapped != second.wrapped
        with pytest.raises(InvalidTag):
            own.reveal(a_person(id="a", sealed=sealed), second)

    def test_other_master_key_opens_nothing(self, vault: Vault) -> None:
        key = vault.new_tenant_key(TENANT)
        with pytest.raises(InvalidTag):
            Vault(b"x" * 32, b"l" * 32).open(TENANT, key)
        with pytest.raises(InvalidTag):
            vault.open(TenantId("35.73"), key)

    def test_lookup_is_stable_and_differs_by_tenant(self, vault: Vault, own: TenantVault) -> None:
        other = vault.open(TenantId("35.73"), vault.new_tenant_key(TenantId("35.73")))
        again = vault.open(TENANT, vault.new_tenant_key(TENANT))
        assert own.lookup("1") == again.lookup("1") != other.lookup("1")

    def test_traces_show_no_key(self, vault: Vault, own: TenantVault) -> None:
        assert "mmm" not in repr(vault)
        assert repr(own) == "TenantVault(tenant='74.71')"


TALLIES = st.lists(
    st.builds(
        Tally,
        batch=st.sampled_from(["b1", "b2"]),
        category=st.sampled_from(["CAMAT", "DINAS", "UNSPECIFIED"]),
        state=st.sampled_from(EnrolmentState),
        kind=st.sampled_from(EnrolmentKind),
        person_kind=st.none() | st.sampled_from(PersonKind),
        enrolments=st.integers(0, 50),
        delegates=st.integers(0, 50),
    ),
    max_size=20,
)


@given(TALLIES)
def test_rows_and_columns_sum_to_the_total(tallies: list[Tally]) -> None:
    table = count_heads("b1", tallies, NOW)
    everybody = sum(each.enrolments for each in tallies)
    assert table.total == sum(row.total for row in table.categories) == sum(table.by_status.values()) == everybody
    labels = {row.label for row in table.categories if row.category == "UNSPECIFIED"}
    assert labels <= {"belum dikategorikan"}


@given(TALLIES)
def test_figures_of_batches_sum_to_those_of_the_tenant(tallies: list[Tally]) -> None:
    batches = sum_figures(tallies)
    total = total_figures(batches)
    assert total.keys() == DEFINITIONS.keys()
    for name in DEFINITIONS:
        assert total[name] == sum(figures[name] for figures in batches.values())
    seated = [each for each in tallies if each.state in SEATED]
    persons = [each.enrolments if each.kind is EnrolmentKind.PERSON else each.delegates for each in seated]
    assert (total["confirmed"], total["persons"]) == (sum(each.enrolments for each in seated), sum(persons))
