"""What the queue and the clock ask of events: take in cards, end what is late, offer what is free.

Each is safe to run twice and beside another worker. The sweeps are the truth.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from kernel.access import Actor
from kernel.ask import Ask
from kernel.messages import AnswerLink, FamilyCard, FamilyErased, Revoked
from kernel.tokens import take_revoked
from services.events.actions import (
    boards,
    calendars,
    erasing,
    feedback,
    filling,
    gates,
    guests,
    inviting,
    offering,
    overrides,
    reconfirming,
    reminding,
    ringing,
    slots,
    swapping,
    talk_topics,
)
from services.events.actions.cards import record_family_card

AskAs = Callable[[Actor], Ask[Any]]
"""Makes an asking of somebody: the worker's own, for the host that a job names."""

HANDLERS: Mapping[str, Callable[[Ask[Any], Any], Awaitable[Any]]] = {
    FamilyCard.KIND: record_family_card,
    Revoked.KIND: take_revoked,
    AnswerLink.KIND: feedback.take_link,
    FamilyErased.KIND: erasing.forget_family,
}
"""What events does with each kind of message, inside the transaction that takes it in."""


async def lapse_offers(ask_as: AskAs) -> int:
    """End the offers whose time has passed. Returns how many this worker ended."""
    ended = 0
    for offer, host in await offering.offers_due(ask_as(Actor.system())):
        ended += await offering.lapse_offer(ask_as(Actor.system(host)), offer)
    return ended


async def lapse_overrides(ask_as: AskAs) -> int:
    """End what waits for a second person and can no longer come about. Returns how many."""
    ended = 0
    for override, host in await overrides.overrides_due(ask_as(Actor.system())):
        ended += await overrides.lapse_override(ask_as(Actor.system(host)), override)
    return ended


async def remind(ask_as: AskAs) -> int:
    """Remind families of their dates. Returns how many this worker reminded."""
    told = 0
    for sitting, host in await reminding.reminders_due(ask_as(Actor.system())):
        told += await reminding.remind(ask_as(Actor.system(host)), sitting)
    return told


async def reconfirm(ask_as: AskAs) -> int:
    """Ask who still comes, and pass on what nobody speaks for. Returns how many steps it did."""
    done = 0
    for booking, host in await reconfirming.reconfirmings_due(ask_as(Actor.system())):
        done += await reconfirming.reconfirm(ask_as(Actor.system(host)), booking) is not None
    return done


async def invite_newly_placed(ask_as: AskAs) -> int:
    """Invite families where events say so. Returns how many this worker invited."""
    invited = 0
    for event, family, host in await inviting.invites_due(ask_as(Actor.system())):
        invited += await inviting.invite(ask_as(Actor.system(host)), event, family)
    return invited


async def expire_gates(ask_as: AskAs) -> int:
    """Let places go whose gate was not met in time. Returns how many were due."""
    due = await gates.gates_due(ask_as(Actor.system()))
    for booking, host in due:
        await gates.expire_gate(ask_as(Actor.system(host)), booking)
    return len(due)


async def count_visits(ask_as: AskAs) -> int:
    """Count anew who comes to one date of a course from another. Returns of how many courses."""
    due = await swapping.visits_to_count(ask_as(Actor.system()))
    for event, host in due:
        await swapping.count_visits(ask_as(Actor.system(host)), event)
    return len(due)


async def fill_events(ask_as: AskAs) -> int:
    """Offer free places to who waits, some of an event in a transaction. Returns how many."""
    made = 0
    for event, host in await filling.events_to_fill(ask_as(Actor.system())):
        while some := await filling.fill_event(ask_as(Actor.system(host)), event):
            made += some
    return made


async def forget_groups(ask_as: AskAs) -> int:
    """Delete notes and memberships that are kept no longer. Returns how many."""
    gone = 0
    for agency in await boards.agencies_with_leavings(ask_as(Actor.system())):
        gone += await boards.forget_leavings(ask_as(Actor.system(agency)))
    return gone


async def ask_how_it_was(ask_as: AskAs) -> int:
    """Ask families that came, once for each step. Returns how many this worker asked."""
    asked = 0
    for booking, step, host in await feedback.feedback_due(ask_as(Actor.system())):
        asked += await feedback.ask_family(ask_as(Actor.system(host)), booking, step)
    return asked


async def forget_feedback(ask_as: AskAs) -> int:
    """Forget who was asked, and words, once they have been kept for their time."""
    return await feedback.forget_feedback(ask_as(Actor.system()))


async def forget_guests(ask_as: AskAs) -> int:
    """Forget first names of who dropped by, once the register has closed."""
    return await guests.forget_guests(ask_as(Actor.system()))


async def forget_whom_to_ring(ask_as: AskAs) -> int:
    """Forget whom to ring for children, a week after the last date and with the place."""
    return await ringing.forget_whom_to_ring(ask_as(Actor.system()))


async def forget_talk_topics(ask_as: AskAs) -> int:
    """Forget what families wanted to talk about, a week after the slot and with the place."""
    return await talk_topics.forget_talk_topics(ask_as(Actor.system()))


async def forget_invites(ask_as: AskAs) -> int:
    """Forget days of placement that nothing asks for, and invitations to what is over."""
    return await inviting.forget_invites(ask_as(Actor.system()))


async def tell_public_news(ask_as: AskAs) -> int:
    """Tell mailing lists what is new for everybody. Returns how many events this worker told of."""
    told = 0
    for host in await calendars.hosts_with_news(ask_as(Actor.system())):
        told += await calendars.tell_public_news(ask_as(Actor.system(host)))
    return told


async def forget_holds(ask_as: AskAs) -> int:
    """Forget who held a slot while a form was filled in, once its ten minutes are over."""
    return await slots.forget_holds(ask_as(Actor.system()))
