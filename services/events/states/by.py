"""Who may make a move: the last column of the state tables of events and places."""

from enum import StrEnum


class By(StrEnum):
    FAMILY = "family"
    FAMILY_OR_STAFF = "family_or_staff"
    FAMILY_OR_CLOCK = "family_or_clock"
    ORGANISER = "organiser"
    ANOTHER_ORGANISER = "another_organiser"
    WHO_ASKED = "who_asked"
    FACILITATOR = "facilitator"
    LEAD_OR_ORGANISER = "lead_or_organiser"
    SYSTEM = "system"
    CLOCK = "clock"
