"""What giving a place back late costs, in the graph: rules, what a family is told, charges."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import strawberry

import services.events.graph.words  # noqa: F401 - makes the enums
from kernel.graph import Connection, Info, Page, Refusable, Refusal, connection, uuid_of
from kernel.messages import Service
from kernel.once import once
from services.events.actions import charge_rules, charges, reading
from services.events.model import charge as kept
from services.events.model import event as event_model
from services.events.model import place as place_model
from services.events.model.charge import Because, ChargeId, TakenBack
from services.events.model.event import Kind
from services.events.model.ids import EventId

if TYPE_CHECKING:
    from services.events.graph.places import Booking

LazyBooking = Annotated["Booking", strawberry.lazy("services.events.graph.places")]
EVENTS = Service.EVENTS


@strawberry.type
class GivingBack:
    """What giving a place back costs, in pence. `pence` is now, and null where the family has to
    ring; `latePence` from `freeUntil` on; `missedPence` not to come and not to say so.
    """

    pence: int | None
    free_until: datetime
    late_pence: int | None
    missed_pence: int

    @staticmethod
    def of(terms: kept.Terms) -> GivingBack:
        return GivingBack(
            pence=terms.pence,
            free_until=terms.free_until,
            late_pence=terms.late_pence,
            missed_pence=terms.missed_pence,
        )


@strawberry.type
class Charge:
    """One line of what is owed, in pence. No payment is taken here."""

    id: strawberry.ID
    because: Because
    pence: int
    rule: int
    charged_at: datetime
    taken_back: TakenBack | None
    taken_back_at: datetime | None
    taken_back_why: str | None
    row: strawberry.Private[kept.Charge]

    @strawberry.field
    async def booking(self, info: Info) -> LazyBooking | None:
        from services.events.graph.places import booking_by_id  # noqa: PLC0415 - they name each other

        return await booking_by_id(info, self.row.booking_id)

    @staticmethod
    def of(charge: kept.Charge) -> Charge:
        return Charge(
            id=strawberry.ID(str(charge.id)),
            because=charge.because,
            pence=charge.pence,
            rule=charge.rule,
            charged_at=charge.charged_at,
            taken_back=charge.taken_back,
            taken_back_at=charge.taken_back_at,
            taken_back_why=charge.taken_back_why,
            row=charge,
        )


@strawberry.type
class ChargedEvent:
    """What an event tells of charges."""

    row: strawberry.Private[event_model.Event]

    @strawberry.field
    async def giving_back(self, info: Info) -> GivingBack | None:
        """For a place that is taken now; null where it costs nothing."""
        found = await info.context.load(EVENTS, charges.terms_of_events, self.row.id)
        return GivingBack.of(found) if found else None


@strawberry.type
class ChargedBooking:
    """What a place tells of charges."""

    row: strawberry.Private[place_model.Booking]

    @strawberry.field
    async def giving_back(self, info: Info) -> GivingBack | None:
        """What giving it back costs; null where it costs nothing, or is over."""
        found = await info.context.load(EVENTS, charges.terms_of_places, self.row.id)
        return GivingBack.of(found) if found else None

    @strawberry.field
    async def charge(self, info: Info) -> Charge | None:
        """The newest, also when it has been taken back."""
        found = await info.context.load(EVENTS, charges.charges_of, self.row.id)
        return Charge.of(found) if found else None


@strawberry.type
class ChargeRule:
    """Free until `freeHour` on the wall, `freeDays` days before; then `latePence`, or null where a
    family has to ring. For places taken since `setAt`, at one event or at all of a kind.
    """

    number: int
    kind: Kind | None
    free_days: int
    free_hour: int
    late_pence: int | None
    missed_pence: int
    set_at: datetime
    why: str
    ended_at: datetime | None
    ended_because: str | None
    event_id: strawberry.ID | None
    row: strawberry.Private[kept.ChargeRuleKept]

    @strawberry.field
    async def event_title(self, info: Info) -> str | None:
        """Of the one event that it is for."""
        event = self.row.rule.given.event_id
        found = await info.context.load(EVENTS, reading.events_by_id, event) if event else None
        return found.title if found else None

    @staticmethod
    def of(one: kept.ChargeRuleKept) -> ChargeRule:
        given = one.rule.given
        return ChargeRule(
            number=one.rule.number,
            kind=given.kind,
            free_days=given.free_days,
            free_hour=given.free_hour,
            late_pence=given.late_pence,
            missed_pence=given.missed_pence,
            set_at=one.set_at,
            why=one.why,
            ended_at=one.rule.ended_at,
            ended_because=one.ended_because,
            event_id=strawberry.ID(str(given.event_id)) if given.event_id else None,
            row=one,
        )


@strawberry.type
class ChargesOwed:
    """Sums in pence: all that was charged, what of it was taken back, and what is left."""

    charged: int
    taken_back: int
    owed: int


@strawberry.type
class ChargeRuleForeseen:
    """How many events ahead a rule would be for, and what it would say of the first."""

    events: int
    first_title: str | None
    first_starts_at: datetime | None
    first_free_until: datetime | None


@strawberry.input
class ChargeRuleInput:
    """For a kind of event or for one event; amounts in pence."""

    free_days: int
    free_hour: int
    late_pence: int | None = None
    missed_pence: int = 0
    kind: Kind | None = None
    event: strawberry.ID | None = None

    def given(self) -> kept.GivenRule:
        return kept.GivenRule(
            kind=self.kind,
            event_id=EventId(uuid_of(self.event)) if self.event else None,
            free_days=self.free_days,
            free_hour=self.free_hour,
            late_pence=self.late_pence,
            missed_pence=self.missed_pence,
        )


AddChargeRuleResult = Annotated[ChargeRule | Refusal, strawberry.union("AddChargeRuleResult")]
EndChargeRuleResult = Annotated[ChargeRule | Refusal, strawberry.union("EndChargeRuleResult")]
TakeBackChargeResult = Annotated[Charge | Refusal, strawberry.union("TakeBackChargeResult")]


@strawberry.type
class ChargeQuery:
    @strawberry.field
    async def charge_rules(self, info: Info) -> list[ChargeRule]:
        """Every rule of the reader's agency, those that have ended last; for who plans."""
        found = await charge_rules.charge_rules(info.context.ask(EVENTS))
        return [ChargeRule.of(one) for one in found]

    @strawberry.field
    async def charge_rule_foreseen(
        self, info: Info, input: ChargeRuleInput
    ) -> ChargeRuleForeseen | None:
        """What a rule would do, before there is one; null where it cannot be."""
        found = await charge_rules.foresee(info.context.ask(EVENTS), input.given())
        if found is None:
            return None
        return ChargeRuleForeseen(
            events=found.events,
            first_title=found.first_title,
            first_starts_at=found.first_starts_at,
            first_free_until=found.first_free_until,
        )

    @strawberry.field
    async def charges(
        self, info: Info, first: int = 20, after: str | None = None
    ) -> Connection[Charge]:
        """What the reader's agency has charged for its events, the newest first; for who plans."""
        page = Page.of(first, after, datetime, UUID)
        rows, total = await charges.charges(
            info.context.ask(EVENTS),
            after=page.after,
            limit=page.limit,
        )
        return connection(
            page,
            rows,
            node=Charge.of,
            cursor=lambda one: (one.charged_at, one.id),
            total_count=total,
        )

    @strawberry.field
    async def charges_owed(self, info: Info) -> ChargesOwed | None:
        """The sums of the reader's agency; for who plans."""
        found = await charges.owed(info.context.ask(EVENTS))
        if found is None:
            return None
        return ChargesOwed(charged=found.charged, taken_back=found.taken_back, owed=found.owed)

    @strawberry.field
    async def charge(self, info: Info, id: strawberry.ID) -> Charge | None:
        found = await charges.charge_by_id(info.context.ask(EVENTS), ChargeId(uuid_of(id)))
        return Charge.of(found) if found else None


