"""A reader's own mentorings and cards, with first names where both have said yes (E12)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from kernel.ask import Ask
from services.matching.access import ACCESS, Permit
from services.matching.actions.answers import side_of
from services.matching.actions.protected import of_proposals, write_down_reading
from services.matching.model.card import Card, CardState
from services.matching.model.ids import ProposalId
from services.matching.model.proposal import Mentoring, Side
from services.matching.model.protected import Reading
from services.matching.store.whole import Whole

SHOWN_MAX = 50


@dataclass(frozen=True, slots=True)
class CardToRead:
    """A card as its reader sees it now. `names` are the other side's, once both said yes."""

    card: Card
    state: CardState
    names: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class MyMentoring:
    mentoring: Mentoring
    side: Side
    names: tuple[str, ...]


async def my_cards(ask: Ask[Whole]) -> Sequence[CardToRead]:
    """The asker's own cards, newest first. Nothing for staff: theirs is the proposal."""
    if not ACCESS.allows(ask.actor, Permit.ANSWER_PROPOSAL):
        return []
    async with ask.read() as store:
        cards = await store.cards.mine(limit=SHOWN_MAX)
        mine = {each.proposal_id: each for each in await store.mentorings.mine(limit=SHOWN_MAX)}
        shown = [await _read(store, card, mine.get(card.proposal_id), ask.now) for card in cards]
    await _write_down_cards(ask, cards)
    return shown


async def my_card(ask: Ask[Whole], proposal: ProposalId) -> CardToRead | None:
    """None for somebody else's card, as for one that is not there."""
    if not ACCESS.allows(ask.actor, Permit.ANSWER_PROPOSAL):
        return None
    async with ask.read() as store:
        card = await store.cards.card(proposal, side_of(ask.actor.role))
        if card is None or not ACCESS.allows(ask.actor, Permit.ANSWER_PROPOSAL, card):
            return None
        mentoring = await store.mentorings.of_proposal(proposal)
        shown = await _read(store, card, mentoring, ask.now)
    await _write_down_cards(ask, [card])
    return shown


async def my_mentorings(ask: Ask[Whole]) -> Sequence[MyMentoring]:
    """The asker's own, newest first: a mentor's while they last and thirty days more (E35)."""
    if not ACCESS.allows(ask.actor, Permit.SEE_OWN_MENTORINGS):
        return []
    side = side_of(ask.actor.role)
    async with ask.read() as store:
        mine = await store.mentorings.mine(limit=SHOWN_MAX)
        shown = [MyMentoring(each, side, await _names(store, each, side)) for each in mine]
    for each in mine:
        sides = (each.family_id, each.mentor_family_id)
        await write_down_reading(ask, Reading.MENTORING, sides, agency=each.agency)
    return shown


async def _write_down_cards(ask: Ask[Whole], cards: Sequence[Card]) -> None:
    """Whose cards they are, which their reader is not told: looked up as the system."""
    for agency in {card.agency for card in cards}:
        async with ask.read() as store:
            await store.turn.become_system(agency)
            found = await store.proposals.proposals(
                [card.proposal_id for card in cards if card.agency == agency]
            )
        await write_down_reading(ask, Reading.CARD, of_proposals(found), agency=agency)


async def _read(store: Whole, card: Card, mentoring: Mentoring | None, now: datetime) -> CardToRead:
    state = card.state(now)
    if state is not CardState.BOTH_YES or mentoring is None:
        return CardToRead(card, state)
    return CardToRead(card, state, await _names(store, mentoring, card.side))


async def _names(store: Whole, mentoring: Mentoring, reader: Side) -> tuple[str, ...]:
    """First names of the other side's adults: the mentor alone, or the adults of the family.

    Becomes the system: nothing of the asker's own is read after this. A lent mentor's name is with
    the agency that lends them.
    """
    mentor_family = mentoring.mentor_family_id
    keeps = await store.families.agency_keeping(mentor_family) if reader is Side.FAMILY else None
    await store.turn.become_system(keeps or mentoring.agency)
    if reader is Side.FAMILY:
        mentor = await store.adults.adult(mentoring.mentor_adult_id)
        adults = [mentor] if mentor else []
    else:
        adults = await store.adults.of_families([mentoring.family_id])
    return tuple(adult.first_name for adult in adults if adult.first_name)
