"""The codes of events in the words that people read: one table for each kind of choice."""

Table = dict[str, str]

EVENT_KIND: Table = {
    "SUPPORT_GROUP": "Support group",
    "STAY_AND_PLAY": "Stay and play",
    "CLUB": "Activity club",
    "TEEN_GROUP": "Group for teenagers",
    "FUN_DAY": "Family fun day",
    "CELEBRATION": "Celebration",
    "WORKSHOP": "Workshop",
    "COURSE": "Course",
    "ONLINE": "Online meeting",
    "CONSULTATION": "Time with a social worker",
    "LISTING": "Run by others",
}
BOOKING: Table = {
    "HELD": "Kept for you",
    "WAITING_FOR_GATE": "Held for you",
    "CONFIRMED": "Booked",
    "ATTENDED": "You came",
    "PART_ATTENDED": "You came to part of it",
    "NOT_ATTENDED": "Not there this time",
    "CANCELLED_BY_FAMILY": "You gave it back",
    "CANCELLED_BY_AGENCY": "Called off",
    "TRANSFERRED": "Moved to another date",
    "LET_GO": "Went to the next family",
}
PASSED: Table = {
    "NOT_ELIGIBLE": "This is not open to your family just now. Your agency can say more.",
    "GATE_NOT_MET": "Something is still with your agency. There is nothing for you to do.",
    "PARTY_TOO_BIG": "A place came free for fewer people than you are. You keep your turn.",
    "AGENCY_FULL": "The place that came free belongs to another agency. You keep your turn.",
    "RESTING": "You let the last one pass a short while ago. You keep your turn.",
    "NOT_AVAILABLE": "There was no place for this family.",
    "NOT_AT_SHORT_NOTICE": "A place came free very late, and went to who could come so soon.",
}
SERVICE: Table = {
    "INFORMATION": "Information and advice",
    "HELPDESK": "Our helpdesk",
    "WORKSHOP": "Workshops",
    "COURSE": "Courses",
    "GROUP": "Groups and stay-and-plays",
    "CONSULTATION": "A talk with a social worker",
}
MAY_COME: Table = {"YES": "Yes", "ASK": "Check with the helpdesk", "NO": "Not with us just now"}
RULE_KIND: Table = {
    "ADOPTED_ABROAD": "Adopted abroad",
    "RESPONSIBLE": "A desk of ours answers for the child",
    "RESPONSIBLE_AND_LIVING": "A desk of ours answers for the child, and they live in our area",
    "LIVING": "They live in our area",
    "ADOPTED_THROUGH": "A desk of ours placed the child, at any time",
    "APPROVED_BY": "We approved the family",
    "APPROVED_NO_CHILD": "We approved the family, and no child has come yet",
    "ASSESSED_BY": "We are still assessing the family",
    "ANYBODY": "Anybody",
}
GATE: Table = {
    "ASSESSMENT_DONE": "Assessment done",
    "FUNDING_APPROVED": "Funding approved",
    "PRIOR_COURSE": "An earlier course done",
    "STAGE": "A stage reached",
    "REFERRAL": "A referral",
}
GATE_STATE: Table = {
    "NEEDED": "Not yet",
    "MET": "Met",
    "FAILED": "Cannot be met",
    "EXPIRED": "Not met in time",
}
BEST_TIME: Table = {"ANY": "Any time", "MORNING": "In the morning", "AFTERNOON": "After noon"}
CALL_BACK: Table = {
    "ASKED": "To be rung",
    "RUNG": "Rung",
    "NOT_REACHED": "Nobody answered",
    "WITHDRAWN": "Taken back",
}
