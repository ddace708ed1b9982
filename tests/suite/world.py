"""Two agencies with everything that the graph can show, and somebody in each role to ask for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from kernel.access import Actor
from kernel.ask import Ask
from kernel.db import Db
from kernel.graph import Door
from kernel.messages import AccountCard, Role, Service
from kernel.relay import read
from services.events import jobs as events_jobs
from services.events import main as events
from services.events.actions.topics import register_interest
from services.events.model.topics import TopicCode
from services.matching import jobs
from services.matching import main as matching
from services.matching.actions.agency_settings import set_agency_settings
from services.matching.actions.concerns import raise_concern
from services.matching.actions.emergencies import open_in_emergency
from services.matching.actions.families import add_adult, correct_family
from services.matching.actions.invitations import invite
from services.matching.actions.leaving import leave_household
from services.matching.actions.pair_rules import pin_pair
from services.matching.actions.requests import ask_for_mentor, move_request
from services.matching.model.card import Answer
from services.matching.model.given import GivenAdult
from services.matching.model.ids import (
    AdultId,
    AgencyId,
    FamilyId,
    Outcode,
    PairRuleId,
    RequestId,
)
from services.matching.model.invitation import GivenInvitation
from services.matching.model.leaving import GivenLeaving
from services.matching.model.mentor import RequirementKind
from services.matching.model.proposal import Proposal
from services.matching.model.request import Wish, WishKind
from services.matching.model.words import AccessNeed, Channel, Form, Identity, Programme, Topic
from services.matching.states.requests import RequestMove
from services.notify import jobs as notify_jobs
from services.notify import main as notify
from services.notify.actions.cards import record_account_card
from services.notify.actions.contacts import set_contact_point
from services.notify.model import ChannelName
from services.suite.merge import merged
from tests.databases import Clock, Databases
from tests.matching.pairs import EVENINGS, Helper, Pairs, Seeker
from tests.matching.register import CLEO, FAMILY, OMAR, PRIYA, REQUEST, account, given
from tests.notify.cards import Memory, post
from tests.suite.erasing import asked as asked_to_erase
from tests.suite.front_door import front_door_of
from tests.suite.groups import group_of
from tests.suite.lending import lent_to
from tests.suite.mailing import write_outside
from tests.suite.places import places_of
from tests.suite.rehearsal import Stage
from tests.suite.signed_in import signed_in

ADDRESSES = {"ATV": CLEO, "AS": PRIYA}
HELPERS = ("Mina", "Noa", "Gwen")
WISHED: dict[str, Any] = {
    "ranked_forms": (Form.SIBLINGS,),
    "wishes": (Wish(kind=WishKind.TOPIC, value="sleep"),),
    "must_haves": (Wish(kind=WishKind.CHANNEL, value="phone"),),
    "identities_asked_for": frozenset({Identity.BLACK}),
}
HELPS: dict[str, Any] = {
    "programmes": frozenset({Programme.MENTOR, Programme.BUDDY}),
    "identities": frozenset({Identity.BLACK}),
    "not_able_to_support": frozenset({Topic.EXCLUSION}),
}
HOME = replace(
    FAMILY,
    slots=EVENINGS,
    forms=frozenset({Form.SIBLINGS}),
    access_needs=frozenset({AccessNeed.STEP_FREE}),
)
AT_HOME = (Role.ADOPTER, Role.GROUP_LEADER, Role.HUB_CARER)


class Scope(StrEnum):
    """Whose thing is asked for: one's own or one's own agency's, and so on outwards."""

    OWN = "own"
    NEIGHBOUR = "another household's"
    OTHER = "another agency's"
    MISSING = "nothing's"


@dataclass(frozen=True)
class Things:
    """One of each thing that has an id, by the name under which the graph asks for it."""

    ids: Mapping[str, UUID]
    seeker: Seeker
    helper: Helper


