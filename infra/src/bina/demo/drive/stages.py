"""The order of one programme's life, and how much there is to do in each stage."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from bina.demo.drive import enrolment, follow_up, organisation, teaching
from bina.demo.drive.work import BatchWork, Work
from bina.demo.example.measuring import Score, Visits
from bina.demo.example.roster import Scale

Do: TypeAlias = Callable[[Work, BatchWork], None]
Size: TypeAlias = Callable[[Work, BatchWork], int]


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of a batch: what it is called, what it does, and how many steps it counts."""

    name: str
    do: Do
    size: Size


def _nothing(_work: Work, _each: BatchWork) -> int:
    return 0


def _tests(work: Work, each: BatchWork) -> int:
    return 2 * len(each.roster.people) if work.programme.monitoring.tests else 0


def _plans(work: Work, each: BatchWork) -> int:
    plans = work.programme.monitoring.plans
    finished = each.seats * plans.verified_share // 100
    return 2 * each.seats + 2 * finished * plans.items


BATCH_STAGES: Final = (
    Stage("batch", organisation.schedule, lambda _, __: 1),
    Stage("sessions and speakers", teaching.plan_sessions, lambda work, _: len(work.programme.curriculum.sessions)),
    Stage("nominations", enrolment.nominate, lambda _, each: 2 * each.seats + len(each.roster.delegations)),
    Stage("new period", organisation.reschedule, _nothing),
    Stage("acting officials", enrolment.name_covers, lambda _, each: sum(bool(p.cover) for p in each.roster.people)),
    Stage("baseline", follow_up.take_baseline, lambda _, each: each.seats),
    Stage("begin", organisation.start, _nothing),
    Stage("arrivals", enrolment.check_in, lambda _, each: each.seats),
    Stage("end of the baseline", follow_up.close_baseline, _nothing),
    Stage(
        "attendance", teaching.take_attendance, lambda work, each: each.heads * len(work.programme.curriculum.sessions)
    ),
    Stage("tests", teaching.take_tests, _tests),
    Stage("speakers present", teaching.confirm_presence, _nothing),
    Stage("end", organisation.end, _nothing),
    Stage("completion and certificates", teaching.complete, lambda _, each: each.seats),
    Stage("action plans", follow_up.make_plans, _plans),
    Stage("follow-ups", follow_up.follow_up, lambda _, each: len(follow_up.WAVES) * each.seats),
)


def size_of(work: Work, scale: Scale) -> int:
    """Count the steps of a whole programme."""
    batches = sum(stage.size(work, each) for stage in BATCH_STAGES for each in work.batches)
    return 1 + len(work.programme.claims) + 1 + batches + _after(work, scale) + len(work.batches)


def _after(work: Work, scale: Scale) -> int:
    monitoring = work.programme.monitoring
    return _amount(monitoring.visits, scale) + sum(_amount(score, scale) for score in monitoring.scores)


def _amount(several: Visits | Score, scale: Scale) -> int:
    return several.count if scale == "full" else several.small


def live(work: Work, scale: Scale) -> bool:
    """Take one programme through its life; says False where an earlier run had done all of it."""
    if organisation.is_there(work):
        work.track.begin(1)
        work.track.stage("already there")
        work.done(1)
        return False
    work.track.begin(size_of(work, scale))
    work.track.stage("programme and claims")
    organisation.propose(work)
    work.track.stage("curriculum")
    teaching.write_curriculum(work)
    for each in work.batches:
        _run(work, each, BATCH_STAGES)
    work.track.stage("visits and scores")
    monitoring = work.programme.monitoring
    follow_up.visit_units(work, work.batches[0], _amount(monitoring.visits, scale))
    for score in monitoring.scores:
        follow_up.record_scores(work, score, _amount(score, scale))
    for each in work.batches:
        organisation.evaluate(work, each)
    work.track.stage("done")
    return True


def _run(work: Work, each: BatchWork, stages: Sequence[Stage]) -> None:
    for stage in stages:
        work.track.stage(f"{each.name} {stage.name}")
        stage.do(work, each)
