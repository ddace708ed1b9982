"""Who may make a move: the last column of every state table of the register."""

from enum import StrEnum


class By(StrEnum):
    ADOPTER = "adopter"
    MENTOR = "mentor"
    EITHER = "either"  # either side of a pair
    COORDINATOR = "coordinator"
    ADOPTER_OR_COORDINATOR = "adopter_or_coordinator"
    MENTOR_OR_COORDINATOR = "mentor_or_coordinator"
    COORDINATOR_OR_SAFEGUARDING_LEAD = "coordinator_or_safeguarding_lead"
    STAFF = "staff"
    AGENCY_ADMIN = "agency_admin"
    OTHER_AGENCY_ADMIN = "other_agency_admin"  # of two agencies, not the one that proposed
    EITHER_AGENCY_ADMIN = "either_agency_admin"  # of either of the two
    PROPOSER = "proposer"  # a coordinator or the admin of the agency that proposed
    SAFEGUARDING_LEAD = "safeguarding_lead"
    KEEPER_OF_RIGHTS = "keeper_of_rights"  # agency admin, safeguarding or data-protection lead
    SYSTEM = "system"
    CLOCK = "clock"
