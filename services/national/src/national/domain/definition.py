"""What each figure counts, in one sentence; a report carries those that it uses."""

from collections.abc import Iterable, Mapping
from typing import Final

DEFINITIONS: Final[Mapping[str, str]] = {
    # figures that the services publish under the same name
    "programmes": "programmes ever proposed, the cancelled included",
    "units": "organisation units ever registered, the closed included",
    "nominated": "enrolments ever put forward, the rejected included",
    "rejected": "enrolments that the rule did not admit",
    "confirmed": "enrolments that hold a seat now, arrived or not",
    "checked_in": "enrolments that arrived",
    "persons": "persons behind the confirmed enrolments: one each, or the delegates of a unit",
    "non_asn": "confirmed persons who are no civil servants",
    "sessions_held": "sessions whose attendance list is closed",
    "jp_scheduled": "JP of the sessions of a batch that are not cancelled",
    "completed": "enrolments that completed by the rule in force",
    "incomplete": "enrolments that did not complete by the rule in force",
    "jp_credited": "JP credited, summed over the persons of all enrolments",
    "measures_opened": "measures ever opened: baselines, tests and follow-ups",
    "plans_submitted": "action plans ever submitted",
    "plans_verified": "action plans whose every item is verified by somebody else than its owner",
    "visits_closed": "monitoring visits whose every finding is settled",
    "outcomes_shown": "comparisons of before and after that have enough matched pairs to be shown",
    # figures of the nation
    "category": "confirmed persons by category of participant; delegates count under the kind of their unit",
    "arrival": "confirmed persons by arrival: ARRIVED or NOT_ARRIVED",
    "completion": "confirmed persons by the completion rule: COMPLETED, INCOMPLETE, or OPEN while it was not applied",
    "credit_limit": "confirmed persons by whether their credit of the year is above their limit, a flag and no block",
    "standing": "enrolments without a seat by what became of them; those with a seat are not in this table",
    "delegations": "confirmed units by kind of unit; their delegates are counted as persons under `category`",
    "plans": "action plans by their present status",
    "batches": "batches ever scheduled, the cancelled included",
    "active": "regions whose government scheduled at least one batch that was not cancelled",
    "jp_curriculum": "JP of the newest published version of the programme's curriculum",
    "jp_held": "JP of the sessions that were held",
    "sessions": "sessions that are not cancelled",
    "measures": "measures of batches with the day on which they are due",
    "outcomes": "comparisons of before and after by status; figures only where the status is SHOWN",
    "register": "programmes as their tenants describe them; claims are statements by others, with source and standing",
    "freshness": "time of the newest event that was applied, by tenant and topic",
}

RULE: Final = (
    "Cells of 1 to 4 are hidden (null), and with them as many others as keep every hidden cell open to at least four "
    "values. Cells are decided once, by batch, over the whole nation; every group and filter shows only sums of "
    "shown cells. Batches with fewer than five persons are withheld from all sums."
)


def definitions(names: Iterable[str]) -> dict[str, str]:
    """Give the definitions of these figures."""
    return {name: DEFINITIONS[name] for name in names}
