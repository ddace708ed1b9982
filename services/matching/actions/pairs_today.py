"""The people of an agency as they are today: what a run reads, and what one pair is judged by.

Runs as the system of the agency, because blocks and do-not-match are closed to coordinators; what
comes out of it says "not available" and never why.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from services.matching.actions.ledger import left_to_borrow
from services.matching.actions.suggestions import EVERY_SUGGESTION
from services.matching.model.ids import AgencyId, MentorId, ProposalId, RequestId
from services.matching.model.pair_rule import PairRuleKind
from services.matching.model.proposal import Mentoring
from services.matching.model.request import RequestState
from services.matching.model.snapshot import Mentee, Mentor, Pair, Snapshot
from services.matching.rules.explain import Closed, closed
from services.matching.rules.rule import Terms
from services.matching.store.whole import Whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One pair on one day. `closed` is the hard rule that it breaks, or None."""

    mentee: Mentee
    mentor: Mentor
    terms: Terms
    closed: Closed | None


async def snapshot_today(store: Whole, agency: AgencyId, on: date, *, afresh: bool) -> Snapshot:
    """Everybody ready and every mentor, with what people decided; the input of a run."""
    mentees = await store.people.mentees(on, store.places)
    mentors = [
        *await _loaded(store, await store.people.mentors(on, store.places)),
        *await store.lent_mentors.mentors(on, store.places),
    ]
    rules = await store.pair_rules.standing(agency)
    ready = {mentee.request_id for mentee in mentees}
    pinned = {
        (rule.request_id, rule.mentor_id)
        for rule in rules
        if rule.kind is PairRuleKind.PIN and rule.request_id in ready
    }
    standing = [] if afresh else await store.proposals.suggested(agency, limit=EVERY_SUGGESTION)
    return Snapshot(
        agency=agency,
        on=on,
        mentees=tuple(mentees),
        mentors=tuple(mentors),
        not_available=await _not_available(store),
        earlier_ended=await _earlier_ended(store, agency, mentees),
        pinned=frozenset(pinned),
        forbidden=frozenset(
            (rule.request_id, rule.mentor_id) for rule in rules if rule.kind is PairRuleKind.FORBID
        ),
        kept=frozenset(
            (each.request_id, each.mentor_id) for each in standing if each.request_id in ready
        ),
        lending_left=dict(await left_to_borrow(store, agency, on)),
    )


async def snapshot_beside(
    store: Whole,
    agency: AgencyId,
    on: date,
    *,
    requests: Sequence[RequestId],
    without: MentorId,
) -> Snapshot:
    """These requests alone, whether or not they have a mentor, and every mentor but one.

    Whatever was suggested, sent or runs keeps its room, so that nobody else is moved.
    """
    mentees = await store.people.mentees(on, store.places, only=requests, matched=True)
    everybody = [
        *await _loaded(store, await store.people.mentors(on, store.places)),
        *await store.lent_mentors.mentors(on, store.places),
    ]
    held: Counter[MentorId] = Counter()
    for each in await store.proposals.suggested(agency, limit=EVERY_SUGGESTION):
        held[each.mentor_id] += each.need_points
    rules = await store.pair_rules.standing(agency)
    return Snapshot(
        agency=agency,
        on=on,
        mentees=tuple(mentees),
        mentors=tuple(
            replace(one, load_points=one.load_points + held[one.mentor_id])
            for one in everybody
            if one.mentor_id != without
        ),
        not_available=await _not_available(store),
        earlier_ended=await _earlier_ended(store, agency, mentees),
        forbidden=frozenset(
            (rule.request_id, rule.mentor_id) for rule in rules if rule.kind is PairRuleKind.FORBID
        ),
        lending_left=dict(await left_to_borrow(store, agency, on)),
    )


