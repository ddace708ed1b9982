"""What the queue and the clock ask of matching: perform runs, end what is over, speak of waits.

Each is safe to run twice and beside another worker. The sweeps are the truth; a bell only makes
them sooner.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from kernel.access import Actor
from kernel.ask import Ask
from kernel.messages import ErasureDone
from services.matching.actions import (
    answers,
    erasing,
    lapses,
    lending,
    responsibility,
    runs,
    waits,
)
from services.matching.model.ids import AgencyId, FamilyId, ProposalId, RequestId, RunId

AskAs = Callable[[Actor], Ask[Any]]
"""Makes an asking of somebody: the worker's own, for the agency that a job names."""

HANDLERS: Mapping[str, Callable[[Ask[Any], Any], Awaitable[Any]]] = {
    ErasureDone.KIND: erasing.note_done,
}
"""What matching does with each kind of message, inside the transaction that takes it in."""


async def perform_run(ask_as: AskAs, *, run: RunId, agency: AgencyId) -> None:
    await runs.perform_run(ask_as(Actor.system(agency)), run)


async def perform_due_runs(ask_as: AskAs) -> int:
    """Runs that were never rung for, or whose worker died. Returns how many there were."""
    due = await runs.due_runs(ask_as(Actor.system()))
    for run, agency in due:
        await perform_run(ask_as, run=RunId(run), agency=agency)
    return len(due)


async def expire_proposals(ask_as: AskAs) -> int:
    """End the proposals whose last day to answer has passed. Returns how many there were."""
    due = await answers.proposals_due(ask_as(Actor.system()))
    for proposal, agency in due:
        await answers.expire_proposal(ask_as(Actor.system(agency)), ProposalId(proposal))
    return len(due)


async def speak_of_waits(ask_as: AskAs) -> int:
    """Write to those who have waited 28 days without a word. Returns how many there were."""
    due = await waits.waits_to_speak_of(ask_as(Actor.system()))
    for request, agency in due:
        await waits.still_waiting(ask_as(Actor.system(agency)), RequestId(request))
    return len(due)


async def speak_of_cards(ask_as: AskAs) -> int:
    """Tell those who said yes that it did not come together. Returns how many there were."""
    due = await waits.cards_to_speak_of(ask_as(Actor.system()))
    for proposal, side, agency in due:
        await waits.speak_of_card(ask_as(Actor.system(agency)), proposal, side)
    return len(due)


async def keep_responsibility(ask_as: AskAs) -> int:
    """Move on who answers for children whose day has come, or comes within 90 days."""
    due = await responsibility.responsibility_due(ask_as(Actor.system()))
    for family, agency in due:
        await responsibility.keep_responsibility(ask_as(Actor.system(agency)), FamilyId(family))
    return len(due)


async def end_lending(ask_as: AskAs) -> int:
    """End agreements to lend mentors whose last day has passed. Returns how many there were."""
    due = await lending.agreements_over(ask_as(Actor.system()))
    for agreement, agency in due:
        await lending.end_lending(ask_as(Actor.system(agency)), agreement)
    return len(due)


async def block_lapsed_mentors(ask_as: AskAs) -> int:
    """Take out of matching whose check has run out. Returns how many there were."""
    blocked = 0
    for agency in await lapses.agencies_of_lapses(ask_as(Actor.system())):
        ask = ask_as(Actor.system(agency))
        for mentor in await lapses.lapsed_mentors(ask):
            await lapses.lapse(ask_as(Actor.system(agency)), mentor)
            blocked += 1
    return blocked


async def erase_due(ask_as: AskAs) -> int:
    """Erase the families whose time has come. Returns how many there were."""
    erased = 0
    for erasure, agency in await erasing.erasures_due(ask_as(Actor.system())):
        erased += await erasing.erase(ask_as(Actor.system(agency)), erasure)
    return erased
