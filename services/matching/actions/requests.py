"""Requests for a mentor: asked, corrected, moved, withdrawn; and reading them."""

from dataclasses import replace

from kernel.ask import Ask
from kernel.audit import record
from kernel.messages import NoticeKind, Purpose, Role
from kernel.refusal import Refused
from services.matching.access import ACCESS, Permit
from services.matching.actions import checks
from services.matching.actions.cards import tell_family
from services.matching.actions.ending import end_open_proposal
from services.matching.actions.moves import require_move
from services.matching.actions.notices import Notice, tell_adult
from services.matching.model.family import Family, HouseholdAdult, Stage
from services.matching.model.given import GivenRequest
from services.matching.model.ids import AdultId, RequestId
from services.matching.model.request import SupportRequest, Wish, WishKind
from services.matching.model.words import Channel, Form, Identity, Topic
from services.matching.refusals import Why
from services.matching.rules.wording import words
from services.matching.states.requests import REQUEST, RequestMove
from services.matching.store.whole import Whole

OPEN_MAX = 2
MUST_HAVES_MAX = 2
NOT_SERVED = frozenset({Stage.WITHDREW, Stage.NOT_APPROVED})
LEAVES = frozenset({RequestMove.HOLD, RequestMove.SIGNPOST, RequestMove.WITHDRAW})
"""Moves after which nobody waits, so that no proposal may stay open."""
WISHABLE: dict[WishKind, frozenset[str]] = {
    WishKind.TOPIC: frozenset(Topic),
    WishKind.FORM: frozenset(Form),
    WishKind.CHANNEL: frozenset(Channel),
    WishKind.IDENTITY: frozenset(Identity),
    WishKind.SAME_STAGE_OF_SCHOOL: frozenset({""}),
}


async def ask_for_mentor(ask: Ask[Whole], *, adult: AdultId, given: GivenRequest) -> RequestId:
    """Ask for a mentor: an adult for themself, which is also their yes to mentoring; or a
    coordinator for somebody who rang.

    Refuses: NOT_FOUND, NOT_ALLOWED, STAGE_TOO_EARLY, STAGE_NOT_SERVED, TOO_MANY_REQUESTS,
    REQUEST_OPEN_ALREADY; see `_given`.
    """
    async with ask.begin() as store:
        whose = await store.adults.household_adult(adult)
        ACCESS.require(ask.actor, Permit.ASK_FOR_MENTOR, whose)
        assert whose is not None, "require refuses a missing thing"
        kept = _given(given)
        family = await store.families.family(whose.family_id)
        assert family is not None, "whoever sees the adult sees the family"
        _served(family)
        await store.requests.hold(family.id)
        if await store.requests.open_of(family.id) >= OPEN_MAX:
            raise Refused(Why.TOO_MANY_REQUESTS)
        themself = ask.actor.role in (Role.ADOPTER, Role.MENTOR)
        request = await store.requests.add(whose, kept, asked_by_themself=themself)
        if request is None:
            raise Refused(Why.REQUEST_OPEN_ALREADY, field="programme")
        await _received(store, whose, request)
        if themself and await store.consents.give(whose, Purpose.MENTORING, at=ask.now):
            await _tell_consent(store, whose)
        return request.id


async def correct_request(ask: Ask[Whole], *, request: RequestId, given: GivenRequest) -> RequestId:
    """Change what is asked for; the programme and the day of asking stay.

    Refuses: NOT_FOUND, NOT_ALLOWED, REQUEST_ANSWERED; see `_given`.
    """
    async with ask.begin() as store:
        before = await _seen(ask, store, request)
        ACCESS.require(ask.actor, Permit.CORRECT_REQUEST, before)
        kept = _given(replace(given, programme=before.programme))
        after = await store.requests.correct(request, kept)
        if after is None:
            raise Refused(Why.REQUEST_ANSWERED)
        await _write_down(store, after, "corrected_request")
        return request


