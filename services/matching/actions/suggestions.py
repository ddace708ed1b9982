"""What a finished run does to the suggestions that stand: keep, replace, add, set aside."""

from collections.abc import Mapping
from uuid import uuid4

from services.matching.model.ids import AgencyId, ProposalId, RequestId, RunId
from services.matching.model.proposal import Proposal, ProposalState
from services.matching.model.run import Explained, Outcome, RunRecord
from services.matching.model.snapshot import Mentee, Mentor, Snapshot
from services.matching.states.proposals import ProposalMove
from services.matching.store.whole import Whole

REPLACED = "A newer run suggested somebody else."
EVERY_SUGGESTION = 100_000
AT_ONCE = 500


async def replace_suggestions(
    store: Whole, run: RunRecord, snapshot: Snapshot, outcome: Outcome
) -> None:
    """Put the run's pairs in the place of older suggestions, the longest wait first.

    A suggestion that the run made again stays the same one. What was pinned is never set aside;
    what was sent is not touched, because its request no longer was among those that wait.
    """
    mentees = {each.request_id: each for each in snapshot.mentees}
    mentors = {each.mentor_id: each for each in snapshot.mentors}
    pairs = sorted(outcome.pairs, key=lambda one: _place(mentees[one.fit.request_id]))
    found = await store.proposals.suggested(run.agency, limit=EVERY_SUGGESTION)
    standing = {each.request_id: each for each in found}
    await _set_aside(store, snapshot, outcome, standing)
    fresh = []
    for place, pair in enumerate(pairs, start=1):
        old = standing.get(pair.fit.request_id)
        if old is not None and old.mentor_id == pair.fit.mentor_id:
            same = old.explained.fit == pair.fit
            await store.proposals.suggest_again(
                old.id, run=run.id, place=place, explained=pair, same=same
            )
        else:
            mentee, mentor = mentees[pair.fit.request_id], mentors[pair.fit.mentor_id]
            fresh.append(
                suggested(
                    run_id=run.id,
                    agency=run.agency,
                    mentee=mentee,
                    mentor=mentor,
                    pair=pair,
                    place=place,
                )
            )
    for at in range(0, len(fresh), AT_ONCE):
        await store.proposals.suggest_all(fresh[at : at + AT_ONCE])


def suggested(  # noqa: PLR0913 - a proposal is where six things meet
    *,
    run_id: RunId,
    agency: AgencyId,
    mentee: Mentee,
    mentor: Mentor,
    pair: Explained,
    place: int,
    override_reason: str | None = None,
) -> Proposal:
    return Proposal(
        id=ProposalId(uuid4()),
        run_id=run_id,
        agency=agency,
        request_id=mentee.request_id,
        family_id=mentee.home.family_id,
        mentor_id=mentor.mentor_id,
        mentor_family_id=mentor.home.family_id,
        state=ProposalState.SUGGESTED,
        points=pair.fit.points,
        place_in_run=place,
        need_points=mentee.need_points,
        explained=pair,
        read_at=None,
        sent_at=None,
        answer_by=None,
        override_reason=override_reason,
        ended_because=None,
        held_back_because=None,
        version=1,
    )


async def _set_aside(
    store: Whole, snapshot: Snapshot, outcome: Outcome, standing: Mapping[RequestId, Proposal]
) -> None:
    """End the suggestions that this run did not make again, but for those that a person pinned."""
    made = {(pair.fit.request_id, pair.fit.mentor_id) for pair in outcome.pairs}
    for old in standing.values():
        pair = (old.request_id, old.mentor_id)
        if pair not in made and pair not in snapshot.pinned:
            await store.proposals.become(
                old.id, ProposalMove.SET_ASIDE, ProposalState.SET_ASIDE, why=REPLACED
            )


def _place(mentee: Mentee) -> tuple[int, str]:
    return -mentee.waiting_days, str(mentee.request_id)
