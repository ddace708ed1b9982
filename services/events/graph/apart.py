"""Places of families who must not meet, as the graph shows them to a safeguarding lead."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry

from kernel.graph import Info, Refusable, Refusal, uuid_of
from kernel.messages import Service
from kernel.once import once
from services.events.actions import apart
from services.events.model import apart as kept
from services.events.model.ids import BookingId
from services.events.model.place import BookingState

EVENTS = Service.EVENTS


@strawberry.type
class PlaceApart:
    """A place at an event to come at which there is also a family that this one must not meet.
    Of that family no more is told than whether it comes as another agency's.
    """

    booking: strawberry.ID
    reference: str
    state: BookingState
    places: int
    event_title: str
    town: str
    is_online: bool
    starts_at: datetime
    host: str
    other_is_elsewhere: bool

    @staticmethod
    def of(one: kept.PlaceApart) -> PlaceApart:
        return PlaceApart(
            booking=strawberry.ID(str(one.booking.id)),
            reference=one.reference,
            state=one.booking.state,
            places=one.booking.places,
            event_title=one.event.title,
            town=one.event.town,
            is_online=one.event.is_online,
            starts_at=one.event.starts_at,
            host=one.event.agency,
            other_is_elsewhere=one.elsewhere,
        )


@strawberry.type
class KeptApart:
    """The place that was taken back."""

    booking: strawberry.ID


KeepApartResult = Annotated[KeptApart | Refusal, strawberry.union("KeepApartResult")]


@strawberry.type
class ApartQuery:
    @strawberry.field
    async def places_apart(self, info: Info) -> list[PlaceApart]:
        """By date, to the safeguarding lead of the families' agency; empty to everybody else."""
        found = await apart.places_apart(info.context.ask(EVENTS))
        return [PlaceApart.of(one) for one in found]


@strawberry.type
class ApartMutation:
    @strawberry.mutation(extensions=[Refusable()])
    async def keep_apart(
        self, info: Info, booking: strawberry.ID, words: str, key: UUID
    ) -> KeepApartResult:
        """Take one of two such places back. Its family reads the words, and of nobody else."""
        which = BookingId(uuid_of(booking))
        await once(info.context.ask(EVENTS), key, apart.keep_apart, booking=which, words=words)
        return KeptApart(booking=booking)
