"""Who may make a move: the last column of every state table of the register."""

from enum import StrEnum


class By(StrEnum):
    ADOPTER = "adopter"
    MENTOR = "mentor"
    EITHER = "either"  # either side of a pair
    COORDINATOR = "coordinator"
    STAFF = "staff"
    AGENCY_ADMIN = "agency_admin"
    SAFEGUARDING_LEAD = "safeguarding_lead"
    SYSTEM = "system"
    CLOCK = "clock"