async def everybody_running(
    store: Whole, agency: AgencyId, on: date
) -> tuple[Snapshot, Sequence[Mentoring]]:
    """Families whose mentoring runs, every mentor, and `kept`: who is with whom now.

    Of the agency's own: a family with a lent mentor stays out, for that pair is two agencies'.
    """
    own = await store.people.mentors(on, store.places)
    at_home = {mentor.mentor_id for mentor in own}
    every = await store.hand_overs.running(agency, limit=EVERY_SUGGESTION)
    running = [each for each in every if each.mentor_id in at_home]
    requests = [each.request_id for each in running]
    mentees = await store.people.mentees(on, store.places, only=requests, matched=True)
    rules = await store.pair_rules.standing(agency)
    people = Snapshot(
        agency=agency,
        on=on,
        mentees=tuple(mentees),
        mentors=tuple(await _loaded(store, own)),
        not_available=await _not_available(store),
        earlier_ended=await _earlier_ended(store, agency, mentees),
        forbidden=frozenset(
            (rule.request_id, rule.mentor_id) for rule in rules if rule.kind is PairRuleKind.FORBID
        ),
        kept=frozenset((each.request_id, each.mentor_id) for each in running),
    )
    return people, running


async def judge_today(
    store: Whole,
    pair: Pair,
    *,
    agency: AgencyId,
    on: date,
    but_for: ProposalId | None = None,
) -> Judged | None:
    """Judge one pair by every hard rule as things are today.

    None when either of them is not there to be matched.

    `but_for` is the pair's own proposal, which does not count against the mentor's room.
    """
    request, mentor_id = pair
    mentees = await store.people.mentees(on, store.places, only=request)
    own = await store.people.mentors(on, store.places, only=mentor_id)
    mentors = await _loaded(store, own, but_for=but_for) or await store.lent_mentors.mentors(
        on, store.places, only=[mentor_id], but_for=but_for
    )
    if not mentees or not mentors:
        return None
    (mentee,), (mentor,) = mentees, mentors
    terms = Terms(
        on=on,
        settings=await store.runs.settings(agency),
        not_available=await _not_available(store),
        earlier_ended=await _earlier_ended(store, agency, [mentee]),
    )
    return Judged(mentee=mentee, mentor=mentor, terms=terms, closed=closed(mentee, mentor, terms))


async def household_pinned(store: Whole, judged: Judged, agency: AgencyId) -> Snapshot:
    """The ready requests of a household alone, with the pins that stand and the pair judged."""
    pair = (judged.mentee.request_id, judged.mentor.mentor_id)
    family = judged.mentee.home.family_id
    ready = [
        one.id
        for one in await store.requests.of_families([family])
        if one.state is RequestState.READY
    ]
    pins = {
        (rule.request_id, rule.mentor_id)
        for rule in await store.pair_rules.standing(agency)
        if rule.kind is PairRuleKind.PIN and rule.request_id in ready
    }
    on, wanted = judged.terms.on, sorted({mentor for _, mentor in pins} - {pair[1]})
    mentees = await store.people.mentees(on, store.places, only=ready)
    others = await store.people.mentors(on, store.places, only=wanted)
    return Snapshot(
        agency=agency,
        on=on,
        mentees=tuple(mentees),
        mentors=(
            judged.mentor,
            *await _loaded(store, others),
            *await store.lent_mentors.mentors(on, store.places, only=wanted),
        ),
        not_available=judged.terms.not_available,
        earlier_ended=await _earlier_ended(store, agency, mentees),
        pinned=frozenset({*pins, pair}),
    )


async def _not_available(store: Whole) -> frozenset[Pair]:
    return frozenset(await store.people.not_available()) | await store.lent_mentors.apart()


async def _loaded(
    store: Whole, mentors: Sequence[Mentor], *, but_for: ProposalId | None = None
) -> list[Mentor]:
    ids = [mentor.mentor_id for mentor in mentors]
    carried = await store.mentorings.load_points(ids, but_for=but_for)
    return [replace(mentor, load_points=carried[mentor.mentor_id]) for mentor in mentors]


async def _earlier_ended(
    store: Whole, agency: AgencyId, mentees: Sequence[Mentee]
) -> frozenset[Pair]:
    """Pairs that said no or let it lapse, and those whose mentoring ended badly."""
    said_no = await store.proposals.closed_pairs(agency)
    badly = set(await store.mentorings.ended_badly())
    ended: set[tuple[RequestId, MentorId]] = set(said_no)
    ended.update(
        (mentee.request_id, MentorId(mentor))
        for mentee in mentees
        for family, mentor in badly
        if family == mentee.home.family_id
    )
    return frozenset(ended)
