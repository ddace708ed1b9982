"""A second person agrees to an override, and it is done; or says no; or who asked takes it back.

Each holds the event's row, as whatever moves places does: of two at once one is first.
Source: event-scenarios.md I07.
"""

from uuid import UUID

from kernel import audit
from kernel.ask import Ask
from kernel.refusal import Refused
from services.events.access import ACCESS, Permit
from services.events.actions.filling import offer_to
from services.events.actions.offering import without_late
from services.events.actions.overrides import facts_of
from services.events.actions.running import needed_reason, write_places
from services.events.model.event import Event
from services.events.model.given import GivenPlaces
from services.events.model.ids import OverrideId
from services.events.model.override import AskedOverride, Over, OverrideState
from services.events.model.place import EntryState
from services.events.refusals import Why
from services.events.states.overrides import OVERRIDE, OverrideMove, may
from services.events.store.whole import Whole

OVERRIDE_DEEDS = {
    OverrideMove.AGREE: "agreed_to_override",
    OverrideMove.DECLINE: "declined_override",
    OverrideMove.TAKE_BACK: "took_back_override",
}
NO_LONGER = {
    Over.CALLED_OFF: Why.NOT_PUBLISHED,
    Over.TOO_LATE: Why.OVERRIDE_TOO_LATE,
    Over.LINE_GONE: Why.OVERRIDE_LINE_GONE,
    Over.PLACES_CHANGED: Why.OVERRIDE_SETTLED,
}


async def move_override(
    ask: Ask[Whole], *, override: OverrideId, move: OverrideMove, reason: str | None = None
) -> OverrideId:
    """Agree, which does it at once by the rules of now; say no with a reason; or take it back.
    Where no place is free just now it goes on waiting.

    Refuses: NOT_FOUND, NOT_ALLOWED, REASON_NEEDED, OVERRIDE_BY_ANOTHER, OVERRIDE_NOT_YOURS,
    OVERRIDE_SETTLED, OVERRIDE_TOO_LATE, OVERRIDE_LINE_GONE, NOT_PUBLISHED, NOTHING_TO_OFFER.
    """
    ACCESS.require_role(ask.actor, Permit.FILL)  # a guessed id is told no otherwise
    account = ask.actor.account
    assert account is not None, "staff are signed in"
    async with ask.begin() as store:
        found = await store.overrides.override(override)
        ACCESS.require(ask.actor, Permit.FILL, found)
        assert found is not None, "required above"
        _require_who(found, move, account)
        why = needed_reason(reason or "") if move is OverrideMove.DECLINE else None
        await store.turn.become_system(found.agency)
        event = await store.events.lock_one(found.event_id)
        if move is OverrideMove.AGREE:
            event = await without_late(store, event)  # by that its turn may have come
        held = await store.overrides.override(override)
        assert held is not None, "seen above"
        _require_open(held, move)
        settled = await store.overrides.settle(override, move, by=account, why=why)
        assert settled, "its event is held, and the table allows the move"
        await _write_down(store, held, move, why=why)
        if move is OverrideMove.AGREE:
            await _perform(store, event, held)
    return override


def _require_who(asked: AskedOverride, move: OverrideMove, account: UUID) -> None:
    if move is OverrideMove.LAPSE:  # the clock's
        raise Refused(Why.NOT_ALLOWED)
    is_own = asked.asked_by == account
    if not may(move, is_own=is_own):
        raise Refused(Why.OVERRIDE_BY_ANOTHER if is_own else Why.OVERRIDE_NOT_YOURS)


def _require_open(held: AskedOverride, move: OverrideMove) -> None:
    if held.state is OverrideState.LAPSED:
        assert held.lapsed_because is not None, "it says why"
        raise Refused(NO_LONGER[held.lapsed_because])
    if OVERRIDE.after(held.state, move) is None:
        raise Refused(Why.OVERRIDE_SETTLED)


async def _perform(store: Whole, event: Event, held: AskedOverride) -> None:
    """As who asked would have alone, where the host wanted no second person."""
    if held.extra is not None:
        given = GivenPlaces(capacity=event.capacity, extra=held.extra, room_max=event.room_max)
        await write_places(store, event, given, why=held.why)
        return
    assert held.entry_id is not None, "the one or the other"
    line = await store.entries.entry(held.entry_id)
    assert line is not None, "it waits"
    assert line.state is EntryState.WAITING, "else it had lapsed"
    await offer_to(store, event, line, why=held.why)


async def _write_down(
    store: Whole, held: AskedOverride, move: OverrideMove, *, why: str | None
) -> None:
    """Both people: who did it, and for whom, who asked. Of a yes the reason is the asker's."""
    await audit.record(
        store.turn,
        what=OVERRIDE_DEEDS[move],
        why=held.why if move is OverrideMove.AGREE else why,
        agency=held.agency,
        subject=held.event_id,
        for_account=held.asked_by,
        facts=facts_of(held),
    )
