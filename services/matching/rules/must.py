"""The hard rules of domain.md F1: pairs that may never be made.

Each is a function of the two people and the terms of the run. It returns the reason that closes
the pair, in words that name nobody, or None.
"""

from datetime import date

from services.matching.model.family import Stage
from services.matching.model.snapshot import Mentee, Mentor
from services.matching.model.words import AccessNeed, Channel
from services.matching.rules.profile import current, matchable, supervision
from services.matching.rules.road import (
    CAN_GUIDE,
    months_along,
    square_metres_apart,
    travel_minutes,
)
from services.matching.rules.rule import PREFERS, Terms, must
from services.matching.rules.weighting import mandatory
from services.matching.rules.wishes import is_met, wish_words
from services.matching.rules.wording import a_list, count_of, day, topic_words, words

NOT_AVAILABLE = "Not available."
NO_LONGER_CONSENTS = "The mentor no longer consents to mentoring."
NEIGHBOUR_M = 3_000
FAR_KM = 1_000
"""Nobody in England lives this far from anybody else."""
NEEDS_MORE_THAN_A_VOICE = frozenset({AccessNeed.HEARING_LOOP, AccessNeed.INTERPRETER})
FROM_ASSESSMENT_ON = frozenset(Stage) - {Stage.ENQUIRING, Stage.WITHDREW, Stage.NOT_APPROVED}


def _checks_met(mentee: Mentee, mentor: Mentor, terms: Terms) -> str:
    """Met when, and until when: the first check to run out, and the last supervision."""
    held = current(mentor, mentee.programme, terms)
    ends = [item.expires_on for item in held if item.expires_on is not None]
    until = f"Checks in date until {day(min(ends))}." if ends else "Checks in date, none runs out."
    seen = supervision(mentor, terms.on)
    return until if seen is None else f"{until} Supervision on {day(seen)}."


@must(
    "H1",
    title="The mentor is ready to be matched",
    met=_checks_met,
    source="domain.md F1 H1, D3 Matchable; MENTOR screening and training",
)
def mentor_is_matchable(mentee: Mentee, mentor: Mentor, terms: Terms) -> str | None:
    """Active, every check of the programme in date on the day, supervised, no concern open.

    An expiry day is the last day that a check counts.

    >>> mentor_is_matchable(mentee(), mentor(), terms())
    >>> mentor_is_matchable(mentee(), mentor(state="paused"), terms())
    'The mentor is paused.'
    >>> mentor_is_matchable(mentee(), mentor(lapsed="safeguarding_training"), terms())
    'Safeguarding training is not in date.'
    >>> mentor_is_matchable(mentee(), mentor(state="blocked"), terms())
    'The mentor is not to be matched now.'
    >>> mentor_is_matchable(mentee(), mentor(retiring=True), terms())
    'The mentor is going to leave.'
    """
    return matchable(mentor, mentee.programme, terms)


@must(
    "H2",
    title="The mentor has room",
    met=lambda mentee, mentor, terms: (
        f"{mentor.free_points} of {mentor.capacity_points} points free,"
        f" {mentee.need_points} needed."
    ),
    source="domain.md F1 H2, C11; Peer Link",
)
def mentor_has_room(mentee: Mentee, mentor: Mentor, terms: Terms) -> str | None:
    """The family's need fits in what the mentor has free, both in points.

    >>> mentor_has_room(mentee(need_points=2), mentor(capacity_points=4, load_points=2), terms())
    >>> mentor_has_room(mentee(need_points=3), mentor(capacity_points=4, load_points=2), terms())
    'The mentor has 2 points free and this family needs 3.'
    """
    if mentee.need_points <= mentor.free_points:
        return None
    free = count_of(mentor.free_points, "point")
    return f"The mentor has {free} free and this family needs {mentee.need_points}."


@must(
    "H3",
    title="Both want this",
    met="They asked for it themselves or agreed, and consent to mentoring stands.",
    source="domain.md F1 H3; P2P endorsed practices",
)
def both_want_this(mentee: Mentee, mentor: Mentor, terms: Terms) -> str | None:
    """The adult asked or agreed, and neither side has withdrawn consent to mentoring.

    >>> both_want_this(mentee(), mentor(), terms())
    >>> both_want_this(mentee(consents_to_mentoring=False), mentor(), terms())
    'Consent to mentoring is not given.'
    >>> both_want_this(mentee(), mentor(consents=False), terms())
    'The mentor no longer consents to mentoring.'
    """
    if not mentee.asked_by_themself:
        return "They have not asked for a mentor themselves."
    if not mentee.consents_to_mentoring:
        return "Consent to mentoring is not given."
    return None if mentor.consents_to_mentoring else NO_LONGER_CONSENTS


