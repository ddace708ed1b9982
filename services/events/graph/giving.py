"""How an agency gives places away, in the graph."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry

from kernel.graph import Info, Refusable, Refusal
from kernel.messages import Service
from kernel.once import once
from services.events.actions import giving
from services.events.graph.types import still_seen
from services.events.model import place as kept

EVENTS = Service.EVENTS


@strawberry.type
class PlaceSettings:
    """Hours to answer an offer: more than 14 days ahead, 14 to 4 days, 4 days to 1 day. Minutes
    before the start after which nothing is offered; hours for which a family that let an offer
    lapse is not asked again. Days before a date, and the hour, at which families are reminded of
    it. Days before it to ask whether they come, to ask again, and to pass the place on, where an
    event does so. Days before the first date from which who has a place is told where it is.
    Days before it from which promised places are free to all, where no day is given. Whether a
    place out of turn, and places over what an event aims at, want a second person.
    Number 0 is what every agency starts from.
    """

    number: int
    far_hours: int
    near_hours: int
    close_hours: int
    cut_off_minutes: int
    rest_hours: int
    remind_days: int
    remind_hour: int
    ask_days: int
    ask_again_days: int
    pass_on_days: int
    address_days: int
    release_days: int
    jumps_by_two: bool
    extra_by_two: bool

    @staticmethod
    def of(settings: kept.PlaceSettings) -> PlaceSettings:
        return PlaceSettings(
            number=settings.number,
            far_hours=settings.far_hours,
            near_hours=settings.near_hours,
            close_hours=settings.close_hours,
            cut_off_minutes=settings.cut_off_minutes,
            rest_hours=settings.rest_hours,
            remind_days=settings.remind_days,
            remind_hour=settings.remind_hour,
            ask_days=settings.ask_days,
            ask_again_days=settings.ask_again_days,
            pass_on_days=settings.pass_on_days,
            address_days=settings.address_days,
            release_days=settings.release_days,
            jumps_by_two=settings.jumps_by_two,
            extra_by_two=settings.extra_by_two,
        )


@strawberry.type
class PlaceSettingsVersion:
    settings: PlaceSettings
    set_at: datetime
    why: str

    @staticmethod
    def of(version: kept.PlaceSettingsVersion) -> PlaceSettingsVersion:
        return PlaceSettingsVersion(
            settings=PlaceSettings.of(version.settings), set_at=version.set_at, why=version.why
        )


@strawberry.input
class PlaceSettingsInput:
    """`number` is the version that was read."""

    number: int
    far_hours: int
    near_hours: int
    close_hours: int
    cut_off_minutes: int
    rest_hours: int
    remind_days: int
    remind_hour: int
    ask_days: int
    ask_again_days: int
    pass_on_days: int
    address_days: int
    release_days: int = 21
    jumps_by_two: bool = False
    extra_by_two: bool = False

    def given(self) -> kept.PlaceSettings:
        return kept.PlaceSettings(
            number=self.number,
            far_hours=self.far_hours,
            near_hours=self.near_hours,
            close_hours=self.close_hours,
            cut_off_minutes=self.cut_off_minutes,
            rest_hours=self.rest_hours,
            remind_days=self.remind_days,
            remind_hour=self.remind_hour,
            ask_days=self.ask_days,
            ask_again_days=self.ask_again_days,
            pass_on_days=self.pass_on_days,
            address_days=self.address_days,
            release_days=self.release_days,
            jumps_by_two=self.jumps_by_two,
            extra_by_two=self.extra_by_two,
        )


SetPlaceSettingsResult = Annotated[
    PlaceSettings | Refusal, strawberry.union("SetPlaceSettingsResult")
]


@strawberry.type
class GivingQuery:
    @strawberry.field
    async def place_settings(self, info: Info) -> PlaceSettings | None:
        """What counts now at the reader's agency; for who plans."""
        found = await giving.place_settings(info.context.ask(EVENTS))
        return PlaceSettings.of(found) if found else None

    @strawberry.field
    async def place_settings_versions(self, info: Info) -> list[PlaceSettingsVersion]:
        """Every version, the newest first; for who plans."""
        found = await giving.place_settings_versions(info.context.ask(EVENTS))
        return [PlaceSettingsVersion.of(one) for one in found]


@strawberry.type
class GivingMutation:
    @strawberry.mutation(extensions=[Refusable()])
    async def set_place_settings(
        self, info: Info, input: PlaceSettingsInput, why: str, key: UUID
    ) -> SetPlaceSettingsResult:
        """A version more, with its reason. Offers that are out keep their deadline."""
        ask = info.context.ask(EVENTS)
        await once(ask, key, giving.set_place_settings, given=input.given(), why=why)
        info.context.forget()
        return PlaceSettings.of(still_seen(await giving.place_settings(info.context.ask(EVENTS))))
