"""The invented people as rows, table by table, in the order in which they may be written."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from functools import cache
from uuid import UUID

from dev.cast import CAST
from dev.interests import interests
from dev.population import Household, Population
from dev.readers import COLUMNS as OF_READERS
from dev.readers import readers
from kernel.messages import AccountCard, FamilyCard, Service
from services.matching.actions.cards import child_here, lately_placed, without_places
from services.matching.model.mentor import MentorState
from services.matching.places.places import Places
from services.matching.rules.road import BANDS, age_band

Row = tuple[object, ...]
SPAN = "family_id child_id kept_by agency desk basis from_on until_on begun_at"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows for one table; the columns that are not named have defaults."""

    name: str
    columns: tuple[str, ...]
    rows: list[Row]


def _table(name: str, columns: str, rows: Iterator[Row]) -> Table:
    return Table(name, tuple(columns.split()), list(rows))


def register(people: Population, issuer: str, now: datetime) -> list[Table]:
    """Every table of the register that the demo fills."""
    homes = people.households
    agency = {one.family.id: one.family.agency for one in homes}
    return [
        _table("account", "id issuer subject first_name last_name", _accounts(issuer)),
        _table("role_held", "account_id role agency", _roles()),
        _table(
            "family",
            "id agency number outcode council stage stage_on forms languages access_needs slots"
            " protected",
            _families(homes),
        ),
        _table("adult", "id family_id agency account_id place", _adults(homes)),
        _table("identity", "adult_id family_id agency first_name last_name", _identities(homes)),
        _table("child", "id family_id agency birth_month", _children(homes)),
        _table(
            "placement",
            "child_id family_id agency placed_on order_on placing_council",
            _placements(homes),
        ),
        _table("agency_span", SPAN, _spans(homes, people.on, now)),
        _table("consent", "family_id adult_id agency purpose given_at", _consents(homes)),
        _table(
            "block",
            "family_id agency other_family_id other_agency made_at",
            ((one, agency[one], other, agency[other], now) for one, other in people.blocks),
        ),
        _table(
            "mentor",
            "id adult_id family_id agency state programmes topics not_able_to_support channels"
            " identities capacity_points travel_minutes_max lends_to_other_agencies lapsed_at",
            _mentors(people, now),
        ),
        _table(
            "requirement",
            "mentor_id agency kind met_on expires_on seen_by recorded_at",
            _requirements(people, now),
        ),
        _table(
            "support_request",
            "id family_id adult_id agency state asked_at asked_by_themself programme topics"
            " ranked_forms wishes must_haves identities_asked_for channels need_points"
            " other_agencies note beside_partner",
            _requests(people),
        ),
    ]


def _accounts(issuer: str) -> Iterator[Row]:
    for one in CAST:
        first, last = (None, None) if one.household else (one.first_name, one.last_name)
        yield (one.account_id, issuer, one.subject, first, last)


def _roles() -> Iterator[Row]:
    for one in CAST:
        for role in one.roles:
            yield (one.account_id, role.value, one.agency)


def _families(homes: list[Household]) -> Iterator[Row]:
    for home in homes:
        one = home.family
        yield (
            one.id,
            one.agency,
            home.number,
            one.outcode,
            one.council,
            one.stage.value,
            one.stage_on,
            sorted(one.forms),
            sorted(one.languages),
            sorted(one.access_needs),
            sorted(one.slots),
            one.protected,
        )


def _adults(homes: list[Household]) -> Iterator[Row]:
    for home in homes:
        for place, one in enumerate(home.adults, start=1):
            yield (one.id, one.family_id, home.family.agency, one.account_id, place)


def _identities(homes: list[Household]) -> Iterator[Row]:
    for home in homes:
        for one in home.adults:
            yield (one.id, one.family_id, home.family.agency, one.first_name, one.last_name)


def _children(homes: list[Household]) -> Iterator[Row]:
    for home in homes:
        for one in home.children:
            yield (one.id, one.family_id, home.family.agency, one.birth_month)


def _placements(homes: list[Household]) -> Iterator[Row]:
    for home in homes:
        for one in home.children:
            dates = (one.placed_on, one.order_on, one.placing_council)
            yield (one.id, one.family_id, home.family.agency, *dates)


def _spans(homes: list[Household], on: date, now: datetime) -> Iterator[Row]:
    """What has begun is news to nobody, so the clock has nothing to say of it."""
    for home in homes:
        for one in home.spans:
            whose = (one.family_id, one.child_id, home.family.agency, one.agency, one.desk)
            begun_at = now if one.from_on <= on else None
            yield (*whose, one.basis.value, one.from_on, one.until_on, begun_at)


def _consents(homes: list[Household]) -> Iterator[Row]:
    for home in homes:
        for one in home.consents:
            yield (one.family_id, one.adult_id, home.family.agency, one.purpose, one.given_at)


def _mentors(people: Population, now: datetime) -> Iterator[Row]:
    for helper in people.helpers:
        one = helper.mentor
        yield (
            one.id,
            one.adult_id,
            one.family_id,
            one.agency,
            one.state.value,
            sorted(one.programmes),
            sorted(one.topics),
            sorted(one.not_able_to_support),
            sorted(one.channels),
            sorted(one.identities),
            one.capacity_points,
            one.travel_minutes_max,
            one.lends_to_other_agencies,
            now if one.state is MentorState.BLOCKED else None,  # all of them for want of training
        )


