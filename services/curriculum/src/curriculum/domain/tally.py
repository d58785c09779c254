"""What applying the completion rule to a batch did, in numbers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from curriculum.domain.completion import Completion
from curriculum.events import CompletionRecorded, Outcome
from eventkit.event import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletionReport:
    """What a run of the rule did, and what the batch now comes to."""

    batch: str
    recorded: int
    corrected: int
    unchanged: int
    completed: int
    incomplete: int
    jp_credited: int


def tally(batch: str, changes: Iterable[tuple[Completion, Sequence[Event]]]) -> CompletionReport:
    """Count what a run of the rule did."""
    pairs = list(changes)
    events = [event for _, each in pairs for event in each]
    recorded = sum(isinstance(event, CompletionRecorded) for event in events)
    completed = sum(completion.result.outcome is Outcome.COMPLETED for completion, _ in pairs)
    return CompletionReport(
        batch=batch,
        recorded=recorded,
        corrected=len(events) - recorded,
        unchanged=len(pairs) - len(events),
        completed=completed,
        incomplete=len(pairs) - completed,
        jp_credited=sum(completion.result.jp_credited for completion, _ in pairs),
    )
