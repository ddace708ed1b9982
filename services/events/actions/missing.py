"""Two in a row not attended: somebody rings and asks whether all is well. A call, never a ban.

Source: domain.md D7.
"""

from kernel import audit
from services.events.model.desks import BestTime, GivenCallBack
from services.events.model.eligibility import FamilyFacts
from services.events.model.event import Event
from services.events.model.place import Booking, BookingState
from services.events.rules.desk_days import due_on
from services.events.store.whole import Whole

CAME = frozenset({BookingState.ATTENDED, BookingState.PART_ATTENDED})


async def heed(store: Whole, event: Event, settled: Booking) -> None:
    """A place of which it is known by now who came, as its host's system: the second that nobody
    came to puts the family on its own agency's list of calls, and coming takes it off again.
    """
    facts = await store.askings.facts(settled.family_id)
    if facts is None:  # who dropped by, and is nobody's family
        return
    if settled.state in CAME:
        await store.turn.become_system(facts.agency)
        await store.call_backs.end_missed(settled.family_id)
        await store.turn.become_system(event.agency)
    elif await store.call_backs.missed_twice(settled.family_id, event.id):
        await store.turn.become_system(facts.agency)
        await _have_them_rung(store, facts)
        await store.turn.become_system(event.agency)


async def _have_them_rung(store: Whole, facts: FamilyFacts) -> None:
    """By the desk of the agency that keeps the family, which has their number."""
    account = store.turn.actor.account
    assert account is not None, "who marks a register has signed in"
    desks = [one for one in await store.desks.all() if one.agency == facts.agency]
    if not desks:
        return
    desk = next((one for one in desks if one.code == facts.agency), desks[0])
    given = GivenCallBack(
        desk=desk.code,
        service=None,
        words="",
        best_time=BestTime.ANY,
        telephone="",
        missed=True,
    )
    due = due_on(desk, store.turn.now)
    if await store.call_backs.add(facts, desk, given, due=due, by=account):
        await audit.record(
            store.turn, what="missed_twice", agency=facts.agency, subject=facts.family_id
        )