@strawberry.type
class ChargeMutation:
    @strawberry.mutation(extensions=[Refusable()])
    async def add_charge_rule(
        self, info: Info, input: ChargeRuleInput, why: str, key: UUID
    ) -> AddChargeRuleResult:
        """A rule more, for places that are taken from now on."""
        ask = info.context.ask(EVENTS)
        number = await once(ask, key, charge_rules.add_charge_rule, given=input.given(), why=why)
        return await _rule(info, number)

    @strawberry.mutation(extensions=[Refusable()])
    async def end_charge_rule(
        self, info: Info, number: int, why: str, key: UUID
    ) -> EndChargeRuleResult:
        """It charges nobody from now on; what it has charged stays."""
        ask = info.context.ask(EVENTS)
        await once(ask, key, charge_rules.end_charge_rule, number=number, why=why)
        return await _rule(info, number)

    @strawberry.mutation(extensions=[Refusable()])
    async def take_back_charge(
        self, info: Info, charge: strawberry.ID, reason: str, key: UUID
    ) -> TakeBackChargeResult:
        """It is owed no more; the family is told, and reads the reason."""
        which = ChargeId(uuid_of(charge))
        ask = info.context.ask(EVENTS)
        await once(ask, key, charges.take_back_charge, charge=which, reason=reason)
        info.context.forget()
        found = await charges.charge_by_id(info.context.ask(EVENTS), which)
        assert found is not None, "whoever took it back may see it"
        return Charge.of(found)


async def _rule(info: Info, number: int) -> ChargeRule:
    info.context.forget()
    found = await charge_rules.charge_rules(info.context.ask(EVENTS))
    return next(ChargeRule.of(one) for one in found if one.rule.number == number)
