"""Ids of events' things: random, so that they tell nothing."""

from typing import NewType
from uuid import UUID

VenueId = NewType("VenueId", UUID)
OfferingId = NewType("OfferingId", UUID)
EventId = NewType("EventId", UUID)
SittingId = NewType("SittingId", UUID)
BookingId = NewType("BookingId", UUID)
EntryId = NewType("EntryId", UUID)
OfferId = NewType("OfferId", UUID)
GroupId = NewType("GroupId", UUID)
MemberId = NewType("MemberId", UUID)
PostId = NewType("PostId", UUID)
OverrideId = NewType("OverrideId", UUID)
InviteId = NewType("InviteId", UUID)
SwapId = NewType("SwapId", UUID)
KeptClearId = NewType("KeptClearId", UUID)