@dataclass(frozen=True)
class World:
    stage: Stage
    things: Mapping[Scope, Things]
    everybody: Mapping[str, Actor]

    def ids(self, scope: Scope, actor: Actor) -> Mapping[str, UUID]:
        """What the graph is asked for: for a mentor, their own family's rather than the asker's."""
        if scope is Scope.MISSING:
            return {name: uuid4() for name in self.things[Scope.OWN].ids}
        things = self.things[scope]
        if actor.role != Role.MENTOR:
            return things.ids
        helper = things.helper
        own = {
            "family": helper.family,
            "adult": helper.adult,
            "notice": things.ids["hers"],
            "signIn": things.ids["her_sign_in"],
        }
        return {**things.ids, **own, "account": account(str(helper.adult))}


async def world(databases: Databases, clock: Clock) -> World:
    """Three households that ask and three mentors at Thames Valley, the same at Adopt South."""
    doors = {
        Service.MATCHING: matching.door(await databases.serving("matching")),
        Service.EVENTS: events.door(await databases.serving("events")),
        Service.NOTIFY: notify.door(await databases.serving("notify")),
    }
    await clock.set(clock.now)
    pairs = Pairs(doors[Service.MATCHING].db, clock, databases)
    first, second = await an_agency(pairs, CLEO)
    (other, _) = await an_agency(pairs, PRIYA)
    for by in (CLEO, PRIYA):
        await settings_of(pairs, by)
    await carry(doors)
    for by in (CLEO, PRIYA):
        post_of = Ask(by, doors[Service.NOTIFY].db, doors[Service.NOTIFY].store_of)
        await write_outside(post_of)
    for half in (first, second, other):
        await register_interest(
            Ask(half.seeker.actor, doors[Service.EVENTS].db, doors[Service.EVENTS].store_of),
            TopicCode("W1"),
        )
    db = doors[Service.EVENTS].db
    things = {
        scope: await ids_of(databases, half, await places_of(db, half.seeker.actor, agency))
        for scope, half, agency in (
            (Scope.OWN, first, "ATV"),
            (Scope.NEIGHBOUR, second, "ATV"),
            (Scope.OTHER, other, "AS"),
        )
    }
    lendings = {half.sent.agency: await lent_to(pairs, half.sent) for half in (first, other)}
    for scope, half, agency in (
        (Scope.OWN, first, AgencyId("ATV")),
        (Scope.NEIGHBOUR, second, AgencyId("ATV")),
        (Scope.OTHER, other, AgencyId("AS")),
    ):
        more = await front_door_of(doors[Service.EVENTS], half.seeker.actor, agency)
        more |= await group_of(doors[Service.EVENTS].db, half.seeker.actor, agency)
        more |= lendings[agency]
        more["erasure"] = await asked_to_erase(pairs, half.helper.family, agency)
        things[scope] = replace(things[scope], ids={**things[scope].ids, **more})
    second_of_home = await pairs.at_home(first.seeker.family, place=1)
    everybody = actors(first, second_of_home)
    await accounts(databases, everybody)
    return World(Stage(merged(), doors), things, everybody)


@dataclass(frozen=True)
class Half:
    """What one household and its mentor have in an agency."""

    seeker: Seeker
    helper: Helper
    sent: Proposal
    suggested: Proposal
    rule: UUID
    concern: UUID
    emergency: UUID
    child: UUID
    invitation: UUID