async def move_request(
    ask: Ask[Whole], *, request: RequestId, move: RequestMove, reason: str | None
) -> RequestId:
    """Take a request one step: check, ready, hold, resume or signpost (domain.md D4).

    Refuses: NOT_FOUND, NOT_ALLOWED, REQUEST_MOVE_NOT_NOW, MENTORING_CONSENT_MISSING (checking
    begins with their own asking, or their yes), WORDS_TOO_LONG.
    """
    async with ask.begin() as store:
        before = await _seen(ask, store, request)
        require_move(
            REQUEST,
            move,
            before.state,
            asker=(ask.actor, before),
            not_now=Why.REQUEST_MOVE_NOT_NOW,
        )
        why = checks.reason(reason)
        if move is RequestMove.CHECK and not await _wanted(store, before):
            raise Refused(Why.MENTORING_CONSENT_MISSING)
        after = await store.requests.move(request, move)
        if after is None:
            raise Refused(Why.REQUEST_MOVE_NOT_NOW, now=words(before.state))
        await _write_down(store, after, f"moved_request_{move}", why=why)
        if move in LEAVES:
            await store.turn.become_system(after.agency)
            await end_open_proposal(store, request, why=f"request_{after.state}")
        return request


async def _seen(ask: Ask[Whole], store: Whole, request: RequestId) -> SupportRequest:
    found = await store.requests.request(request)
    ACCESS.require(ask.actor, Permit.SEE_REQUEST, found)
    assert found is not None, "require refuses a missing thing"
    return found


async def _wanted(store: Whole, request: SupportRequest) -> bool:
    """The adult asked for it themself, or has said yes to mentoring."""
    if request.asked_by_themself:
        return True
    return await store.consents.holds(request.adult_id, Purpose.MENTORING)


async def _received(store: Whole, whose: HouseholdAdult, request: SupportRequest) -> None:
    """Write it down, and let the one who asked know that it has come."""
    await _write_down(store, request, "asked_for_mentor")
    await tell_adult(store, whose.adult_id, Notice(NoticeKind.REQUEST_RECEIVED, request.id))


async def _tell_consent(store: Whole, whose: HouseholdAdult) -> None:
    await record(
        store.turn,
        what="gave_consent",
        agency=whose.agency,
        subject=whose.family_id,
        facts={"adult": str(whose.adult_id), "purpose": Purpose.MENTORING},
    )
    await store.turn.become_system(whose.agency)
    family = await store.families.touch(whose.family_id)
    assert family is not None, "an adult's family is kept by the adult's agency"
    await tell_family(store, family)


async def _write_down(
    store: Whole, request: SupportRequest, what: str, *, why: str | None = None
) -> None:
    """Staff who act for somebody are named with whom they acted for (E59)."""
    adult = await store.adults.adult(request.adult_id)
    account = adult.account_id if adult else None
    await record(
        store.turn,
        what=what,
        why=why,
        agency=request.agency,
        subject=request.id,
        for_account=None if account == store.turn.actor.account else account,
        facts={"version": request.version, "state": request.state},
    )


def _served(family: Family) -> None:
    """Refuses: STAGE_TOO_EARLY, STAGE_NOT_SERVED."""
    if family.stage is Stage.ENQUIRING:
        raise Refused(Why.STAGE_TOO_EARLY)
    if family.stage in NOT_SERVED:
        raise Refused(Why.STAGE_NOT_SERVED)


def _given(given: GivenRequest) -> GivenRequest:
    """Refuses: TOO_MANY_MUST_HAVES, WISH_UNKNOWN, CHANNEL_MISSING, NEED_OUT_OF_RANGE,
    NOTE_TOO_LONG, LOOKS_LIKE_A_POSTCODE.
    """
    if len(given.must_haves) > MUST_HAVES_MAX:
        raise Refused(Why.TOO_MANY_MUST_HAVES, field="mustHaves")
    for field, wishes in (("wishes", given.wishes), ("mustHaves", given.must_haves)):
        if not all(_known(wish) for wish in wishes):
            raise Refused(Why.WISH_UNKNOWN, field=field)
    if not given.channels:
        raise Refused(Why.CHANNEL_MISSING, field="channels")
    if not 1 <= given.need_points <= 3:
        raise Refused(Why.NEED_OUT_OF_RANGE, field="needPoints")
    return replace(
        given,
        note=checks.own_words(given.note, field="note"),
        topics=tuple(dict.fromkeys(given.topics)),
        ranked_forms=tuple(dict.fromkeys(given.ranked_forms)),
        wishes=tuple(dict.fromkeys(given.wishes)),
        must_haves=tuple(dict.fromkeys(given.must_haves)),
    )


def _known(wish: Wish) -> bool:
    return wish.value in WISHABLE[wish.kind]
