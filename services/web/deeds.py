"""What the audits keep, in words: the deeds of each service, and reasons that are codes."""

from services.web.event_labels import EVENT_DEED, Table

OF_THE_REGISTER: Table = {
    "ended_sign_in": "Ended a sign-in of their own",
    "gave_invitation_code": "Gave out an invitation’s code",
    "invited": "Invited",
    "renewal_handle_used_twice": "Ended a sign-in that two browsers held",
    "signed_in": "Signed in",
    "signed_out": "Signed out",
    "took_back_invitation": "Took back an invitation",
    "used_invitation": "Used an invitation",
    "accepted_swap": "Took a swap of proposals",
    "added_adult": "Added an adult",
    "added_child": "Added a child",
    "added_family": "Added a family",
    "added_mentor": "Added a mentor",
    "began_hand_over": "A hand-over began: somebody new said yes",
    "booked_hand_over_call": "Booked a call to hand over",
    "called_off_retirement": "A mentor stays after all",
    "ended_without_successor": "Ended a pair without a new mentor",
    "handed_over": "Handed a family over",
    "planned_retirement": "Set the day on which a mentor leaves",
    "proposed_hand_over": "Proposed a new mentor before one leaves",
    "began_mentoring": "Both said yes: mentoring began",
    "proposed_lending": "Proposed an agreement to lend mentors",
    "lending_agree": "Agreed to lending between agencies",
    "lending_turn_down": "Turned an agreement to lend down",
    "lending_take_back": "Took back an agreement to lend",
    "lending_give_notice": "Gave notice of an agreement to lend",
    "lending_end": "An agreement to lend ran out",
    "asked_for_lent_mentor": "Asked for another agency’s mentor",
    "lent_mentor": "A mentor was lent to another agency",
    "gave_back_lent_place": "A place lent was given back",
    "ended_loan": "A loan of a mentor ended",
    "gave_back_mentor": "Gave a lent mentor back",
    "cancelled_run": "Stopped a run",
    "chose_another": "Chose another mentor",
    "corrected_adult": "Corrected an adult",
    "corrected_child": "Corrected a child",
    "corrected_family": "Corrected a family",
    "corrected_mentor": "Corrected a mentor",
    "declined_proposal": "A proposal ended with a no",
    "said_no_to_proposal": "Said no to a proposal",
    "said_yes_to_proposal": "Said yes to a proposal",
    "ended_proposal": "Ended a proposal",
    "ended_role": "Ended a role",
    "expired_proposal": "A proposal’s day to answer passed",
    "failed_run": "A run did not come to an end",
    "gave_role": "Gave a role",
    "gave_consent": "Agreed to a use",
    "forbade_pair": "Said never to a pair",
    "lifted_pair_rule": "Lifted a pin or a never",
    "pinned_pair": "Pinned a pair",
    "stopped_proposal_at_acceptance": "Stopped a pair that a rule closed meanwhile",
    "performed_run": "Performed a run",
    "read_register_names": "Read who comes to a date",
    "read_proposal": "Read a proposal",
    "read_protected_family": "Opened a protected family",
    "opened_in_emergency": "Was let in to a family in an emergency",
    "read_in_emergency": "Read a family in an emergency",
    "ended_emergency": "Ended an emergency access",
    "recorded_requirement": "Recorded a check or training",
    "seeded_demo": "Filled the demonstration",
    "sent_proposal": "Sent a proposal",
    "set_aside_proposal": "Set a proposal aside",
    "set_weights": "Changed how much each thing counts",
    "set_run_settings": "Changed the settings of the run",
    "set_agency_settings": "Changed the settings of the agency",
    "started_run": "Started a run",
    "kept_responsibility": "Looked at who answers for a family",
    "responsibility_moved": "Who answers for a child moved on",
    "told_responsibility_moves": "Told a family who will look after its support",
    "told_proposal_over": "Told somebody that a proposal did not come together",
    "told_still_waiting": "Told somebody that they still wait",
    "asked_for_mentor": "Asked for a mentor",
    "corrected_request": "Corrected a request",
    "ended_account": "Ended an account",
    "left_household": "Wrote down that an adult left the household",
    "moved_mentor": "Moved a mentor on",
    "moved_request_check": "Began to check a request",
    "moved_request_close": "Closed a request",
    "moved_request_expire": "A request’s time passed",
    "moved_request_hold": "Put a request on hold",
    "moved_request_keep": "Kept a request open",
    "moved_request_match": "A request found its mentor",
    "moved_request_propose": "A request’s proposal went out",
    "moved_request_ready": "Made a request ready to match",
    "moved_request_reopen": "Opened a request again",
    "moved_request_resume": "Took a request off hold",
    "moved_request_return": "A request went back to wait",
    "moved_request_signpost": "Pointed a request elsewhere",
    "moved_request_submit": "Handed in a request",
    "moved_request_withdraw": "Took a request back",
    "moved_stage": "Moved a family’s stage",
    "withdrew_consent": "Took back an agreement to a use",
    "withdrew_proposal": "Took a proposal back",
}
OF_EVENTS: Table = {
    **EVENT_DEED,
    "asked_to_be_rung": "Asked to be rung",
    "asked_to_come": "Asked whether a family may come",
    "call_back_not_reached": "Rang a family, and nobody answered",
    "call_back_rung": "Rang a family back",
    "call_back_withdrawn": "Took back a call",
    "changed_front_desk": "Changed when the desk is open",
    "closed_calendar": "Closed a private calendar",
    "gate_needed": "Marked something a place needs as not met yet",
    "interest_registered": "Asked to hear of a workshop",
    "interest_withdrawn": "No longer asks to hear of a workshop",
    "opened_calendar": "Opened a private calendar",
    "put_offering": "Wrote what is offered",
    "put_venue": "Wrote down a place to meet",
    "read_protected_family": "Opened a protected family",
    "set_eligibility_rule": "Changed who may come",
    "set_place_settings": "Changed how places are given away",
}
OF_LETTERS: Table = {
    "contact_point_set": "Set where we write to",
    "forgot_delivery_facts": "Forgot what was sent long ago",
    "mailed_invitation_page": "Had somebody told by mail where to type a code",
    "read_protected_family": "Opened a protected family",
}
DEEDS = {**OF_LETTERS, **OF_EVENTS, **OF_THE_REGISTER}
BECAUSE: Table = {
    "agency_full": "The place belonged to another agency",
    "gate_failed": "Something it needs cannot be met",
    "gate_not_met": "Something it needs was not met in time",
    "not_at_short_notice": "They cannot come at short notice",
    "not_available": "There was no place for this family",
    "not_eligible": "Not open to this family",
    "party_too_big": "Too many for the place that came free",
    "resting": "They let the last one pass a short while ago",
}
"""Why a thing was done where no person gave a reason."""


def deed(code: str) -> str:
    """What was done, as an audit keeps it, in words. A deed without its own line reads plainly.

    >>> deed("sent_proposal"), deed("raised_concern")
    ('Sent a proposal', 'Raised concern')
    """
    return DEEDS.get(code) or code.replace("_", " ").capitalize()


def because(why: str | None) -> str | None:
    """A person's own reason as they gave it, and a code in words.

    >>> because("She rang"), because("resting")
    ('She rang', 'They let the last one pass a short while ago')
    """
    return BECAUSE.get(why, why) if why else None