def _requirements(people: Population, now: datetime) -> Iterator[Row]:
    for helper in people.helpers:
        for one in helper.requirements:
            dates = (one.met_on, one.expires_on, one.seen_by, now)
            yield (one.mentor_id, helper.mentor.agency, one.kind.value, *dates)


def _requests(people: Population) -> Iterator[Row]:
    for one in people.requests:
        yield (
            one.id,
            one.family_id,
            one.adult_id,
            one.agency,
            one.state.value,
            one.asked_at,
            one.asked_by_themself,
            one.programme.value,
            list(one.topics),
            list(one.ranked_forms),
            [asdict(wish) for wish in one.wishes],
            [asdict(wish) for wish in one.must_haves],
            sorted(one.identities_asked_for),
            sorted(one.channels),
            one.need_points,
            one.other_agencies,
            one.note,
            one.beside_partner.value,
        )


def family_cards(people: Population) -> list[FamilyCard]:
    """What events and notify are told of each family, as the register itself would tell it."""
    blocked: dict[UUID, list[UUID]] = {}
    for one, other in people.blocks:
        blocked.setdefault(one, []).append(other)
        blocked.setdefault(other, []).append(one)
    return [
        _family_card(home, people.on, sorted(blocked.get(home.family.id, [])))
        for home in people.households
    ]


@cache
def _places() -> Places:
    return Places.load()


def _family_card(home: Household, on: date, blocked: list[UUID]) -> FamilyCard:
    family = home.family
    spans = {
        one.id: [span for span in home.spans if span.child_id == one.id] for one in home.children
    }
    return FamilyCard(
        family_id=family.id,
        version=family.version,
        agency=family.agency,
        stage=family.stage.value,
        child_age_bands=[BANDS[age_band(one.birth_month, on)].value for one in home.children],
        access_needs=sorted(family.access_needs),
        consents=sorted({one.purpose for one in home.consents}),
        blocked_family_ids=blocked,
        protected=family.protected,
        reference=family.reference,
        children=[child_here(one, spans[one.id], on) for one in home.children],
        lives_with=_places().councils[family.council].desk,
        approved_by=family.agency,
        placed_on=None if family.protected else lately_placed(family, home.children, on),
    )


def account_cards() -> list[AccountCard]:
    """One for each of the cast who belongs to an agency; versions as the register counts them."""
    return [
        AccountCard(
            account_id=one.account_id,
            version=1 + len(one.roles) + 2 * (one.household is not None),
            agency=one.agency,
            family_id=one.family_id,
            person_id=one.adult_id,
        )
        for one in CAST
        if one.agency is not None
    ]


def told(cards: Sequence[FamilyCard | AccountCard], now: datetime) -> Table:
    """The register's outbox: every card, told and taken in already."""
    rows = (
        (receiver.value, card.KIND, asdict(_told_to(receiver, card)), now, now)
        for card in cards
        for receiver in (
            (Service.EVENTS, Service.NOTIFY) if isinstance(card, FamilyCard) else (Service.NOTIFY,)
        )
    )
    return _table("outbox", "receiver kind body told_at acknowledged_at", rows)


def _told_to(receiver: Service, card: FamilyCard | AccountCard) -> FamilyCard | AccountCard:
    if receiver is Service.NOTIFY and isinstance(card, FamilyCard):
        return without_places(card)
    return card


def events(cards: Sequence[FamilyCard], now: datetime) -> list[Table]:
    """What events holds of the families, when children came, and the workshops they ask for."""
    columns = (
        "family_id version agency reference stage child_age_bands access_needs consents"
        " blocked_family_ids protected children lives_with approved_by"
    )
    cast = {one.family_id for one in CAST if one.family_id is not None}
    return [
        _table("family_card", columns, (_values(card, columns) for card in cards)),
        _table("newly_placed", "family_id placed_on", _newly_placed(cards)),
        _table("interest", "family_id topic asked_at asked_by", interests(cards, now, cast)),
    ]


def _newly_placed(cards: Sequence[FamilyCard]) -> Iterator[Row]:
    return ((card.family_id, card.placed_on) for card in cards if card.placed_on is not None)


def notify(
    families: Sequence[FamilyCard], accounts: Sequence[AccountCard], now: datetime
) -> list[Table]:
    """What notify holds of families and accounts, the cast's addresses, and a mailing list."""
    of_family = "family_id version agency consents blocked_family_ids"
    of_account = "account_id version agency family_id active person_id"
    return [
        _table(
            "family_card",
            f"{of_family} protected_from_version",
            ((*_values(card, of_family), 1 if card.protected else None) for card in families),
        ),
        _table("account_card", of_account, (_values(card, of_account) for card in accounts)),
        _table(
            "contact_point",
            "account_id channel address changed_at",
            ((one.account_id, "email", one.email, now) for one in CAST if one.agency is not None),
        ),
        _table("mailing_reader", OF_READERS, readers(now)),
    ]


def _values(card: FamilyCard | AccountCard, columns: str) -> Row:
    told = asdict(card)
    return tuple(told[column] for column in columns.split())