async def an_agency(pairs: Pairs, by: Actor) -> tuple[Half, Half]:
    """Two households, each with a mentoring that runs and a second proposal to answer; a third
    whose suggestion waits to be read; a fourth whom nobody suits.
    """
    seekers = [
        await pairs.seeker(f"{name} {by.agency}", f"Ben {by.agency}", by=by, **WISHED)
        for name in ("Ana", "Tom", "Ida")
    ]
    for seeker in seekers:
        await correct_family(pairs.ask(by), family=seeker.family, given=HOME)
        await somebody_left(pairs, by, seeker.family)
    await pairs.seeker(f"Una {by.agency}", by=by, channels=frozenset({Channel.IN_PERSON}))
    helpers = [await pairs.helper(f"{name} {by.agency}", by=by, **HELPS) for name in HELPERS]
    rules = [
        await pair(pairs, by, seeker.request, helper)
        for seeker, helper in zip(seekers, helpers, strict=True)
    ]
    first = await suggested(pairs, by)
    for seeker, helper in zip(seekers[:2], helpers[:2], strict=True):
        await pairs.read_and_send(first[seeker.request], by=by)
        for actor in (seeker.actor, helper.actor):
            await pairs.say(actor, first[seeker.request].id, Answer.YES)
    again = [await another_request(pairs, by, seeker) for seeker in seekers[:2]]
    for request, helper in zip(again, helpers[:2], strict=True):
        rules.append(await pair(pairs, by, request, helper))
    second = await suggested(pairs, by)
    await pairs.read_and_send(*(second[request] for request in again), by=by)
    await stopped_by_a_check(pairs, by)
    halves = [
        Half(
            replace(seekers[place], request=again[place]),
            helpers[place],
            sent=second[again[place]],
            suggested=second[seekers[2].request],
            rule=UUID(str(rules[2])),
            concern=await concern_about(pairs, by, seekers[place]),
            emergency=await emergency_of(pairs, by, place),
            child=await child_of(pairs, by, seekers[place]),
            invitation=await invitation_of(pairs, by, f"Ola{place}"),
        )
        for place in (0, 1)
    ]
    return halves[0], halves[1]


async def somebody_left(pairs: Pairs, by: Actor, family: FamilyId) -> None:
    """A third adult, who has a record of their own since."""
    lou = GivenAdult(first_name="Lou", last_name=by.agency or "")
    adult = await add_adult(pairs.ask(by), family=family, given=lou)
    left = GivenLeaving(
        left_on=date(2026, 11, 2),
        reason="They have parted",
        outcode=Outcode("OX4"),
        council=None,
        keep_apart=False,
        going=frozenset(),
        both=frozenset(),
    )
    await leave_household(pairs.ask(by), adult=adult, given=left)


async def stopped_by_a_check(pairs: Pairs, by: Actor) -> None:
    """One more mentor, whose training has run out: the desk tells of them."""
    helper = await pairs.helper(f"Lou {by.agency}", by=by, **HELPS)
    yesterday = pairs.today - timedelta(days=1)
    await pairs.check(helper.mentor, RequirementKind.SAFEGUARDING_TRAINING, until=yesterday, by=by)
    await jobs.block_lapsed_mentors(pairs.ask)


async def pair(pairs: Pairs, by: Actor, request: RequestId, helper: Helper) -> PairRuleId:
    return await pin_pair(
        pairs.ask(by), request=request, mentor=helper.mentor, reason="They have met"
    )


async def suggested(pairs: Pairs, by: Actor) -> dict[RequestId, Proposal]:
    await pairs.run(by=by)
    return {proposal.request_id: proposal for proposal in await pairs.suggestions(by)}


async def another_request(pairs: Pairs, by: Actor, seeker: Seeker) -> RequestId:
    """The same adult asks for a buddy too."""
    assert seeker.actor.person is not None
    buddy = replace(REQUEST, programme=Programme.BUDDY, **WISHED)
    request = await ask_for_mentor(
        pairs.ask(seeker.actor), adult=AdultId(seeker.actor.person), given=buddy
    )
    for move in (RequestMove.CHECK, RequestMove.READY):
        await move_request(pairs.ask(by), request=request, move=move, reason=None)
    return request


async def concern_about(pairs: Pairs, by: Actor, seeker: Seeker) -> UUID:
    """One raised by an organiser; the household has raised one of its own."""
    await raise_concern(pairs.ask(seeker.actor), text="I am afraid", about=None)
    raiser = pairs.ask(replace(OMAR, agency=by.agency))
    return await raise_concern(raiser, text="Unsafe", about=seeker.family)


