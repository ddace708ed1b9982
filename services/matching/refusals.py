"""Every no of the register and of matching, in the words a person reads.

One line: the state, the reason, the one next step. `{facts}` are filled in by the refusal.
"""

from kernel.refusal import Reason


class Why(Reason):
    # Who may
    NOT_FOUND = (
        "We could not find that. It may have been put in another place; start from the list."
    )
    NOT_ALLOWED = "That is for somebody else in your agency to do. Your agency admin can say who."

    # Place
    OUTCODE_UNKNOWN = (
        "We do not know that place. Type the first half of the postcode, such as RG30."
    )
    COUNCIL_NEEDED = (
        "{outcode} lies in more than one council: {councils}. Choose where the family lives."
    )
    COUNCIL_ELSEWHERE = "That council has no part of {outcode}. Choose one of these: {councils}."
    COUNCIL_UNKNOWN = "We do not know that council. Choose one from the list."

    # Words
    NAME_MISSING = "Give a first name and a last name, so that staff know who this is."
    NAME_TOO_LONG = "A name here can be up to 60 letters long. Give a shorter form."
    WORDS_MISSING = "Write a few words, so that we know what to do."
    WORDS_TOO_LONG = (
        "That is longer than we can keep: {longest} characters at most. Make it shorter."
    )
    NOTE_TOO_LONG = "Your note is longer than 500 characters. Keep what matters most to you."
    LOOKS_LIKE_A_POSTCODE = (
        "We kept this one back. It looks like a postcode. Nobody else has seen it; take it out."
    )
    REASON_MISSING = "Say why in a few words. The reason is kept with the change."

    # Dates
    DATE_IN_FUTURE = "That day has not come yet. Give today or an earlier day."
    DATES_OUT_OF_ORDER = "Those days are in the wrong order. Check which came first."
    BIRTH_MONTH_IN_FUTURE = "That month has not come yet. Add the child once they are born."
    CHILD_TOO_OLD = (
        "Kith is for families of children up to 25. Your agency can say who else can help."
    )

    # Families
    TOO_MANY_ADULTS = "A family here has up to four adults. Check whether one is there twice."
    LAST_ADULT = "This is the only adult of the household, so nobody would stay behind."
    CHILD_NOT_HERE = (
        "That child is not of this household. Open the page again and choose once more."
    )
    TOO_MANY_CHILDREN = "A family here has up to twelve children. Check whether one is there twice."
    LANGUAGE_MISSING = "Choose at least one language that the family speaks at home."
    SLOT_UNKNOWN = "We do not know one of those times of the week. Choose from the list."
    STAGE_NOT_NEXT = (
        "A family cannot go from “{now}” to “{to}” in one step. Record the stage in between first."
    )
    STAGE_BACK_BY_ADMIN = "Putting a stage back is a correction. Ask your agency admin to do it."
    FAMILY_ERASED = "This family was erased. What is left of it is counted and cannot be changed."
    ERASURE_OPEN_ALREADY = (
        "Somebody wrote down already that this family asked to be erased. Look under Erasures."
    )
    ERASURE_MOVE_NOT_NOW = (
        "That cannot be done with it now: it is {now}. Open the page again to see how it stands."
    )
    ERASURE_BY_ANOTHER = (
        "You wrote this request down, so somebody else has to agree to it. Ask a colleague."
    )
    CONSENT_GIVEN_ALREADY = "That was agreed to before, and still holds. There is nothing to do."
    CONSENT_NOT_GIVEN = "There is nothing to withdraw: that was not agreed to."
    SAME_FAMILY = "Those are one family. Choose two."
    BLOCKED_ALREADY = "That block is in place already."
    NOT_BLOCKED = "There is no such block to lift."

    # Mentors
    MENTOR_ALREADY = "This person is on the list of mentors already. Open their page instead."
    MENTORING_CONSENT_MISSING = (
        "This person has not agreed to mentoring yet. Ask them, record their yes, then go on."
    )
    CAPACITY_OUT_OF_RANGE = (
        "A mentor gives from 0 to 12 points of their time. Give a number between."
    )
    TRAVEL_OUT_OF_RANGE = "Travel is from 0 to 120 minutes. Give a number between."
    TOPIC_BOTH_WAYS = "One topic is both offered and ruled out. Take it out of one of the two."
    REQUIREMENT_NOT_FOR_THIS_ROLE = (
        "This role may not be asked for that check: the law allows it only where the role needs it."
    )
    MENTOR_CHECKS_MISSING = "Still to be in date before this step: {missing}."
    MENTOR_HAS_FAMILIES = (
        "{families} families are still with this mentor. End or hand over those first."
    )
    DATE_HAS_PASSED = "That day has passed. Give today or a later day."
    RETIREMENT_NOT_PLANNED = "No day is set on which this mentor leaves. Set it first, then go on."
    NOBODY_TO_HAND_OVER_TO = (
        "Nobody suits any of these families today. Their page says why, and what would help."
    )
    MENTORING_IS_OVER = "This family has been handed over already. There is nothing more to do."
    HAND_OVER_TOO_EARLY = (
        "The new pair has not said yes yet. Write the call down once both sides have."
    )
    HAND_OVER_GOES_ON = "Somebody new has said yes. Write the hand-over call down instead."
    MENTOR_MOVE_NOT_NOW = "A mentor who is “{now}” cannot take that step. Look at their page again."

    # Requests
    REQUEST_OPEN_ALREADY = "There is an open request for this already. Change that one instead."
    TOO_MANY_REQUESTS = (
        "Two requests are open. Let one be answered, or withdraw one, then ask again."
    )
    STAGE_TOO_EARLY = "A mentor can be asked for once assessment has begun. It will not be long."
    STAGE_NOT_SERVED = (
        "This family is no longer adopting, as far as we know. Ring your agency: it can still help."
    )
    TOO_MANY_MUST_HAVES = "Two things can be musts. Put the others among your wishes."
    WISH_UNKNOWN = "We do not know one of those wishes. Choose from the list."
    CHANNEL_MISSING = "Choose at least one way to talk: by phone, by video or in person."
    NEED_OUT_OF_RANGE = "What a request takes is 1 (light), 2 (usual) or 3 (heavy)."
    REQUEST_MOVE_NOT_NOW = "A request that is “{now}” cannot take that step. Look at it again."
    REQUEST_ANSWERED = "This request has been answered, so it can no longer be changed."

    # Concerns
    CONCERN_MOVE_NOT_NOW = "A concern that is “{now}” cannot take that step. Look at it again."

    # Emergencies
    EMERGENCY_REASON_SHORT = (
        "Say in a sentence what has happened and why you need them now. It is kept, and read."
    )
    EMERGENCY_NOT_NEEDED = "You can open this family without it: find them in the list of families."
    EMERGENCY_SEVERAL = (
        "More than one family fits that name. Give their reference, or ring your safeguarding lead."
    )
    EMERGENCY_OVER = "This access was over already. There is nothing more to end."

    # Signing in
    LOGIN_UNKNOWN = (
        "No agency has connected this sign-in to Kith. Use the link in your invitation, or ring "
        "your agency and ask for a new one."
    )
    SECOND_FACTOR_NEEDED = (
        "Your role needs a second step at sign-in, such as a code on your phone. Set one up where "
        "you sign in, then start again."
    )
    PROOF_ALREADY_USED = "This sign-in has been used before. Please start again."
    SIGN_IN_OVER = "You have been signed out. Please sign in again."
    ROLE_HELD_ALREADY = "They have that role already. There is nothing to do."
    ROLE_NOT_FOR_ADMINS = (
        "That role is not given or ended here. Adopters and mentors have it from their family."
    )
    LAST_ADMIN = (
        "This is the only agency admin. Make somebody else an admin first, then end this role."
    )
    ROLE_NOT_HELD = "You do not have that part in Kith any more. Choose another one."

    # Invitations
    ROLE_NOT_INVITED = "That is not a part that this person can be invited to. Choose another one."
    INVITED_ALREADY = (
        "They are invited already. If they lost the code, give them a new one from the list."
    )
    INVITATION_NOT_OPEN = (
        "This invitation was used or taken back, so nothing can be changed. Make a new one."
    )
    INVITATION_NOT_GOOD = (
        "That code does not open anything: it may have been used, or have run out. Check each "
        "letter, or ring your agency and ask for a new one."
    )
    LOGIN_IS_SOMEBODY_ELSE = (
        "This sign-in is somebody else’s here, or this person has another one. Each adult needs "
        "their own; ring your agency, and they will help."
    )

    # Runs, and what a person decides about pairs
    RUN_GOES_ON = "A run is at work already. Its answer will be here in a moment."
    PIN_IN_THE_WAY = (
        "A pinned pair breaks a rule, so no run comes to an end just now. {rule} Lift that pin, or"
        " put right what it says, then look again."
    )
    TOO_MANY_TO_TRY = (
        "{families} families and {mentors} mentors are too many to try out while a page waits. Run"
        " matching instead: it says what it would propose, and nothing is sent before you send it."
    )
    TRYING_TOOK_TOO_LONG = (
        "That could not be worked out in time just now. Nothing was changed. Try again in a minute,"
        " or run matching instead."
    )
    RUN_IS_OVER = (
        "This run had come to its end before, so there was nothing to stop. See what it says."
    )
    REASON_NEEDED = "Say why, in a few words. The reason is kept with the run."
    REASON_TOO_LONG = "That reason is longer than 500 characters. Keep what matters most."
    WEIGHTS_INCOMPLETE = "Choose one of the four words for each line, then look again."
    MANDATORY_CONTRADICT = (
        "With today’s people nobody could be matched: no pair meets {rules}. Make that high"
        " instead of mandatory."
    )
    PAIR_BREAKS_RULE = "This pair cannot be made. {rule}"
    PINS_FILL_MENTOR = (
        "Other pins take {pinned} of the {free} points that this mentor has free. Lift one first."
    )
    PAIR_RULE_STANDS = "A pin or a “never this pair” stands already. Lift that one first."
    PAIR_IS_SENT = (
        "This proposal has been sent, so both sides may be thinking about it. Withdraw it first."
    )
    SETTING_OUT_OF_RANGE = "That figure is outside its safe range: {least} to {most}."
    SETTING_UNKNOWN = "There is no such setting. Start again from the list of settings."
    SETTING_NO_NAME = "Use up to 40 letters, and nothing but letters, figures and spaces."
    SENDER_TELLS = (
        "“{word}” would tell whoever sees the phone what it is about. Choose a name that says less."
    )
    SETTINGS_CHANGED_SINCE = (
        "Somebody has changed the settings since you opened this. Look at them again first."
    )
    SETTINGS_AS_BEFORE = "Nothing would change: the settings are as they were."

    # Proposals
    PROPOSAL_NOT_READ = "Read why first. Only proposals that you have read can be sent."
    PROPOSAL_NOT_SUGGESTED = (
        "This is no longer a suggestion: it was sent, or a newer one took its place."
    )
    PROPOSAL_BREAKS_RULE = "Not sent: since the run something has changed. {rule}"
    REQUEST_NOT_READY = "Not sent: the request is no longer ready to be matched."
    NOTHING_TO_SEND = "Choose at least one proposal to send."
    PROPOSAL_NOT_OPEN = "This proposal is not waiting for an answer any more."
    PROPOSAL_OVER = "The time to answer this one is over. You keep your turn; nothing is lost."
    ANSWERED_ALREADY = "You have answered this one. Ring your agency if you think again."

    # Mentors lent between agencies
    LENDING_TO_ITSELF = "That is your own agency. Choose the agency to lend to or borrow from."
    LENDING_AGENCY_UNKNOWN = "We do not know that agency. Choose one from the list."
    LENDING_TOO_LONG = "An agreement is for three years at most. Give an earlier last day."
    LENDING_STANDS = (
        "There is an agreement this way between you already, or one is proposed. Look at that one."
    )
    LENDING_MOVE_NOT_NOW = (
        "An agreement that is “{now}” cannot take that step. Look at its page again."
    )
    LENDING_NOT_IN_FORCE = (
        "Not sent: {agency} lends you no mentors today. Choose a mentor of your own agency."
    )
    LENDING_USED_UP = (
        "Not sent: every place that {agency} lends you this year is used ({places}). Choose a"
        " mentor of your own agency, or ask them for more."
    )
    LOAN_IS_OVER = "This mentor was given back already. There is nothing more to end."
    LOAN_NOT_ACCEPTED = (
        "Both sides have not said yes yet. Take the proposal back instead, from its own page."
    )
