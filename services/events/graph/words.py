"""The choices of events as the graph's enums: the same words, in capitals."""

import strawberry

from services.events.actions.offering import Answer
from services.events.actions.reading import Turn
from services.events.calendar import OnBankHoliday
from services.events.model.event import CountsBy, EventState, Kind, Standing, Tier
from services.events.model.place import BookingState, EntryState, OfferState, Passed

for _choice, _name in (
    (Answer, "OfferAnswer"),
    (BookingState, "BookingState"),
    (CountsBy, "CountsBy"),
    (EntryState, "WaitingState"),
    (EventState, "EventState"),
    (Kind, "EventKind"),
    (OfferState, "OfferState"),
    (OnBankHoliday, "OnBankHoliday"),
    (Passed, "PassedOver"),
    (Standing, "EventStanding"),
    (Tier, "OfferingTier"),
    (Turn, "WaitingTurn"),
):
    strawberry.enum(_choice, name=_name)