@must(
    "H4",
    title="No block and no known tie",
    met="No block, no known tie.",
    source="domain.md F1 H4, E17, E19",
    told=False,
)
def nothing_stands_between(mentee: Mentee, mentor: Mentor, terms: Terms) -> str | None:
    """No block, do-not-match or tie, nobody's own household, no neighbour of a protected family.

    The reason is never told: whatever closes the pair, the answer is the same.

    >>> nothing_stands_between(mentee(), mentor(), terms())
    >>> nothing_stands_between(mentee(), mentor(), terms(not_available=True))
    'Not available.'
    >>> nothing_stands_between(mentee(protected=True), mentor(), terms())
    'Not available.'
    """
    if (mentee.request_id, mentor.mentor_id) in terms.not_available:
        return NOT_AVAILABLE
    if mentee.home.family_id == mentor.home.family_id:
        return NOT_AVAILABLE
    protected = mentee.home.protected or mentor.home.protected
    if protected and square_metres_apart(mentee.home, mentor.home) < NEIGHBOUR_M**2:
        return NOT_AVAILABLE
    return None


@must(
    "H5",
    title="No declared birth-sibling link",
    met="No birth-sibling link has been declared between the families.",
    source="domain.md F1 H5, C17",
    told=False,
)
def no_declared_sibling_link(mentee: Mentee, mentor: Mentor, terms: Terms) -> str | None:
    """No declared birth-sibling link, unless both agencies recorded agreement.

    Reads the same set of pairs as H4 on purpose: a run does not hold which of the two it was.

    >>> no_declared_sibling_link(mentee(), mentor(), terms())
    >>> no_declared_sibling_link(mentee(), mentor(), terms(not_available=True))
    'Not available.'
    """
    apart = (mentee.request_id, mentor.mentor_id) in terms.not_available
    return NOT_AVAILABLE if apart else None


def _how_they_talk(mentee: Mentee, mentor: Mentor, terms: Terms) -> str:
    shared = a_list(words(item) for item in sorted(mentee.home.languages & mentor.home.languages))
    how = a_list(words(item) for item in sorted(mentee.channels & mentor.channels))
    return f"In common: {shared}; {how}."


@must(
    "H6",
    title="They can talk to each other",
    met=_how_they_talk,
    source="domain.md F1 H6; P2P equal access",
)
def can_talk_to_each_other(mentee: Mentee, mentor: Mentor, terms: Terms) -> str | None:
    """A language and a channel in common, and one that works for the family's access needs.

    Somebody who needs a hearing loop or an interpreter cannot be asked to manage with a phone.

    >>> can_talk_to_each_other(mentee(channels="phone"), mentor(channels="phone video"), terms())
    >>> can_talk_to_each_other(mentee(channels="phone"), mentor(channels="video"), terms())
    'No way to talk in common: phone, video or in person.'
    >>> deaf = mentee(channels="phone", access_needs="interpreter")
    >>> can_talk_to_each_other(deaf, mentor(), terms())
    'Only the phone is in common, which does not meet an access need.'
    """
    if not mentee.home.languages & mentor.home.languages:
        return "No language in common."
    shared = mentee.channels & mentor.channels
    if not shared:
        return "No way to talk in common: phone, video or in person."
    needs = (mentee.home.access_needs | mentor.home.access_needs) & NEEDS_MORE_THAN_A_VOICE
    if needs and shared == {Channel.PHONE}:
        return "Only the phone is in common, which does not meet an access need."
    return None


@must(
    "H7",
    title="A time in common",
    met=lambda mentee, mentor, terms: (
        f"{count_of(len(mentee.home.slots & mentor.home.slots), 'weekly time')} in common."
    ),
    source="domain.md F1 H7; BBBS schedule fit",
)
def a_time_in_common(mentee: Mentee, mentor: Mentor, terms: Terms) -> str | None:
    """At least one of the 21 weekly slots suits both.

    >>> a_time_in_common(mentee(slots="monday_evening"), mentor(slots="monday_evening"), terms())
    >>> a_time_in_common(mentee(slots="monday_evening"), mentor(slots="friday_morning"), terms())
    'No weekly time in common.'
    """
    return None if mentee.home.slots & mentor.home.slots else "No weekly time in common."


