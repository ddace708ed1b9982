"""The criteria of domain.md F2: what makes one allowed pair better than another.

Each gives 0-100 of its weight, counts only what the family asked for, and names nobody.
Never used: income, postcode deprivation, ratings, speed of answer, sex or ethnicity unless asked.
"""

from collections.abc import Sequence

from services.matching.model.snapshot import Mentee, Mentor
from services.matching.model.words import Channel
from services.matching.rules.road import BANDS, age_band, km_apart
from services.matching.rules.rule import Points, Terms, prefer
from services.matching.rules.wishes import met_share, wish_words
from services.matching.rules.wording import a_list, count_of, sentence_case, topic_words, words

BAND_STEPS = {0: 75, 1: 100, 2: 85, 3: 60}
"""Points by how many age bands the mentor's child is ahead; one band ahead is best."""
FAR_AHEAD, JUST_BEHIND, BEHIND = 40, 25, 0
KM_BANDS = ((5, 100), (10, 75), (20, 50), (40, 25))
SLOTS_ENOUGH = 4


def rank_weights(count: int) -> range:
    """Weights of ranked choices: the first of three counts 3, the last 1."""
    return range(count, 0, -1)


def ranked_value(shares: Sequence[int]) -> int:
    """0-100 from each choice's share met, first choice first; rounded down."""
    weights = rank_weights(len(shares))
    return sum(w * share for w, share in zip(weights, shares, strict=True)) // sum(weights)


@prefer(
    weight=25,
    title="What they asked to talk about",
    source="domain.md F2; P2P: challenge first; survey 004 prevalence",
)
def shared_topics(mentee: Mentee, mentor: Mentor, terms: Terms) -> Points:
    """Worth the share of the topics asked for that the mentor has lived, rounded down.

    >>> shared_topics(mentee(topics="sleep food"), mentor(topics="sleep fasd"), terms()).value
    50
    >>> shared_topics(mentee(topics="sleep"), mentor(topics="food"), terms()).value
    0
    """
    if not mentee.topics:
        return Points(0, "They named no topic, so not used.", used=False)
    held = [topic for topic in mentee.topics if topic in mentor.topics]
    asked = sentence_case(topic_words(mentee.topics))
    value = 100 * len(held) // len(mentee.topics)
    return Points(value, f"{asked}. {_lived(len(held), len(mentee.topics))}")


def _lived(held: int, asked: int) -> str:
    if held == asked:
        return "The mentor has lived " + ("this." if asked == 1 else "each of these.")
    return f"The mentor has lived {held} of {asked}." if held else "The mentor has lived none."


@prefer(
    weight=22,
    title="Family and route",
    source="domain.md F2; practice; Peer Connection on different backgrounds",
)
def shared_route(mentee: Mentee, mentor: Mentor, terms: Terms) -> Points:
    """Worth the forms of family and routes in common, weighted by the family's own ranking.

    >>> ranked = mentee(forms="siblings single_adopter")
    >>> shared_route(ranked, mentor(forms="siblings"), terms()).value
    66
    >>> shared_route(mentee(forms="siblings"), mentor(forms="transracial"), terms()).value
    0
    """
    ranked = mentee.ranked_forms
    if not ranked:
        return Points(0, "They ranked no route or form of family, so not used.", used=False)
    shares = [100 if form in mentor.home.forms else 0 for form in ranked]
    shared = [words(form) for form in ranked if form in mentor.home.forms]
    lacking = [words(form) for form in ranked if form not in mentor.home.forms]
    parts = [f"In common: {a_list(shared)}."] if shared else []
    parts += [f"Not shared: {a_list(lacking)}."] if lacking else []
    return Points(ranked_value(shares), " ".join(parts))


@prefer(
    weight=15,
    title="Their own wishes",
    source="domain.md F2; BBBS: the most important factor",
)
def own_wishes(mentee: Mentee, mentor: Mentor, terms: Terms) -> Points:
    """Worth each ranked wish met, partly met or not; the first counts most.

    >>> own_wishes(mentee(wishes="topic:fasd"), mentor(topics="fasd"), terms()).value
    100
    >>> own_wishes(mentee(wishes="topic:fasd"), mentor(topics="adhd"), terms()).value
    0
    """
    if not mentee.wishes:
        return Points(0, "They put no wish first, so not used.", used=False)
    shares = [met_share(wish, mentee, mentor, terms.on) for wish in mentee.wishes]
    how = {0: "not met", 50: "partly met", 100: "met"}
    said = [
        f"{sentence_case(wish_words(wish))}: {how[share]}."
        for wish, share in zip(mentee.wishes, shares, strict=True)
    ]
    return Points(ranked_value(shares), " ".join(said))


