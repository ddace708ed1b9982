"""Which fields of the graph read a family's record, and which mutations decide against a rule.

domain.md E44: every read of a protected record, every export and every override is in the audit,
with who, what, why and when. `tests/suite/test_protected_reads.py` asks the whole graph and holds
these tables to what it finds: a field that shows a protected family and is not here fails it.
"""

from collections.abc import Mapping
from enum import StrEnum

from kernel.access import Read


class Reading(StrEnum):
    """What for a family's record is read."""

    FAMILY = "family"
    FAMILIES = "families"
    REQUEST = "request"
    REQUESTS = "requests"
    MENTOR = "mentor"
    MENTORS = "mentors"
    PAIRED = "paired"
    HANDING_OVER = "handing_over"
    PROPOSAL = "proposal"
    PROPOSALS = "proposals"
    RINGING = "ringing"
    CONCERN = "concern"
    EMERGENCIES = "emergencies"
    IN_EMERGENCY = "in_emergency"
    PEOPLE = "people"
    INVITING = "inviting"
    CARD = "card"
    MENTORING = "mentoring"
    LEAVING = "leaving"
    LENT = "lent"
    ERASURES = "erasures"


READS: Mapping[Reading, Read] = {
    Reading.FAMILY: Read(
        "Asked for one family.",
        (
            "Query.family",
            "Booking.family",
            "WaitingEntry.family",
            "FailedNotice.family",
            "GroupMembership.family",
        ),
    ),
    Reading.FAMILIES: Read("Asked for the list of families.", ("Query.families",)),
    Reading.REQUEST: Read(
        "Asked for one request for a mentor.",
        ("Query.supportRequest", "PairRule.request", "LongestWait.request", "LeftOut.request"),
    ),
    Reading.REQUESTS: Read(
        "Asked for the list of requests.", ("Query.supportRequests", "Desk.waiting")
    ),
    Reading.MENTOR: Read(
        "Asked for one mentor.",
        ("Query.mentor", "PairRule.mentor", "LapsedMentor.mentor", "Alternative.mentor"),
    ),
    Reading.MENTORS: Read("Asked for the list of mentors.", ("Query.mentors",)),
    Reading.PAIRED: Read("Asked who is paired with a mentor.", ("Mentor.mentorings",)),
    Reading.HANDING_OVER: Read("Asked who is to be handed over.", ("Query.retirement",)),
    Reading.PROPOSAL: Read("Asked for one proposal.", ("Query.proposal",)),
    Reading.PROPOSALS: Read(
        "Asked for suggestions and proposals.",
        ("Desk.sent", "Desk.suggestions", "Run.proposals", "SupportRequest.openProposal"),
    ),
    Reading.RINGING: Read("Asked whom to ring.", ("Desk.toRing",)),
    Reading.CONCERN: Read("Read a worry.", ("Query.concern", "Query.concerns")),
    Reading.EMERGENCIES: Read("Asked who was let in in an emergency.", ("Query.emergencies",)),
    # The audit says the sentence that the reader gave when they were let in.
    Reading.IN_EMERGENCY: Read("", ("Query.familyInEmergency",)),
    Reading.PEOPLE: Read("Asked who has a login and a role.", ("Query.people", "Query.person")),
    Reading.INVITING: Read("Asked whom the agency invited.", ("Query.invitations",)),
    Reading.CARD: Read(
        "Read their card of a proposal.", ("Query.proposalsToAnswer", "Query.proposalToAnswer")
    ),
    Reading.MENTORING: Read("Read with whom they are paired.", ("Query.myMentorings",)),
    Reading.LEAVING: Read("Foresaw what leaving would part.", ("Query.foreseeLeaving",)),
    Reading.ERASURES: Read("Asked who asked to be erased.", ("Query.erasures", "Query.erasure")),
    Reading.LENT: Read("Asked which mentors are lent.", ("LendingAgreement.loans",)),
}

OVERRIDES: Mapping[str, str] = {
    "answerProposalFor": "said_yes_to_proposal",
    "chooseAnother": "chose_another",
    "endRole": "ended_role",
    "forbidPair": "forbade_pair",
    "giveBackMentor": "gave_back_mentor",
    "openInEmergency": "opened_in_emergency",
    "partWithoutSuccessor": "ended_without_successor",
    "pinPair": "pinned_pair",
    "setAgencySettings": "set_agency_settings",
    "withdrawProposal": "withdrew_proposal",
}
"""What a person decides against what the rules or others would do, and so has to say why: each
mutation that demands a reason, with the deed of its one row in the audit.
"""

REASONED: Mapping[str, str] = {
    "leaveHousehold": "left_household",
    "moveConcern": "moved_concern_see",
    "moveErasure": "held_erasure",
    "moveLending": "lending_give_notice",
    "moveMentor": "moved_mentor",
    "moveStage": "moved_stage",
    "moveSupportRequest": "moved_request_withdraw",
}
"""Mutations that take a reason which not each of their moves demands, with the deed of one."""
