"""Ending a proposal that was sent: the request waits again, with its first day of asking kept.

Neither side's card is touched: each reads the same until its last day, whatever became of it.
"""

from kernel.audit import record
from services.matching.actions.ledger import move_place
from services.matching.actions.notices import no_longer
from services.matching.model.ids import ProposalId, RequestId
from services.matching.model.proposal import Proposal, ProposalState
from services.matching.states.lending import LoanMove
from services.matching.states.proposals import PROPOSAL, ProposalMove
from services.matching.states.requests import RequestMove
from services.matching.store.whole import Whole


async def end_proposal(
    store: Whole, proposal: Proposal, move: ProposalMove, *, what: str, why: str | None = None
) -> bool:
    """Make an ending move as the system of the agency. False when it had ended before."""
    state = PROPOSAL.after(proposal.state, move)
    if state is None:
        return False
    ended = await store.proposals.become(proposal.id, move, state, why=why)
    if ended is None:
        return False
    if state is not ProposalState.SET_ASIDE:
        await move_place(store, proposal.id, LoanMove.GIVE_BACK)
        await store.requests.move(proposal.request_id, RequestMove.RETURN)
        await no_longer(store, proposal.id, ended.version)
    if move in (ProposalMove.SAY_NO, ProposalMove.EXPIRE):
        await store.pair_rules.lift_pin_of(proposal.request_id)  # this mentor is excluded now
    facts: dict[str, str | int] = {"request": str(proposal.request_id)}
    await record(
        store.turn, what=what, why=why, agency=proposal.agency, subject=proposal.id, facts=facts
    )
    return True


async def end_open_proposal(store: Whole, request: RequestId, *, why: str) -> None:
    """Withdraw or set aside the request's open proposal, if it has one.

    Called once the request itself has left the list; the caller has become the system.
    """
    for found in await store.proposals.open_of_requests([request]):
        proposal = await store.proposals.lock(ProposalId(found.id))
        if proposal is None:
            continue
        suggested = proposal.state is ProposalState.SUGGESTED
        move = ProposalMove.SET_ASIDE if suggested else ProposalMove.WITHDRAW
        await end_proposal(store, proposal, move, what="ended_proposal", why=why)
