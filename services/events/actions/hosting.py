"""What an agency offers and where: written down and corrected by its staff."""

from uuid import uuid4

from kernel.ask import Ask
from kernel.audit import record
from kernel.refusal import Refused
from services.events.access import ACCESS, Permit
from services.events.actions.leading import require_leader_of_all
from services.events.actions.people import AGE_BANDS
from services.events.model.event import Kind, Offering, Venue
from services.events.model.given import GivenOffering, GivenVenue
from services.events.model.ids import OfferingId, VenueId
from services.events.refusals import Why
from services.events.store.whole import Whole

ACCESS_NEEDS = frozenset({"step_free", "hearing_loop", "large_print", "quiet_place", "interpreter"})
"""Codes of the register, in which families say what they need."""
TITLE_MAX, SUMMARY_MAX, TOWN_MAX, ADDRESS_MAX, ARRIVING_MAX = 120, 1500, 80, 300, 600


async def put_venue(ask: Ask[Whole], *, given: GivenVenue, venue: VenueId | None = None) -> VenueId:
    """Add a venue of the asker's agency, or correct one.

    Refuses: NOT_ALLOWED, NOT_FOUND, VENUE_INCOMPLETE, TOO_LONG, ACCESS_NEED_NOT_KNOWN.
    """
    ACCESS.require_role(ask.actor, Permit.HOST)
    async with ask.begin() as store:
        if venue is not None:
            ACCESS.require(ask.actor, Permit.HOST, await store.venues.venue(venue))
        return await write_venue(ask, store, given, venue)


async def write_venue(
    ask: Ask[Whole], store: Whole, given: GivenVenue, venue: VenueId | None = None
) -> VenueId:
    """In the caller's transaction. Refuses: VENUE_INCOMPLETE, TOO_LONG, ACCESS_NEED_NOT_KNOWN."""
    _check_venue(given)
    needs = given.access_needs_met
    assert ask.actor.agency is not None, "the grant asks for an agency"
    put = Venue(
        id=venue or VenueId(uuid4()),
        agency=ask.actor.agency,
        name=given.name.strip(),
        town=given.town.strip(),
        address=given.address.strip(),
        arriving=given.arriving.strip(),
        access_needs_met=None if needs is None else sorted(set(needs)),
        heads_max=given.heads_max,
    )
    await store.venues.put(put)
    await record(store.turn, what="put_venue", subject=put.id)
    return put.id


def _check_venue(given: GivenVenue) -> None:
    if not (given.name.strip() and given.town.strip() and given.address.strip()):
        raise Refused(Why.VENUE_INCOMPLETE)
    too_long = (
        len(given.name) > TITLE_MAX
        or len(given.town) > TOWN_MAX
        or len(given.address) > ADDRESS_MAX
        or len(given.arriving) > ARRIVING_MAX
    )
    if too_long:
        raise Refused(Why.TOO_LONG)
    if not ACCESS_NEEDS.issuperset(given.access_needs_met or ()):
        raise Refused(Why.ACCESS_NEED_NOT_KNOWN, field="accessNeedsMet")


async def put_offering(
    ask: Ask[Whole], *, given: GivenOffering, offering: OfferingId | None = None
) -> OfferingId:
    """Add what the asker's agency offers, or correct it; its kind and what it counts stay.

    Refuses: NOT_ALLOWED, NOT_FOUND, TITLE_NEEDED, TOO_LONG, WORKSHOPS_HAVE_TOPICS,
    TOPIC_NOT_KNOWN, LISTING_NEEDS_LINK, AGE_BAND_NOT_KNOWN.
    """
    ACCESS.require_role(ask.actor, Permit.HOST)
    async with ask.begin() as store:
        return (await write_offering(ask, store, given, offering)).id


async def write_offering(
    ask: Ask[Whole], store: Whole, given: GivenOffering, offering: OfferingId | None = None
) -> Offering:
    """In the caller's transaction. Refuses: as `put_offering`: NOT_FOUND, TITLE_NEEDED, TOO_LONG,
    WORKSHOPS_HAVE_TOPICS, TOPIC_NOT_KNOWN, LISTING_NEEDS_LINK, AGE_BAND_NOT_KNOWN; where parents
    no longer stay, for the dates that are published: LEADER_NEEDED, LEADER_NOT_IN_DATE.
    """
    before = None
    if offering is not None:
        before = await store.offerings.offering(offering)
        ACCESS.require(ask.actor, Permit.HOST, before)
    kind = before.kind if before else given.kind
    await _check_offering(store, given, kind)
    assert ask.actor.agency is not None, "the grant asks for an agency"
    put = Offering(
        id=offering or OfferingId(uuid4()),
        agency=ask.actor.agency,
        kind=kind,
        topic=given.topic,
        title=given.title.strip(),
        summary=given.summary.strip(),
        tier=given.tier,
        counts_by=before.counts_by if before else given.counts_by,
        age_bands=sorted(given.age_bands),
        parents_stay=given.parents_stay,
        provider=given.provider if kind is Kind.LISTING else None,
        link=given.link if kind is Kind.LISTING else None,
        is_public=given.is_public,
    )
    await store.offerings.put(put)
    if before is not None and before.parents_stay and not put.parents_stay:
        await require_leader_of_all(store, put.id)
    await record(store.turn, what="put_offering", subject=put.id)
    return put


async def _check_offering(store: Whole, given: GivenOffering, kind: Kind) -> None:
    if not 0 < len(given.title.strip()) <= TITLE_MAX:
        raise Refused(Why.TITLE_NEEDED, field="title")
    if len(given.summary) > SUMMARY_MAX:
        raise Refused(Why.TOO_LONG, field="summary")
    if given.topic is not None and kind is not Kind.WORKSHOP:
        raise Refused(Why.WORKSHOPS_HAVE_TOPICS, field="topic")
    if given.topic is not None and await store.topics.one(given.topic) is None:
        raise Refused(Why.TOPIC_NOT_KNOWN, field="topic")
    if not AGE_BANDS.issuperset(given.age_bands):
        raise Refused(Why.AGE_BAND_NOT_KNOWN, field="ageBands")
    if kind is Kind.LISTING and not _is_listing(given):
        raise Refused(Why.LISTING_NEEDS_LINK, field="link")


def _is_listing(given: GivenOffering) -> bool:
    link = given.link or ""
    return bool(given.provider) and link.startswith("https://") and len(link) <= ADDRESS_MAX