def band_value(steps: int) -> int:
    """Points for a mentor's child `steps` age bands older than the family's."""
    if steps < 0:
        return JUST_BEHIND if steps == -1 else BEHIND
    return BAND_STEPS.get(steps, FAR_AHEAD)


@prefer(
    weight=12,
    title="Been where they are going",
    source="domain.md F2; P2P: age matters; 001 transitions",
)
def been_where_they_go(mentee: Mentee, mentor: Mentor, terms: Terms) -> Points:
    """Worth how near ahead the mentor's children are, averaged over the family's children.

    Before a child has come, any mentor with a child has been where they are going.

    >>> been_where_they_go(mentee(ages="4"), mentor(ages="7"), terms()).value
    100
    >>> been_where_they_go(mentee(ages="12"), mentor(ages="3"), terms()).value
    0
    """
    theirs = [age_band(month, terms.on) for month in mentee.home.child_birth_months]
    own = [age_band(month, terms.on) for month in mentor.home.child_birth_months]
    if not own:
        return Points(0, "The mentor has no child at home on the register.")
    if not theirs:
        return Points(100, "They have no child yet; the mentor is a parent already.")
    values = [max(band_value(band - their) for band in own) for their in theirs]
    return Points(sum(values) // len(values), f"{_ages('The mentor', own)} {_ages('They', theirs)}")


def _ages(who: str, bands: Sequence[int]) -> str:
    named = a_list(str(BANDS[band]) for band in sorted(set(bands)))
    has = "has" if who == "The mentor" else "have"
    children = "a child" if len(bands) == 1 else "children"
    return f"{who} {has} {children} aged {named.replace('-', ' to ')}."


@prefer(weight=10, title="Times in common", source="domain.md F2; BBBS")
def times_in_common(mentee: Mentee, mentor: Mentor, terms: Terms) -> Points:
    """A quarter for each weekly time in common, up to four.

    >>> week = "monday_evening tuesday_evening"
    >>> times_in_common(mentee(slots=week), mentor(slots=week), terms()).value
    50
    >>> times_in_common(mentee(slots=week), mentor(slots="friday_morning"), terms()).value
    0
    """
    shared = len(mentee.home.slots & mentor.home.slots)
    said = sentence_case(count_of(shared, "weekly time")) + " in common."
    return Points(100 * min(shared, SLOTS_ENOUGH) // SLOTS_ENOUGH, said)


@prefer(
    weight=6,
    title="Identity and culture",
    source="domain.md F2, E47; Blake-Beard and others 2011",
)
def identity_asked_for(mentee: Mentee, mentor: Mentor, terms: Terms) -> Points:
    """Met or not, and only for a family who asked.

    >>> identity_asked_for(mentee(identities="muslim"), mentor(identities="muslim"), terms()).value
    100
    >>> identity_asked_for(mentee(identities="muslim"), mentor(), terms()).value
    0
    """
    if not mentee.identities_asked_for:
        return Points(0, "Not asked for, so not used.", used=False)
    met = bool(mentee.identities_asked_for & mentor.identities)
    return Points(100 if met else 0, "They asked for this: " + ("met." if met else "not met."))


@prefer(weight=5, title="Nearness", source="domain.md F2")
def nearness(mentee: Mentee, mentor: Mentor, terms: Terms) -> Points:
    """Worth a band of whole kilometres, and only for a family who would meet in person.

    >>> nearness(mentee(channels="phone in_person"), mentor(km_away=7), terms()).value
    75
    >>> nearness(mentee(channels="phone in_person"), mentor(km_away=70), terms()).value
    0
    """
    if Channel.IN_PERSON not in mentee.channels:
        how = a_list(words(channel) for channel in sorted(mentee.channels))
        return Points(0, f"Not counted: they chose {how}.", used=False)
    apart = km_apart(mentee.home, mentor.home)
    value = next((value for km, value in KM_BANDS if apart < km), 0)
    return Points(value, f"About {apart} km apart." if apart else "In the same area.")


@prefer(weight=5, title="Fair load", source="domain.md F2; Together's spreading of load")
def fair_load(mentee: Mentee, mentor: Mentor, terms: Terms) -> Points:
    """Worth the share of the mentor's points that is free; a first-time mentor has all of them.

    >>> fair_load(mentee(), mentor(capacity_points=4, load_points=1), terms()).value
    75
    >>> fair_load(mentee(), mentor(capacity_points=4, load_points=4), terms()).value
    0
    """
    limit = mentor.capacity_points
    value = 100 * mentor.free_points // limit if limit else 0
    return Points(value, f"The mentor carries {mentor.load_points} of {limit} points.")
