"""A couple parts: whatever one does, has and is told from then on, the other sees not a byte of."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from kernel.access import Actor
from kernel.ask import Ask
from kernel.graph import Door
from kernel.messages import Purpose, Role, Service
from kernel.refusal import Refused
from services.events.actions.topics import register_interest
from services.events.model.topics import TopicCode
from services.matching.actions.concerns import raise_concern
from services.matching.actions.consents import give_consent
from services.matching.actions.families import add_child, correct_family
from services.matching.actions.leaving import leave_household
from services.matching.actions.requests import ask_for_mentor
from services.matching.model.ids import AdultId, FamilyId, Outcode
from services.matching.model.leaving import GivenLeaving
from services.matching.model.words import Programme
from services.notify import jobs as notify_jobs
from services.notify.actions.contacts import contact_points, set_contact_point
from services.notify.model import ChannelName
from services.notify.refusals import Why as NotifyWhy
from tests.databases import Clock, Databases
from tests.matching.pairs import Pairs
from tests.matching.register import CHILD, CLEO, FAMILY, REQUEST
from tests.notify.cards import Memory, post
from tests.suite.documents import question, variables
from tests.suite.matrix import Matrix
from tests.suite.world import Scope, World, carry, world

ANAS, BENS = "ana@example.org", "ben@example.org"
LEFT = GivenLeaving(
    left_on=date(2026, 11, 20),
    reason="They have parted",
    outcode=Outcode("OX4"),
    council=None,
    keep_apart=True,
    going=frozenset(),
    both=frozenset(),
)


@dataclass
class Parted:
    """Ana stays, Ben has left; `household` and `own` are the two records."""

    world: World
    pairs: Pairs
    ana: Actor
    ben: Actor
    household: FamilyId
    own: FamilyId

    async def sees(self, who: Actor) -> dict[str, bytes]:
        """The answer to every question of the graph, with every id that there is of either."""
        matrix = Matrix(self.world)
        found = {}
        for name, field in matrix.queries.items():
            document = question(name, field)
            for scope, ids in self._ids().items():
                given = variables(ids)
                answer = await self.world.stage.ask(who, document, is_gateway=False, **given)
                assert not answer.errors, (name, answer.errors)
                found[f"{name} of {scope}"] = repr(answer.data).encode()
        return found

    def _ids(self) -> dict[str, dict[str, UUID]]:
        hers = dict(self.world.things[Scope.OWN].ids)
        his = {"family": self.own, "adult": self.ben.person, "account": self.ben.account}
        return {"the household": hers, "the leaver": {**hers, **his}}  # type: ignore[dict-item]

    def door(self, service: Service) -> Door:
        return self.world.stage.doors[service]

    def ask(self, service: Service, actor: Actor) -> Ask[Any]:
        door = self.door(service)
        return Ask(actor, door.db, door.store_of)

    async def lives(self, who: Actor, family: FamilyId, outcode: str, address: str) -> None:
        """A busy day: moves, agrees, asks for a mentor, a workshop, an address, is worried."""
        assert who.person is not None
        await correct_family(
            self.pairs.ask(CLEO),
            family=family,
            given=replace(FAMILY, outcode=Outcode(outcode), council=None),
        )
        await add_child(self.pairs.ask(CLEO), family=family, given=CHILD)
        for purpose in (Purpose.NEWSLETTER, Purpose.PLAYDATES):
            await give_consent(self.pairs.ask(who), adult=AdultId(who.person), purpose=purpose)
        await ask_for_mentor(
            self.pairs.ask(who),
            adult=AdultId(who.person),
            given=replace(REQUEST, programme=Programme.PARENT_CONSULTANT),
        )
        await raise_concern(self.pairs.ask(who), text="I am worried", about=None)
        await self.carry()
        await register_interest(self.ask(Service.EVENTS, who), TopicCode("W7"))
        await set_contact_point(
            self.ask(Service.NOTIFY, who),
            account=who.account,
            channel=ChannelName.EMAIL,
            address=address,
            is_on=True,
        )

    async def carry(self) -> None:
        await carry(dict(self.world.stage.doors), sends=False)

    async def mail(self) -> dict[str, int]:
        """How many letters went to each address."""
        memory, door = Memory(), self.door(Service.NOTIFY)
        sender = notify_jobs.Sender(
            ask_as=lambda actor: Ask(actor, door.db, door.store_of), post=post(), channel=memory
        )
        await sender.send_all_due()
        taken = [letter.to for letter in memory.taken]
        return {address: taken.count(address) for address in taken}


async def signs_in(databases: Databases, ben: Actor) -> None:
    """The second adult has a login of their own too, as an invitation would have bound it."""
    connection = await asyncpg.connect(databases.dsn("matching", "migrator"))
    try:
        await connection.execute(
            "UPDATE adult SET account_id = $2 WHERE id = $1", ben.person, ben.account
        )
    finally:
        await connection.close()


@pytest.fixture
async def parted(databases: Databases, clock: Clock) -> Parted:
    whole = await world(databases, clock)
    pairs = Pairs(whole.stage.doors[Service.MATCHING].db, clock, databases)
    ana = whole.everybody[Role.ADOPTER]
    ben = whole.everybody["other_adult"]
    assert ben.person is not None
    await signs_in(databases, ben)
    household = FamilyId(UUID(str(ana.household)))
    await leave_household(pairs.ask(CLEO), adult=AdultId(ben.person), given=LEFT)
    async with pairs.ask(CLEO).read() as store:
        adult = await store.adults.adult(AdultId(ben.person))
    assert adult is not None
    ben = replace(ben, household=adult.family_id)
    kept = Parted(whole, pairs, ana, ben, household, adult.family_id)
    await kept.carry()
    return kept


async def test_answers_to_who_stayed_are_the_same_byte_for_byte_whatever_the_leaver_does(
    parted: Parted,
) -> None:
    before = await parted.sees(parted.ana)

    await parted.lives(parted.ben, parted.own, "OX14", BENS)

    assert await parted.sees(parted.ana) == before
    assert len(before) > 40


async def test_answers_to_the_leaver_are_the_same_byte_for_byte_whatever_who_stayed_does(
    parted: Parted,
) -> None:
    before = await parted.sees(parted.ben)

    await parted.lives(parted.ana, parted.household, "OX14", ANAS)

    assert await parted.sees(parted.ben) == before


async def test_what_one_is_told_goes_to_them_alone(parted: Parted) -> None:
    for who, address in ((parted.ana, ANAS), (parted.ben, BENS)):
        await set_contact_point(
            parted.ask(Service.NOTIFY, who),
            account=who.account,
            channel=ChannelName.EMAIL,
            address=address,
            is_on=True,
        )
    await parted.mail()

    await parted.lives(parted.ben, parted.own, "OX14", BENS)
    of_ben = await parted.mail()
    await parted.lives(parted.ana, parted.household, "OX14", ANAS)
    of_ana = await parted.mail()

    assert of_ben[BENS] == 1
    assert ANAS not in of_ben
    assert of_ana[ANAS] == 1
    assert BENS not in of_ana


async def test_neither_may_use_the_others_address_nor_learn_it(parted: Parted) -> None:
    await parted.lives(parted.ben, parted.own, "OX14", BENS)

    with pytest.raises(Refused) as refused:
        await set_contact_point(
            parted.ask(Service.NOTIFY, parted.ana),
            account=parted.ana.account,
            channel=ChannelName.EMAIL,
            address=BENS.upper(),
            is_on=True,
        )
    assert refused.value.why is NotifyWhy.ADDRESS_SHARED
    ask = parted.ask(Service.NOTIFY, parted.ana)
    assert parted.ben.account is not None
    assert await contact_points(ask, parted.ben.account) == []


async def test_leaver_takes_along_what_they_asked_for_of_workshops(parted: Parted) -> None:
    """Also what was asked for in the minutes in which events had not been told yet."""
    late = replace(parted.ben, household=parted.household)
    await register_interest(parted.ask(Service.EVENTS, late), TopicCode("W8"))

    await parted.carry()

    for who, family, codes in (
        (parted.ben, parted.own, ["W8"]),
        (parted.ana, parted.household, ["W1"]),
    ):
        async with parted.door(Service.EVENTS).db.begin(who, readonly=True) as turn:
            rows = await turn.fetch("SELECT family_id, topic FROM interest")
        assert [row["topic"] for row in rows] == codes
        assert {row["family_id"] for row in rows} == {family}


async def test_no_row_of_the_one_is_there_for_the_other(
    parted: Parted, databases: Databases
) -> None:
    await parted.lives(parted.ben, parted.own, "OX14", BENS)

    for who, other in ((parted.ana, parted.own), (parted.ben, parted.household)):
        async with parted.door(Service.MATCHING).db.begin(who, readonly=True) as turn:
            assert await turn.fetchval("SELECT count(*) FROM household_left") == 0
            for table in ("adult", "identity", "child", "placement", "consent", "support_request"):
                rows = await turn.fetch(f"SELECT family_id FROM {table}")
                assert other not in {row["family_id"] for row in rows}, table
                assert rows or table == "child", table
