"""Which fields of the graph read what events holds of a family (domain.md E44).

As in `services/matching/model/protected.py`, and held to the graph by the same test.
"""

from collections.abc import Mapping
from enum import StrEnum

from kernel.access import Read


class Reading(StrEnum):
    """What for a family's card, place or line is read."""

    PLACE = "place"
    PLACES = "places"
    LINE = "line"
    LINES = "lines"
    CLEARANCE = "clearance"
    CALLS = "calls"
    ELIGIBILITY = "eligibility"
    INTERESTS = "interests"
    MEMBERS = "members"
    LEADS = "leads"
    CHARGES = "charges"
    APART = "apart"


READS: Mapping[Reading, Read] = {
    Reading.PLACE: Read("Asked for one place at an event.", ("Query.booking",)),
    Reading.PLACES: Read("Asked who has a place at an event.", ("Event.bookings",)),
    Reading.LINE: Read("Asked for one line of a waiting list.", ("Query.waitingEntry",)),
    Reading.LINES: Read("Asked who waits for an event.", ("Event.waiting", "Event.sharedList")),
    Reading.CLEARANCE: Read("Asked who is cleared for an event.", ("Query.clearance",)),
    Reading.CALLS: Read("Asked whom the desk is to ring.", ("Query.callBacks",)),
    Reading.ELIGIBILITY: Read(
        "Asked whether the family may come.", ("Query.eligibilities", "Query.eligibility")
    ),
    Reading.MEMBERS: Read(
        "Asked who belongs to a group.", ("PeerGroup.members", "Query.groupMembership")
    ),
    Reading.LEADS: Read("Asked who leads a group.", ("PeerGroup.kept",)),
    Reading.CHARGES: Read("Asked what families are charged.", ("Query.charges", "Query.charge")),
    Reading.APART: Read("Asked who must not meet at an event.", ("Query.placesApart",)),
    Reading.INTERESTS: Read("Asked what the family wants to hear of.", ("Family.interests",)),
}

OVERRIDES: Mapping[str, str] = {
    "addChargeRule": "added_charge_rule",
    "addEligibilityRule": "set_eligibility_rule",
    "cancelEvents": "cancelled_event",
    "changeEligibilityRule": "set_eligibility_rule",
    "endChargeRule": "ended_charge_rule",
    "endGroup": "ended_group",
    "offerPlace": "offered",
    "removeMember": "removed_member",
    "setPlaceSettings": "set_place_settings",
    "takeBackCharge": "took_back_charge",
    "withdrawBooking": "withdrew_booking",
}
"""Each mutation that demands a reason, with the deed of its row in the audit."""

REASONED: Mapping[str, str] = {
    "moveOverride": "declined_override",
    "setCapacity": "set_places",
}
"""Mutations that take a reason which not each of their moves demands, with the deed of one."""
