"""Visits, their findings, and the register of innovations."""

from datetime import timedelta

import pytest
from monitoring_samples import BATCH, DAY, MALANG, UNIT, conducted, planned, uuid

from eventkit.refusal import RefusedError
from monitoring import events
from monitoring.domain import innovation, visit
from monitoring.domain.innovation import InnovationState, RegisterInnovation
from monitoring.domain.visit import Finding, RecordVisit, ScheduleVisit, ScoreBand, VisitState


def scheduling(version: int) -> ScheduleVisit:
    return ScheduleVisit(
        tenant=MALANG,
        id=uuid(31),
        batch=BATCH,
        unit=UNIT,
        checklist="MALANG-KUNJUNGAN",
        checklist_version=version,
        planned_on=DAY,
        visitor="inspektorat",
    )


def test_series_keeps_its_checklist_version() -> None:
    second, told = visit.schedule(scheduling(1), [planned()])
    assert second.wave == 2
    assert isinstance(told[0], events.VisitScheduled)
    with pytest.raises(RefusedError, match="checklist_version_fixed"):
        visit.schedule(scheduling(2), [planned()])


def test_visit_without_findings_can_be_closed_at_once() -> None:
    clean = conducted(findings=0)
    assert clean.state is VisitState.CONDUCTED
    closed, told = visit.close(clean)
    assert (closed.state, type(told[0])) == (VisitState.CLOSED, events.VisitClosed)


def test_visit_closes_only_when_no_finding_is_open() -> None:
    found = conducted(findings=2)
    assert (found.state, found.findings_open) == (VisitState.AWAITING_RESPONSE, 2)
    for number in (1, 2):
        with pytest.raises(RefusedError, match="findings_open"):
            visit.close(found)
        found = visit.settle(visit.respond(found, number, "Sudah", DAY), number, DAY)
    assert visit.close(found)[0].findings_open == 0


def test_answered_finding_is_still_open_until_it_is_settled() -> None:
    answered = visit.respond(conducted(), 1, "Sudah diperbaiki", DAY)
    with pytest.raises(RefusedError, match="findings_open"):
        visit.close(answered)


def test_finding_is_answered_before_it_is_settled_and_once() -> None:
    found = conducted()
    with pytest.raises(RefusedError, match="finding_state"):
        visit.settle(found, 1, DAY)
    answered = visit.respond(found, 1, "Sudah", DAY)
    with pytest.raises(RefusedError, match="finding_state"):
        visit.respond(answered, 1, "Lagi", DAY)


@pytest.mark.parametrize("number", [0, 2])
def test_unknown_finding_is_refused(number: int) -> None:
    with pytest.raises(RefusedError, match="finding_unknown"):
        visit.respond(conducted(), number, "Sudah", DAY)


def test_visit_is_recorded_once_and_closed_after_that() -> None:
    with pytest.raises(RefusedError, match="visit_state"):
        visit.record(conducted(), RecordVisit(on=DAY, score=80, findings=()))
    with pytest.raises(RefusedError, match="visit_state"):
        visit.close(planned())


def test_finding_due_before_the_visit_is_refused() -> None:
    early = Finding(number=1, dimension="BP", text="x", owner_unit=UNIT, due_on=DAY - timedelta(days=1))
    with pytest.raises(RefusedError, match="finding_due_before_visit"):
        visit.record(planned(), RecordVisit(on=DAY, score=10, findings=(early,)))


@pytest.mark.parametrize(
    ("score", "band"),
    [(100, ScoreBand.HIGH), (80, ScoreBand.HIGH), (79, ScoreBand.MEDIUM), (60, ScoreBand.MEDIUM), (59, ScoreBand.LOW)],
)
def test_bands_close_at_their_edges(score: int, band: ScoreBand) -> None:
    assert visit.band(score) is band


def test_innovation_goes_through_its_states_and_no_others() -> None:
    entry = innovation.register(
        RegisterInnovation(
            tenant=MALANG, id=uuid(40), unit=UNIT, batch=None, enrolment=None, title="Antrean daring", started_on=DAY
        )
    )
    with pytest.raises(RefusedError, match="innovation_state"):
        innovation.advance(entry, InnovationState.ADOPTED)
    adopted = innovation.advance(innovation.advance(entry, InnovationState.TRIED), InnovationState.ADOPTED)
    with pytest.raises(RefusedError, match="innovation_state"):
        innovation.advance(adopted, InnovationState.DROPPED)
