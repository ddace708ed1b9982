"""Every no of events, in the words a person reads."""

from kernel.refusal import Reason


class Why(Reason):
    NOT_FOUND = "We cannot find that. It may have been taken back, or it may not be yours."
    NOT_ALLOWED = "This is not yours to do. Ask your agency, or sign in as somebody who may."
    TOPIC_NOT_KNOWN = "We do not know that workshop. Choose one from the list."
    NOT_YET_KNOWN_HERE = (
        "Your agency has not told us about your family yet. It usually takes a minute; try again "
        "soon, or ask your agency."
    )
    NOT_VERIFIED = (
        "Workshops are for families whose agency has checked who they are. Yours can tell you "
        "when that will be."
    )

    # Taking a place
    EVENT_NOT_OPEN = "This cannot be booked just now. Look in the programme for other dates."
    BOOKED_ELSEWHERE = "We take no bookings for this. Follow the link to those who run it."
    BOOKING_NOT_OPEN_YET = "Booking for this has not opened yet. It opens on {opens}."
    BOOKING_CLOSED = "Booking for this has closed. Look in the programme for other dates."
    NOT_FOR_YOUR_AGENCY = (
        "This is for families of other agencies. Ask yours about something like it."
    )
    AGENCY_FULL = "Your agency’s places have all gone. You can join the waiting list."
    PLACES_KEPT = (
        "The places that are left are kept for families of the other agencies for now. "
        "You can join the waiting list."
    )
    FULL = "All places have gone. You can join the waiting list."
    LIST_FIRST = "Families on the waiting list come first for what is free. You can join the list."
    MORE_AFTER_LIST = (
        "Families on the waiting list come first for what is free, so no more of you can come just "
        "now. Your place stays as it is."
    )
    ASKS_FIRST = "You ask to come to this one, and whoever runs it says yes or no."
    NO_SLOT = "Only a slot of a consultation is held while you fill in the form."
    NO_TALK_HERE = (
        "Only before a talk with somebody who is named for it do we ask what it should be about."
    )
    SLOT_HELD = (
        "Somebody else is filling in the form for this slot. "
        "It is free again at {free}, unless they book it."
    )
    NOT_BY_ASKING = "Families book this one themselves: there is nothing to agree to."
    NO_PLACE_LEFT = "All places are taken. The family still asks; agree once one comes free."
    THEIR_PLACES_TAKEN = "Their agency has all of its places. The family still asks."
    LEFT_IS_PROMISED = "What is left is promised to other agencies for now. The family still asks."
    ALREADY_BOOKED = "Your family has a place already. You can change who comes in your bookings."
    OFFER_WAITS_FOR_YOU = "A place is already kept for you. Say yes to it in your bookings."
    NOBODY_COMES = "Say how many of you will come."
    PARTY_TOO_LARGE = "That is more of you than we can take down here. Ring your agency."
    AGE_BAND_NOT_KNOWN = "Choose an age for each child from the list."
    AGE_NOT_HERE = "This is for children aged {ages}. Leave out who is younger or older."
    BOOKING_OVER = "This place is no longer yours to change: it has been cancelled, or has passed."
    EVENT_BEGUN = "This has begun, so it cannot be changed here any more. Ring your agency."
    SAME_EVENT = "You have a place at this one already. Choose another date."
    NOT_FOR_YOU = "{because} Ask {contact} what there is for you.{later}"
    NOT_AVAILABLE = "There is no place for this family at this one. Choose another date for it."
    FAMILY_NEEDED = "Say for which family you are booking."

    # One date of a course at a parallel one
    SWAPPED_ALREADY = "You have swapped that date already. Take that back first."
    OWN_DATE_FILLED = (
        "Somebody else has your place on that date by now. You are still expected at the other one."
    )
    NEEDED_FIRST = (
        "That course asks for something first which is not settled for your family. Choose another "
        "date, or ring your agency."
    )
    TAKE_SWAP_BACK_FIRST = (
        "You come to one date of this already, instead of to one of your own. Take that back first."
    )
    SWAPPED_SO_NOT_MORE = (
        "You have swapped a date, and there it is counted how many of you come. Take that back "
        "first, then say who comes."
    )

    # Whom to ring for children who stay without a parent
    NOBODY_TO_RING = "Parents stay at this one, so there is nobody to ring."
    CONTACT_MISSING = "Say whom we ring, such as: Sam, their aunt."
    AGREE_FIRST = "Say that you agree: without that no child can be there without you."

    # What giving a place back costs
    IT_COSTS = (
        "Giving this place back costs {amount} now. Read it again, and say so if you still want to."
    )
    GIVE_BACK_BY_PHONE = (
        "It is too near the day to give this place back here. Ring your agency: they can do it."
    )
    WEEKS_NOT_POSSIBLE = "Give a whole number of weeks, from 1 to {most}."
    CHARGE_NOT_POSSIBLE = "Give an amount from £0 to £{most}."
    RULE_FOR_ONE_THING = "Say for which kind of event it is, or for which one event."
    CHARGES_NOTHING = (
        "This rule would charge nothing and stop nobody. Give an amount, or leave it as it is."
    )
    RULE_OVER = "That rule has ended already."
    NOT_ASKED = "We have not asked you that. Your place is yours: there is nothing to do."
    ASKING_OUT_OF_ORDER = (
        "Ask first, then again nearer the date, and pass the place on after that. Put the days in "
        "that order."
    )
    ADDRESS_AFTER_REMINDER = (
        "A reminder sends families to the page with the address. Show it on that day or earlier."
    )
    CHARGE_TAKEN_BACK = "That charge has been taken back already."

    # The waiting list
    PLACE_IS_FREE = "There is a place for you. Book it instead of waiting."
    LIST_CLOSED = "There is no waiting list for this, or it has closed."
    LIST_FULL = "The waiting list is full. Look in the programme for other dates."
    ALREADY_WAITING = "Your family is on this waiting list already."
    NOT_WAITING = "Your family is not on this waiting list any more."
    OFFER_OVER = "That offer is no longer open. If you are still waiting, you keep your turn."
    OFFER_LAPSED = (
        "The time to say yes to that offer has passed. You keep your turn the first time, and go "
        "to the end of the list after that."
    )
    PLACE_GONE = "Somebody else was quicker, and the place has gone. You keep your turn."
    NOTHING_TO_OFFER = "No place is free for this family just now, so there is nothing to offer."
    OVERRIDE_OPEN_ALREADY = (
        "Somebody has asked for this already, and it waits for a second person. Read it on the "
        "event’s page."
    )
    OVERRIDE_BY_ANOTHER = (
        "You asked for this yourself, so somebody else has to agree or say no. You can take it "
        "back."
    )
    OVERRIDE_NOT_YOURS = "Only who asked takes it back. You can agree to it, or say no."
    OVERRIDE_SETTLED = "This is settled already, or was changed meanwhile. Read how it stands."
    OVERRIDE_TOO_LATE = (
        "It is too late for a second person to agree: it has begun, or no place is offered any "
        "more."
    )
    OVERRIDE_LINE_GONE = (
        "This family no longer waits: a place came to it in its turn, or it has left the list. "
        "There is nothing to agree to."
    )
    EXTRA_BY_ITSELF = (
        "A second person has to agree to more places over. Save the other numbers first, then ask "
        "for these by themselves."
    )
    REASON_NEEDED = "Say why, in a few words. It is kept with the change."

    # How it was
    FEEDBACK_OVER = "The time to answer this has passed. Thank you all the same."
    ANSWERED_ALREADY = "You have answered this already. Thank you."
    NOTHING_SAID = "Choose an answer, or write a few words."
    CHOICE_NOT_KNOWN = "Choose one of the answers that are given."
    LINKS_USED_UP = "You have opened this often enough. The link in our latest mail still works."

    # What is offered, and when
    TITLE_NEEDED = "Give it a name of up to 120 letters."
    TOO_LONG = "That is too long. Please shorten it."
    WORKSHOPS_HAVE_TOPICS = (
        "Only a workshop has one of the topics. Leave it empty, or choose workshop."
    )
    LISTING_NEEDS_LINK = "Say who runs it, and give their https link."
    VENUE_INCOMPLETE = "Give the venue a name, its town and its address."
    ACCESS_NEED_NOT_KNOWN = "Choose what the venue has from the list."
    ACCESS_NOT_SAID = (
        "Say first what the venue has for people with access needs, or that it has none of these."
    )
    VENUE_NOT_KNOWN = "We do not know that venue. Choose one of your agency’s."
    PLACE_NEEDED = "Choose a venue, or say that it is online."
    DATES_NEEDED = "Give at least one date, and not more than 60."
    DATES_OUT_OF_ORDER = "Each date must come after the one before, and end before the next begins."
    ONE_DATE_HERE = "This is one date of its own. Give one date, or say that it is a course."
    VENUE_NOT_FREE = (
        "This venue is not free then, or not for long enough before or after. Choose another time, "
        "or another venue."
    )
    HOURS_NOT_POSSIBLE = "Give times such as 09:30, the first before the second."
    LAST_DAY_NOT_POSSIBLE = "Only what is every week has a last day, and it comes after the first."
    JOIN_LINK_NEEDED = "Give an https link, or leave it empty until you have one."
    DATE_HAS_PASSED = "That date has passed."
    TIME_DOES_NOT_EXIST = (
        "The clocks go forward that night, and no clock shows {time}. Choose another time."
    )
    LENGTH_NOT_POSSIBLE = "A date lasts from 15 minutes to 12 hours."
    DROP_IN_TOO_SHORT_OR_LONG = "A drop-in consultation lasts from one hour to two."
    WORKER_IS_BUSY = "One of these times overlaps another slot of the same person."
    BOOKING_TIMES_NOT_POSSIBLE = "Booking must open before it closes, and close before the end."
    CAPACITY_NOT_POSSIBLE = (
        "Places are from 0 to 2,000, and not fewer than the agencies are promised."
    )
    SHARES_NOT_POSSIBLE = (
        "The promised places add up to more than there are, or an agency is named twice, or one "
        "that has families here is left out."
    )
    REGISTER_CLOSED = (
        "The register of a date is open from 48 hours before it to 7 days after. An organiser can "
        "still put an attendance right."
    )
    TOO_EARLY_TO_MARK = "Who came can be marked from two hours before it begins."
    MORE_THAN_THE_PARTY = "That is more people than a place can bring."
    LED_TO_NOTHING = "Only of a consultation that took place can it be said what it led to."
    NO_WALK_INS = "Nobody can drop by here without booking. Ask the organiser."
    GUESTS_NOT_HERE = (
        "This is for families that we know: it is a course, a talk of one’s own, or asks for "
        "something first. Welcome them, and ask them to ring the agency."
    )
    FIRST_NAME_NEEDED = "Give a first name, and no more of the name."
    FAMILY_NOT_KNOWN = "We know no family of that reference here."
    SETTING_NOT_SAFE = "Give a whole number from {least} to {most}."
    WINDOWS_OUT_OF_ORDER = (
        "The nearer the date, the shorter the time to answer. Put the hours in that order."
    )
    NOT_A_DRAFT = "It has been published or called off already."
    EVENT_OVER = "It has taken place, so it can no longer be called off."
    NOT_PUBLISHED = "It is not published, so there is nothing to call off or to fill."

    # Who may come, and whom to ring
    DESK_NOT_KNOWN = "We do not know that agency. Choose one from the list."
    DESK_MISSING = "Say which desks this rule counts, so that we know whom it is about."
    WORDS_MISSING = "Write the rule in a sentence that a family can read."
    PLACE_OUT_OF_RANGE = "Give the rule a place in the order, from 1 to 99."
    RULE_ENDS_TOO_SOON = "The last day must come after the first."
    CHANGED_MEANWHILE = "Somebody changed this while you read it. Look at it again first."
    LOOKS_LIKE_A_POSTCODE = (
        "This looks like a postcode. Please leave it out; we do not keep where anybody lives."
    )
    NUMBER_MISSING = (
        "Give a number on which they can ring you: that agency has none of yours. It is deleted "
        "once they have rung."
    )
    NOT_A_NUMBER = "Give a telephone number, such as 01632 960 001."
    NOT_A_WEBSITE = "Give a website without https://, such as example.org/adoption."
    NOT_AN_ADDRESS = "Give an e-mail address, such as team@example.org."
    HOURS_OUT_OF_ORDER = "A desk closes after it opens. Put the times right."
    DAYS_OUT_OF_RANGE = "Choose at least one day for calls, and answer within 1 to 20 of them."
    RUNG_BACK_ALREADY = "They have your request already, and will ring you."
    CALL_BACK_SETTLED = "This one is settled already."

    # Teams, and adopters who lead children
    NOT_ON_THE_TEAM = "They are not on the team of this one."
    LEADER_NEEDED = (
        "Children are left here with an adopter, so say first who leads it: the lead of its group, "
        "or whoever leads the date."
    )
    LEADER_NOT_IN_DATE = (
        "Children are left here with an adopter, and of who leads it these are not in date on "
        "{day}: {missing}. Write them down once you have seen them, or say that parents stay."
    )

    # Groups that adopters lead
    GROUP_OVER = "This group has ended. Look for another one."
    GROUP_FULL = (
        "The group is full. Whoever asks to join waits until somebody leaves, or an organiser "
        "allows for more."
    )
    GROUP_SIZE_NOT_POSSIBLE = "Give from 1 to 500 families, and not fewer than there are."
    DATES_OF_A_GROUP = "From 15 minutes to 12 hours, and from 1 to 500 places."
    SLOTS_NOT_POSSIBLE = (
        "From 1 to 12 slots of 15 to 120 minutes, and say which social worker is there."
    )
    KIND_HAS_NO_GROUP = "A group is a support group, a stay and play, a club or a teen group."
    SERIES_HAS_A_GROUP = "Those dates belong to a group already."
    IN_GROUP_ALREADY = "Your family is in this group already, or has asked."
    MEMBERSHIP_SETTLED = "That is settled already."
    NOT_ASKED_TO_LEAD = "You lead this group already, or somebody else was asked meanwhile."
    TOWN_NEEDED = "Give the town where the group meets, of up to 80 letters."
    VENUE_FOR_DATES_NEEDED = "An organiser has to say first where the group meets."
    ACCESS_FOR_DATES_NEEDED = (
        "An organiser has to say first what the place has for people with access needs, or that it "
        "has none of these."
    )
    WORDS_NEEDED = "Write something, of up to 600 letters."
    NOTHING_THAT_LOCATES = (
        "Leave out postcodes, telephone numbers, e-mail addresses and links. What members need to "
        "find the place stands with each date."
    )
    DAYS_NOT_POSSIBLE = "A note stays up for 1 to 60 days."
    POST_SETTLED = "That note has been taken down, or is shown already."

    # Gates and funding
    GATE_DAY_PASSED = (
        "The day for what this needs beforehand has passed, so a place can no longer be held. Ring "
        "your agency."
    )
    GATE_DAY_NOT_POSSIBLE = "Give a day from today until the first date of this."
    NO_SUCH_GATE = "This does not ask for that."
    GATE_MOVE_NOT_NOW = "That is written down already. Correct it first."
    DATE_IN_FUTURE = "That day has not come yet."
    CHILD_NOT_KNOWN = "There is no such child on this place."
    FUNDING_OUT_OF_ORDER = "Assessed comes first, then applied, then approved. Put the days right."
    AMOUNT_NOT_POSSIBLE = "Give the amount in pounds, up to 100,000."