def _months_ahead(mentee: Mentee, mentor: Mentor, on: date) -> int | None:
    theirs, own = months_along(mentee.home, on), months_along(mentor.home, on)
    if theirs is None or own is None or mentor.home.stage not in CAN_GUIDE:
        return None
    return own - theirs


@must(
    "H8",
    title="The mentor is ahead on the road",
    met=lambda mentee, mentor, terms: (
        f"The mentor is about {_months_ahead(mentee, mentor, terms.on)} months ahead."
    ),
    source="domain.md F1 H8; Cornerstone chose mentors by their own stage and steadiness",
)
def mentor_is_ahead(mentee: Mentee, mentor: Mentor, terms: Terms) -> str | None:
    """The mentor is at least twelve months (a setting) further along than the family.

    Counted along the usual road from enquiry (`road.ROAD`), by stage and the day it began.

    >>> mentor_is_ahead(mentee(stage="placed"), mentor(stage="order_granted"), terms())
    >>> mentor_is_ahead(mentee(stage="placed"), mentor(stage="placed"), terms())
    'The mentor is not yet 12 months ahead of them.'
    """
    ahead = _months_ahead(mentee, mentor, terms.on)
    least = terms.settings.months_ahead_min
    if ahead is None:
        return "The mentor's own stage does not let them guide this family."
    return None if ahead >= least else f"The mentor is not yet {least} months ahead of them."


@must(
    "H9",
    title="Must-haves and limits",
    met="Their must-haves are met, and nothing they ask for is beyond what the mentor can support.",
    source="domain.md F1 H9; P2P preferences",
)
def must_haves_and_limits(mentee: Mentee, mentor: Mentor, terms: Terms) -> str | None:
    """Each of the family's must-haves is met; they ask for nothing the mentor cannot support.

    >>> must_haves_and_limits(mentee(must_haves="topic:fasd"), mentor(topics="fasd"), terms())
    >>> must_haves_and_limits(mentee(must_haves="topic:fasd"), mentor(topics="adhd"), terms())
    'A must-have is not met: experience of FASD.'
    """
    for wish in mentee.must_haves:
        if not is_met(wish, mentee, mentor, terms.on):
            return f"A must-have is not met: {wish_words(wish)}."
    beyond = [topic for topic in mentee.topics if topic in mentor.not_able_to_support]
    if beyond:
        return f"The mentor has said they cannot support {topic_words(beyond)}."
    return None


def _travel_met(mentee: Mentee, mentor: Mentor, terms: Terms) -> str:
    if mentee.channels & mentor.channels != {Channel.IN_PERSON}:
        return "They can talk without travelling."
    minutes = travel_minutes(mentee.home, mentor.home)
    return f"About {minutes} minutes apart; the mentor's limit is {mentor.travel_minutes_max}."


@must("H10", title="Near enough to meet", met=_travel_met, source="domain.md F1 H10; BBBS")
def near_enough_to_meet(mentee: Mentee, mentor: Mentor, terms: Terms) -> str | None:
    """Where they could only meet in person, the journey is within the mentor's limit.

    The time is estimated between the centres of the outward codes (`road.travel_minutes`). An
    agency may also say how far apart two families may live who only talk.

    >>> near_enough_to_meet(mentee(channels="in_person"), mentor(km_away=5), terms())
    >>> near_enough_to_meet(mentee(channels="in_person"), mentor(km_away=9), terms())
    'About 23 minutes apart; the limit is 20.'
    >>> near_enough_to_meet(mentee(), mentor(km_away=61), terms(apart_km_max=60))
    'They live more than 60 km apart.'
    """
    furthest = terms.settings.apart_km_max
    if square_metres_apart(mentee.home, mentor.home) > (1000 * furthest) ** 2:
        return f"They live more than {furthest} km apart."
    if mentee.channels & mentor.channels != {Channel.IN_PERSON}:
        return None
    minutes = travel_minutes(mentee.home, mentor.home)
    if minutes <= mentor.travel_minutes_max:
        return None
    return f"About {minutes} minutes apart; the limit is {mentor.travel_minutes_max}."