async def invitation_of(pairs: Pairs, by: Actor, name: str) -> UUID:
    """One to a new organiser, made by the agency's admin and open still."""
    admin = pairs.ask(replace(by, role=Role.AGENCY_ADMIN))
    given = GivenInvitation(role=Role.ORGANISER, first_name=name, last_name="Marsh")
    return await invite(admin, given=given)


async def settings_of(pairs: Pairs, by: Actor) -> None:
    """A version of the agency's own settings."""
    admin = replace(by, role=Role.AGENCY_ADMIN)
    values = {"sender_name": f"Office of {by.agency}"}
    await set_agency_settings(
        pairs.ask(admin), values=values, restores=None, version=0, why="As they asked"
    )


async def emergency_of(pairs: Pairs, by: Actor, place: int) -> UUID:
    """An organiser (for the second household: another one) was let in to a protected family."""
    name = f"Ida {place} {by.agency}"
    await pairs.family(name, by=by, change=given(protected=True, access_needs=HOME.access_needs))
    organiser = Actor(
        role=Role.ORGANISER,
        account=account(f"{Role.ORGANISER} of {by.agency}" + " again" * place),
        agency=by.agency,
    )
    return await open_in_emergency(
        pairs.ask(organiser), family=name, reason="She rang, and the line broke off."
    )


async def child_of(pairs: Pairs, by: Actor, seeker: Seeker) -> UUID:
    async with pairs.ask(by).read() as store:
        (child,) = await store.children.of_families([seeker.family])
    return child.id


async def carry(doors: Mapping[Service, Door], *, sends: bool = True) -> None:
    """Take the messages over, as the relay does; `sends` what is due, to addresses made up."""
    readers = {Service.EVENTS: events_jobs.HANDLERS, Service.NOTIFY: notify_jobs.HANDLERS}
    async with doors[Service.MATCHING].db.begin(Actor.system()) as turn:
        rows = await turn.fetch("SELECT receiver, kind, body FROM outbox ORDER BY told_at, id")
    accounts_of = await adults_with_accounts(doors[Service.MATCHING].db)
    for card in accounts_of:
        await record_account_card(asked(doors[Service.NOTIFY], card.agency), card)
    for row in rows:
        door = doors[Service(row["receiver"])]
        handler = readers[Service(row["receiver"])][row["kind"]]
        message = read(row["kind"], row["body"])
        await handler(asked(door, getattr(message, "agency", None)), message)
    if not sends:
        return
    for card in accounts_of:
        reader = Actor(role=Role.ADOPTER, account=card.account_id, agency=card.agency)
        await set_contact_point(
            Ask(reader, doors[Service.NOTIFY].db, doors[Service.NOTIFY].store_of),
            account=card.account_id,
            channel=ChannelName.EMAIL,
            address=f"{card.account_id}@example.org",
            is_on=True,
        )
    door = doors[Service.NOTIFY]
    sender = notify_jobs.Sender(
        ask_as=lambda actor: Ask(actor, door.db, door.store_of), post=post(), channel=Memory()
    )
    await sender.send_all_due()


def asked(door: Door, agency: str | None) -> Ask[Any]:
    return Ask(Actor.system(agency), door.db, door.store_of)


async def adults_with_accounts(db: Db) -> list[AccountCard]:
    cards = []
    for agency in ADDRESSES:
        async with db.begin(Actor.system(agency), readonly=True) as turn:
            rows = await turn.fetch(
                "SELECT id, account_id, family_id FROM adult WHERE account_id IS NOT NULL"
            )
        cards += [
            AccountCard(
                account_id=row["account_id"],
                version=1,
                agency=agency,
                family_id=row["family_id"],
                person_id=row["id"],
            )
            for row in rows
        ]
    return cards


