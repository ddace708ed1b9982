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
    "DROP_IN": "Drop-in consultation",
    "LISTING": "Run by others",
}
SLOTS = frozenset({"CONSULTATION", "DROP_IN"})
"""Talks of one family with a worker, as events has them."""
MAILING_TOPIC: Table = {
    "GROUPS": "Groups and meet-ups",
    "DAYS_OUT": "Days out and celebrations",
    "LEARNING": "Workshops, courses and talks",
    "ELSEWHERE": "What others run",
}
MAILING_FREQUENCY: Table = {
    "EACH": "As soon as there is something",
    "MONTHLY": "Once a month",
    "QUARTERLY": "Four times a year",
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
    "HOST_DECIDES": "Whoever runs it says yes or no.",
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
TEAM_PART: Table = {
    "FACILITATOR": "Facilitator",
    "INTERPRETER": "Interpreter",
    "OBSERVER": "Observer",
    "HELPER": "Helper",
    "SPEAKER": "Speaker",
}
LEADER_CHECK: Table = {
    "DBS_ENHANCED_BARRED": "DBS check, enhanced with the barred lists",
    "SAFEGUARDING_TRAINING": "Safeguarding training",
    "FIRST_AID": "First aid",
}
GROUP_KIND: Table = {
    name: EVENT_KIND[name] for name in ("SUPPORT_GROUP", "STAY_AND_PLAY", "CLUB", "TEEN_GROUP")
}
GROUP_STATE: Table = {"OPEN": "Open", "ENDED": "Ended"}
GROUP_JOINING: Table = {
    "ASKED": "They ask, and the lead or an organiser agrees",
    "AT_ONCE": "They are in at once",
}
FEEDBACK_QUESTION: Table = {
    "HOW_WAS_IT": "How was it for you?",
    "WILL_IT_HELP": "Will it help you at home?",
    "HOW_IS_IT_GOING": "One thing you planned to try: how is it going?",
    "MORE_HELP": "Would more help be welcome?",
}
FEEDBACK_CHOICE: Table = {
    "GOOD": "Good",
    "FAIR": "All right",
    "POOR": "Not good",
    "A_LOT": "Yes, a lot",
    "A_LITTLE": "A little",
    "NOT_REALLY": "Not really",
    "GOING_WELL": "Going well",
    "BEGUN": "We have begun",
    "NOT_YET": "Not yet",
    "YES": "Yes",
    "NO": "No",
}
FEEDBACK_STEP: Table = {
    "AFTER": "When it was over",
    "TWO_WEEKS": "Two weeks on",
    "EIGHT_WEEKS": "Eight weeks on",
}
CHARGED: Table = {"LATE": "Given back late", "MISSED": "Not there, and nothing said"}
TAKEN_BACK: Table = {
    "CALLED_OFF": "Taken back: it was called off",
    "WAS_THERE": "Taken back: they were there",
    "BY_STAFF": "Taken back by staff",
}
EVENT_STATE: Table = {"DRAFT": "Draft", "PUBLISHED": "Published", "CANCELLED": "Called off"}
STANDING: Table = {
    "DRAFT": "Draft",
    "NOT_YET_OPEN": "Booking opens later",
    "OPEN": "Open",
    "FULL": "Full",
    "CLOSED": "Booking closed",
    "RUNNING": "On now",
    "DONE": "Over",
    "CANCELLED": "Called off",
}
PLACE: Table = {
    "HELD": "Offered",
    "WAITING_FOR_GATE": "Held for a gate",
    "CONFIRMED": "Confirmed",
    "ATTENDED": "Came",
    "PART_ATTENDED": "Came to part",
    "NOT_ATTENDED": "Did not come",
}
OVERRIDE: Table = {"QUEUE_JUMP": "A place out of turn", "EXTRA_PLACES": "More places over"}
OVERRIDE_STATE: Table = {
    "ASKED": "Waits for a second person",
    "AGREED": "Agreed to",
    "DECLINED": "Said no to",
    "TAKEN_BACK": "Taken back",
    "LAPSED": "No longer possible",
}
OVERRIDE_OVER: Table = {
    "CALLED_OFF": "The event was called off.",
    "TOO_LATE": "It has begun, or no place is offered any more.",
    "LINE_GONE": "The family had its turn, or waits no longer.",
    "PLACES_CHANGED": "The places over were set otherwise meanwhile.",
}
LED_TO: Table = {
    "ONE_OFF": "This one talk was enough",
    "FOLLOW_UP": "A follow-up",
    "LONGER_PROGRAMME": "A longer programme",
}

SKIPPED: Table = {
    "NOT_ELIGIBLE": "Skipped: not eligible just now",
    "GATE_NOT_MET": "Skipped: gate not met",
    "PARTY_TOO_BIG": "Skipped: more people than places free",
    "AGENCY_FULL": "Skipped: their agency has all of its places",
    "RESTING": "Skipped: let the last offer pass",
    "NOT_AT_SHORT_NOTICE": "Skipped: not at short notice",
    "NOT_AVAILABLE": "Skipped: not available",
    "HOST_DECIDES": "Asks to come",
}
EVENT_DEED: Table = {
    "added_event": "Made as a draft",
    "corrected_event": "Changed",
    "published_event": "Published",
    "cancelled_event": "Called off",
    "event_cancelled": "Told that it is off",
    "set_places": "Places changed",
    "set_shares": "Agencies’ shares changed",
    "released_share": "Promised places released",
    "set_gates": "What families need first changed",
    "moved_sitting": "A date moved",
    "date_moved": "Told that a date moved",
    "booked": "Booked, and told",
    "cancelled_booking": "Gave a place back",
    "withdrew_booking": "A place taken back, and told",
    "reminded": "Reminded of a date",
    "set_reconfirming": "Whether families are asked if they still come changed",
    "asked_still_coming": "Asked whether they still come",
    "asked_still_coming_again": "Asked again whether they still come",
    "said_whom_to_ring": "Said whom to ring for their children",
    "said_talk_topic": "Said what to talk about, or took it back",
    "read_talk_topic": "Read what a family wants to talk about",
    "said_still_coming": "Said that they still come",
    "passed_place_on": "Nobody answered: a place passed on, and told",
    "changed_party": "Changed who comes",
    "swap_ended": "Come to their own date of the course again",
    "swapped_date": "Swapped one date for the same of a parallel course",
    "swapped_date_back": "Took a swapped date back",
    "transferred_booking": "Moved to another date",
    "accepted_offer": "Said yes to an offer",
    "declined_offer": "Said no to an offer",
    "lapsed_offer": "An offer lapsed, and told",
    "offer_gone": "Told that a place has gone",
    "offered": "Offered a place",
    "asked_override": "Asked for a second person",
    "agreed_to_override": "A second person agreed",
    "declined_override": "A second person said no",
    "took_back_override": "Took back what waited for a second person",
    "lapsed_override": "What waited for a second person can no longer be",
    "joined_waiting_list": "Joined the list",
    "asked_for_place": "Asked to come, and told that we have it",
    "agreed_to_come": "Agreed to a family that asked, and told",
    "turned_down_to_come": "Said no to a family that asked, and told",
    "joined_by_interest": "Asked for it before, and put on the list",
    "left_waiting_list": "Left the list",
    "came_to_door": "Came to the door, so no longer on the list",
    "agency_withdrew": "Taken off the list, since their agency takes no part, and told",
    "put_helper": "Put somebody on the team",
    "took_off_helper": "Took somebody off the team",
    "set_cost": "Cost written down",
    "ended_kept_clear": "Ended hours that a venue was kept clear",
    "kept_back": "Places kept back changed",
    "kept_clear": "Kept hours of a venue clear",
    "passed_over": "Passed over on the list",
    "met_gates": "Cleared, and told",
    "gate_met": "Gate met",
    "gate_failed": "Gate cannot be met",
    "gate_expired": "Gate not met in time",
    "expired_gate": "Place let go for a gate, and told",
    "marked_attendance": "Marked who came",
    "welcomed_guest": "Welcomed somebody whom we do not know",
    "walked_in": "Dropped by, and given a place",
    "read_register": "Opened the register",
    "set_inviting": "Whom it invites after a placement changed",
    "invited_newly_placed": "Invited a family",
    "asked_how_it_was": "Asked how it was",
    "added_charge_rule": "A rule for giving places back late made",
    "ended_charge_rule": "A rule for giving places back late ended",
    "charged_for_missing": "Charged for not coming, and told",
    "took_back_charge": "A charge taken back, and told",
    "kept_funding": "Funding written down",
}
