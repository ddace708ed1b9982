"""The register of a date in the graph: who is expected, who came, who dropped by."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry

from kernel.graph import Info, Refusable, Refusal, uuid_of
from kernel.messages import Service
from kernel.once import once
from services.events.actions import attendance, guests
from services.events.graph.booking import PartyInput
from services.events.graph.events import Event, Sitting, event_by_id
from services.events.graph.ringing import WhomToRing
from services.events.graph.types import still_seen
from services.events.model import attendance as kept
from services.events.model.ids import BookingId, SittingId

EVENTS = Service.EVENTS


@strawberry.type
class RegisterRow:
    """One place: who is expected, what they need, who came. A name comes from the register of
    families by `familyId`, where it may be told; else `code` stands for them. An adopter who leads
    the group reads how many children are expected, and not their ages. A guest is not known: their
    first name is here.
    """

    booking_id: strawberry.ID
    family_id: strawberry.ID
    agency: str
    code: str
    adults: int
    children: list[str]
    children_expected: int
    needs: list[str]
    photos_allowed: bool
    is_marked: bool
    adults_came: int | None
    children_came: int | None
    people_came: list[strawberry.ID]
    caught_up: bool
    led_to: kept.LedTo | None
    is_guest: bool
    guest_name: str | None
    whom_to_ring: WhomToRing | None
    talk_topic: str | None = strawberry.field(
        description="To the worker whose time the slot is; null to all others."
    )

    @staticmethod
    def of(row: kept.RegisterRow) -> RegisterRow:
        mark = row.mark
        return RegisterRow(
            booking_id=strawberry.ID(str(row.booking_id)),
            family_id=strawberry.ID(str(row.family_id)),
            agency=row.agency,
            code=row.code,
            adults=row.adults,
            children=list(row.children),
            children_expected=row.children_expected,
            needs=list(row.needs),
            photos_allowed=row.photos_allowed,
            is_marked=mark is not None,
            adults_came=mark.adults if mark else None,
            children_came=mark.children if mark else None,
            people_came=[strawberry.ID(str(one)) for one in mark.people] if mark else [],
            caught_up=mark.caught_up if mark else False,
            led_to=mark.led_to if mark else None,
            is_guest=row.is_guest,
            guest_name=row.guest_name,
            whom_to_ring=WhomToRing.of(row.whom_to_ring) if row.whom_to_ring else None,
            talk_topic=row.talk_topic,
        )


@strawberry.type
class Register:
    """Of one date; its rows are there from `opensAt` to `closesAt`."""

    opens_at: datetime
    closes_at: datetime
    is_open: bool
    sitting: Sitting
    rows: list[RegisterRow]
    row: strawberry.Private[kept.Register]

    @strawberry.field
    async def event(self, info: Info) -> Event | None:
        return await event_by_id(info, self.row.event.id)

    @staticmethod
    def of(found: kept.Register) -> Register:
        return Register(
            opens_at=found.opens_at,
            closes_at=found.closes_at,
            is_open=found.is_open,
            sitting=Sitting.of(found.sitting),
            rows=[RegisterRow.of(one) for one in found.rows],
            row=found,
        )


@strawberry.input
class AttendanceInput:
    """How many of a place came; none at all is an answer. `caughtUp`: made good afterwards.

    `people`: those of the adults whose names the register told, by their ids.
    `ledTo`: what a consultation led to.
    """

    booking: strawberry.ID
    adults: int
    children: int
    caught_up: bool = False
    people: list[strawberry.ID] = strawberry.field(default_factory=list)
    led_to: kept.LedTo | None = None

    def given(self, sitting: SittingId) -> kept.Mark:
        return kept.Mark(
            booking_id=BookingId(uuid_of(self.booking)),
            sitting_id=sitting,
            adults=self.adults,
            children=self.children,
            caught_up=self.caught_up,
            people=tuple(uuid_of(one) for one in self.people),
            led_to=self.led_to,
        )


KeepRegisterResult = Annotated[Register | Refusal, strawberry.union("KeepRegisterResult")]
WelcomeGuestResult = Annotated[Register | Refusal, strawberry.union("WelcomeGuestResult")]
WalkInResult = Annotated[Register | Refusal, strawberry.union("WalkInResult")]


@strawberry.type
class AttendanceQuery:
    @strawberry.field
    async def register(self, info: Info, sitting: strawberry.ID) -> Register | None:
        """To who plans for the host, who leads the date or its group; null to all others."""
        return await _register(info, SittingId(uuid_of(sitting)))


@strawberry.type
class AttendanceMutation:
    @strawberry.mutation(extensions=[Refusable()])
    async def keep_register(
        self, info: Info, sitting: strawberry.ID, marks: list[AttendanceInput], key: UUID
    ) -> KeepRegisterResult:
        """Who came of each place named. The newest mark counts; each is kept."""
        which = SittingId(uuid_of(sitting))
        given = [mark.given(which) for mark in marks]
        ask = info.context.ask(EVENTS)
        await once(ask, key, attendance.keep_register, sitting=which, marks=given)
        return await _kept(info, which)

    @strawberry.mutation(extensions=[Refusable()])
    async def walk_in(
        self, info: Info, sitting: strawberry.ID, reference: str, party: PartyInput, key: UUID
    ) -> WalkInResult:
        """A family that dropped by, by its reference: a place, and marked as come."""
        which = SittingId(uuid_of(sitting))
        await once(
            info.context.ask(EVENTS),
            key,
            attendance.walk_in,
            sitting=which,
            reference=reference,
            party=party.given(),
        )
        return await _kept(info, which)

    @strawberry.mutation(extensions=[Refusable()])
    async def welcome_guest(
        self, info: Info, sitting: strawberry.ID, first_name: str, party: PartyInput, key: UUID
    ) -> WelcomeGuestResult:
        """Somebody who dropped by and is not known: a place of the host's, marked as come."""
        which = SittingId(uuid_of(sitting))
        await once(
            info.context.ask(EVENTS),
            key,
            guests.welcome_guest,
            sitting=which,
            first_name=first_name,
            party=party.given(),
        )
        return await _kept(info, which)


async def _register(info: Info, sitting: SittingId) -> Register | None:
    found = await attendance.register(info.context.ask(EVENTS), sitting)
    return Register.of(found) if found else None


async def _kept(info: Info, sitting: SittingId) -> Register:
    info.context.forget()
    return still_seen(await _register(info, sitting))
