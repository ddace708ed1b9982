"""Hours in which a venue is used by services for birth families: nothing of ours is there.

Who keeps them reads them; whoever publishes is told that the venue is not free, and not why.
Source: domain.md C14, D7, E24.
"""

from collections.abc import Iterable
from uuid import uuid4

from kernel import audit
from kernel.ask import Ask
from kernel.refusal import Refused
from services.events.access import ACCESS, Permit
from services.events.model.event import Event, Sitting
from services.events.model.ids import KeptClearId
from services.events.model.kept_clear import GivenKeptClear, Keeping
from services.events.refusals import Why
from services.events.store.whole import Whole


async def hours_kept_clear(ask: Ask[Whole]) -> Keeping:
    """Of the asker's agency; empty to all but its admins and its safeguarding lead."""
    agency = ask.actor.agency
    if agency is None or not ACCESS.allows(ask.actor, Permit.KEEP_CLEAR):
        return Keeping()
    async with ask.read() as store:
        return Keeping(
            tuple(await store.kept_clear.all()),
            tuple(await store.kept_clear.not_clear()),
            tuple(await store.venues.of_agency(agency)),
        )


async def keep_clear(ask: Ask[Whole], *, given: GivenKeptClear) -> KeptClearId:
    """Write down hours of a venue of the asker's agency. What is published stays, and is shown.

    Refuses: NOT_ALLOWED, VENUE_NOT_KNOWN, HOURS_NOT_POSSIBLE, LAST_DAY_NOT_POSSIBLE.
    """
    ACCESS.require_role(ask.actor, Permit.KEEP_CLEAR)
    agency, account = ask.actor.agency, ask.actor.account
    assert agency is not None, "the grant asks for one"
    assert account is not None, "staff have signed in"
    if given.until_wall <= given.from_wall:
        raise Refused(Why.HOURS_NOT_POSSIBLE, field="until")
    if given.last_on is not None and (not given.weekly or given.last_on < given.first_on):
        raise Refused(Why.LAST_DAY_NOT_POSSIBLE, field="lastOn")
    kept = KeptClearId(uuid4())
    async with ask.begin() as store:
        venue = await store.venues.venue(given.venue)
        if venue is None or venue.agency != agency:
            raise Refused(Why.VENUE_NOT_KNOWN, field="venue")
        await store.kept_clear.add(kept, given, agency=agency, by=account)
        await audit.record(store.turn, what="kept_clear", agency=agency, subject=kept)
    return kept


async def end_kept_clear(ask: Ask[Whole], *, kept: KeptClearId) -> KeptClearId:
    """Refuses: NOT_ALLOWED, NOT_FOUND."""
    ACCESS.require_role(ask.actor, Permit.KEEP_CLEAR)
    async with ask.begin() as store:
        if not await store.kept_clear.end(kept):
            raise Refused(Why.NOT_FOUND)
        await audit.record(
            store.turn, what="ended_kept_clear", agency=ask.actor.agency, subject=kept
        )
    return kept


async def require_clear(store: Whole, event: Event, dates: Iterable[Sitting]) -> None:
    """That no such service is at the venue of an event within two hours of any of these dates.

    Refuses: VENUE_NOT_FREE.
    """
    if event.venue_id is None:
        return
    for one in dates:
        if not await store.kept_clear.is_free(event.venue_id, one.starts_at, one.ends_at):
            raise Refused(Why.VENUE_NOT_FREE, field="dates")