async def ids_of(databases: Databases, half: Half, places: Mapping[str, UUID]) -> Things:
    seeker, helper = half.seeker, half.helper
    notices = await notices_of(databases)
    ids = {
        **places,
        "family": seeker.family,
        "adult": seeker.actor.person,
        "child": half.child,
        "mentor": helper.mentor,
        "request": seeker.request,
        "run": half.sent.run_id,
        "suggested": half.suggested.id,
        "sent": half.sent.id,
        "rule": half.rule,
        "concern": half.concern,
        "emergency": half.emergency,
        "notice": notices[seeker.actor.account],
        "hers": notices[helper.actor.account],
        "account": seeker.actor.account,
        "invitation": half.invitation,
        "signIn": await sign_in_of(databases, seeker.actor),
        "her_sign_in": await sign_in_of(databases, helper.actor),
        "role": await role_of_staff(databases, half.sent.agency),
        "mentoring": await mentoring_of(databases, helper),
    }
    return Things({name: UUID(str(id)) for name, id in ids.items()}, seeker, helper)


async def mentoring_of(databases: Databases, helper: Helper) -> UUID:
    connection = await asyncpg.connect(databases.dsn("matching", "migrator"))
    try:
        found: UUID = await connection.fetchval(
            "SELECT id FROM mentoring WHERE mentor_id = $1", helper.mentor
        )
        return found
    finally:
        await connection.close()


async def role_of_staff(databases: Databases, agency: AgencyId) -> UUID:
    """A role that the agency's admin could end: that of an organiser whom nobody else asks as."""
    connection = await asyncpg.connect(databases.dsn("matching", "migrator"))
    try:
        role: UUID = await connection.fetchval(
            """
            WITH staff AS (
                INSERT INTO account (issuer, subject, first_name, last_name)
                VALUES ('test', gen_random_uuid()::text, 'Olu', 'Staff')
                RETURNING id
            )
            INSERT INTO role_held (account_id, role, agency)
            SELECT id, 'organiser', $1 FROM staff
            RETURNING id
            """,
            agency,
        )
        return role
    finally:
        await connection.close()


async def sign_in_of(databases: Databases, actor: Actor) -> UUID | None:
    """A line that is open, as signing in would have opened it."""
    return (await signed_in(databases, actor)).sign_in


async def notices_of(databases: Databases) -> dict[UUID | None, UUID]:
    connection = await asyncpg.connect(databases.dsn("notify", "migrator"))
    try:
        rows = await connection.fetch(
            "SELECT account_id, id FROM notice WHERE shown_at IS NOT NULL"
        )
        return {row["account_id"]: row["id"] for row in rows}
    finally:
        await connection.close()


def actors(half: Half, other_adult: Actor) -> dict[str, Actor]:
    """Somebody in each role at Thames Valley; the public ones are the first household's."""
    found: dict[str, Actor] = {}
    for role in Role:
        if role in AT_HOME:
            found[role] = replace(half.seeker.actor, role=role)
        elif role is Role.MENTOR:
            found[role] = half.helper.actor
        elif role not in (Role.SYSTEM, Role.NOBODY):
            found[role] = Actor(role=role, account=account(f"{role} of ATV"), agency="ATV")
    found["other_adult"] = other_adult
    found["stranger"] = Actor(role=Role.NOBODY, account=account("stranger"))
    found["signed_out"] = Actor.nobody()
    return found


async def accounts(databases: Databases, everybody: Mapping[str, Actor]) -> None:
    """The logins of staff, with the role that each holds."""
    connection = await asyncpg.connect(databases.dsn("matching", "migrator"))
    try:
        for name, actor in everybody.items():
            if actor.account:
                await connection.execute(
                    "INSERT INTO account (id, issuer, subject, first_name, last_name)"
                    " VALUES ($1, 'test', $2, 'Sam', 'Staff') ON CONFLICT (id) DO NOTHING",
                    actor.account,
                    name,
                )
            if actor.agency and actor.account:
                await connection.execute(
                    "INSERT INTO role_held (account_id, role, agency) VALUES ($1, $2, $3)"
                    " ON CONFLICT DO NOTHING",
                    actor.account,
                    actor.role,
                    actor.agency,
                )
    finally:
        await connection.close()