@must(
    "H11",
    title="Open to them in this programme",
    met="The mentor works in this programme, and both agencies allow it.",
    source="domain.md F1 H11, E42; Adopt Thames Valley's page",
)
def open_to_them(mentee: Mentee, mentor: Mentor, terms: Terms) -> str | None:
    """Same programme, from assessment on; another agency's mentor only if both sides chose it.

    >>> open_to_them(mentee(programme="mentor"), mentor(programmes="mentor buddy"), terms())
    >>> open_to_them(mentee(), mentor(agency="AS"), terms())
    'The mentor belongs to another agency.'
    >>> both = mentee(other_agencies=True), mentor(agency="AS", lends=True)
    >>> open_to_them(*both, terms(lending_left={"AS": 1}))
    >>> open_to_them(*both, terms(lending_left={"AS": 0}))
    'Every place that the other agency agreed to lend is taken.'
    """
    if mentee.home.stage not in FROM_ASSESSMENT_ON:
        return "Mentoring is open from assessment on."
    if mentee.programme not in mentor.programmes:
        return "The mentor does not work in this programme."
    shared = mentee.other_agencies and mentor.lends_to_other_agencies
    if mentee.home.agency != mentor.home.agency and not shared:
        return "The mentor belongs to another agency."
    if mentee.home.agency != mentor.home.agency and not terms.lends(mentor):
        return "Every place that the other agency agreed to lend is taken."
    return None


@must(
    "H12",
    title="Not tried before",
    met="They have not been paired before.",
    source="domain.md F1 H12, D4, D5",
)
def not_tried_before(mentee: Mentee, mentor: Mentor, terms: Terms) -> str | None:
    """Not a pair that ended as not a fit or with a concern, or that one side did not take up.

    >>> not_tried_before(mentee(), mentor(), terms())
    >>> not_tried_before(mentee(), mentor(), terms(earlier_ended=True))
    'An earlier proposal or pairing of these two did not go on.'
    """
    tried = (mentee.request_id, mentor.mentor_id) in terms.earlier_ended
    return "An earlier proposal or pairing of these two did not go on." if tried else None


def _mandatory_met(mentee: Mentee, mentor: Mentor, terms: Terms) -> str:
    titles = [PREFERS[name].title for name in mandatory(mentee.programme, terms.settings)]
    return f"Met at least in part: {a_list(titles)}." if titles else "Nothing else is mandatory."


@must(
    "H13",
    title="What your agency made mandatory",
    met=_mandatory_met,
    source="domain.md B1 Vygo, H9 “use mandatory sparingly”; house style, The matcher",
)
def mandatory_is_met(mentee: Mentee, mentor: Mentor, terms: Terms) -> str | None:
    """Each criterion that the programme made mandatory is met at least in part, where it counts.

    >>> sleep = mentee(topics="sleep")
    >>> mandatory_is_met(sleep, mentor(topics="sleep"), terms(mandatory="shared_topics"))
    >>> mandatory_is_met(sleep, mentor(topics="food"), terms(mandatory="shared_topics"))
    'Mandatory here and not met: What they asked to talk about.'
    """
    for name in mandatory(mentee.programme, terms.settings):
        given = PREFERS[name].test(mentee, mentor, terms)
        if given.used and given.value == 0:
            return f"Mandatory here and not met: {PREFERS[name].title}."
    return None


@must(
    "H14",
    title="What two adults of one household asked for",
    met="In keeping with what the adults of the household asked for.",
    source="domain.md E32, E33, D5",
)
def suits_the_household(mentee: Mentee, mentor: Mentor, terms: Terms) -> str | None:
    """Where the other adult has a mentor already: the same one, or another, as the two asked.

    Two adults who both wait are a matter of several pairs (`spread`).

    >>> suits_the_household(mentee(), mentor(), terms())
    >>> suits_the_household(mentee(same_mentor_as="Mina"), mentor(), terms())
    >>> suits_the_household(mentee(same_mentor_as="Mina"), mentor("Noor"), terms())
    'They asked for the mentor whom the other adult of their household has.'
    >>> suits_the_household(mentee(other_mentor_than="Mina"), mentor(), terms())
    'The other adult of their household has this mentor, and they are to have different ones.'
    """
    if mentor.mentor_id in mentee.other_mentor_than:
        return (
            "The other adult of their household has this mentor, and they are to have different"
            " ones."
        )
    if mentee.same_mentor_as and mentor.mentor_id not in mentee.same_mentor_as:
        return "They asked for the mentor whom the other adult of their household has."
    return None
