"""Emergency access: for half an hour, to one family, for whoever asked; then as if never."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID, uuid4

import asyncpg
import pytest

from kernel.access import Actor
from kernel.db import Db
from kernel.messages import NoticeKind
from services.matching.actions.emergencies import (
    FamilyInEmergency,
    emergencies_page,
    end_emergency,
    family_in_emergency,
    open_in_emergency,
)
from services.matching.actions.reading import families_by_id, families_page
from services.matching.model.emergency import EmergencyState
from services.matching.model.ids import CouncilCode, EmergencyId, FamilyId, Outcode
from services.matching.refusals import Why
from tests.databases import Clock, Databases
from tests.matching.register import (
    ADI,
    CLEO,
    DEV,
    DORA,
    OMAR,
    PRIYA,
    SOL,
    WYN,
    Refuses,
    Register,
    account,
    given,
)

FAY = Actor(role="facilitator", account=account("fay"), agency="ATV")
SUE = Actor(role="safeguarding_lead", account=account("sue"), agency="AS")
ORGANISER_ELSEWHERE = Actor(role="organiser", account=account("otto"), agency="AS")
WHY = "She rang in tears from outside, and the line broke off."
HIDDEN = given(protected=True)
IN_SOUTHAMPTON = given(outcode=Outcode("SO14"), council=CouncilCode("E06000045"), protected=True)

Rows = dict[str, int]


@dataclass(frozen=True)
class Scene:
    """A protected family, and one more that is, of the same agency."""

    register: Register
    ida: FamilyId
    una: FamilyId

    async def opens(self, actor: Actor = OMAR, family: str = "Ida Vale") -> EmergencyId:
        return await open_in_emergency(self.register.ask(actor), family=family, reason=WHY)

    async def reads(self, emergency: EmergencyId, actor: Actor = OMAR) -> FamilyInEmergency | None:
        return await family_in_emergency(self.register.ask(actor), emergency)


@pytest.fixture
async def scene(matching_db: Db) -> Scene:
    register = Register(matching_db)
    return Scene(
        register,
        ida=await register.family("Ida Vale", "Jo Vale", change=HIDDEN),
        una=await register.family("Una Hart", change=HIDDEN),
    )


@pytest.mark.parametrize("actor", [OMAR, WYN, FAY])
async def test_whoever_asks_reads_first_names_and_where_and_no_more(
    scene: Scene, actor: Actor
) -> None:
    emergency = await scene.opens(actor)

    seen = await scene.reads(emergency, actor)

    assert seen is not None
    assert [adult.first_name for adult in seen.adults] == ["Ida", "Jo"]
    assert (seen.family.id, seen.family.outcode, seen.council.name) == (
        scene.ida,
        "RG30",
        "Reading",
    )
    assert "Vale" not in repr(seen)
    assert await families_by_id(scene.register.ask(actor), [scene.ida]) == {}
    listed, total = await families_page(
        scene.register.ask(actor), search=None, stage=None, before=None, limit=9
    )
    assert (listed, total) == ([], 0)


@pytest.mark.parametrize("called", ["atv-0001", "  jo   VALE ", "Ida Vale"])
async def test_a_family_is_named_by_its_reference_or_an_adults_whole_name(
    scene: Scene, called: str
) -> None:
    seen = await scene.reads(await scene.opens(family=called))

    assert seen is not None
    assert seen.family.id == scene.ida


async def test_after_half_an_hour_it_answers_as_a_missing_thing(scene: Scene, clock: Clock) -> None:
    emergency = await scene.opens()

    await clock.advance(seconds=30 * 60 - 1)
    in_time = await scene.reads(emergency)
    await clock.advance(seconds=1)
    too_late = await scene.reads(emergency)
    await clock.advance(seconds=60)
    mine = await emergencies_page(scene.register.ask(OMAR), after=None, limit=9)

    assert in_time is not None
    assert too_late is None
    assert await scene.reads(emergency) == await scene.reads(EmergencyId(uuid4())) is None
    assert mine == ([], 0)


@pytest.mark.parametrize(
    "actor",
    [
        WYN,
        replace(OMAR, account=account("olive")),
        replace(OMAR, role="assessing_social_worker"),
        replace(OMAR, agency="AS"),
        SOL,
        CLEO,
        DEV,
        Actor.nobody(),
        Actor.system("ATV"),
    ],
)
async def test_nobody_else_reads_through_it(scene: Scene, actor: Actor) -> None:
    emergency = await scene.opens()

    assert await scene.reads(emergency, actor) is None


@pytest.mark.parametrize("actor", [CLEO, ADI, SOL, DORA, DEV, Actor.nobody()])
async def test_it_is_for_those_who_meet_families_alone(scene: Scene, actor: Actor) -> None:
    with Refuses(Why.NOT_ALLOWED):
        await scene.opens(actor)


async def test_another_agencys_family_is_as_one_that_is_not_there(scene: Scene) -> None:
    await scene.register.family("Zoe Far", by=PRIYA, change=IN_SOUTHAMPTON)

    for called in ("Zoe Far", "AS-0001", "ATV-0099", "Nobody Here", "", "Ida"):
        with Refuses(Why.NOT_FOUND, field="family"):
            await scene.opens(family=called)
    with Refuses(Why.NOT_FOUND, field="family"):
        await scene.opens(ORGANISER_ELSEWHERE)


async def test_what_can_be_opened_anyway_or_fits_two_is_refused(scene: Scene) -> None:
    await scene.register.family("Ana Osei")
    await scene.register.family("Una Hart", change=HIDDEN)

    with Refuses(Why.EMERGENCY_NOT_NEEDED, field="family"):
        await scene.opens(family="Ana Osei")
    with Refuses(Why.EMERGENCY_SEVERAL, field="family"):
        await scene.opens(family="Una Hart")


@pytest.mark.parametrize(
    ("reason", "why"),
    [
        (" ", Why.WORDS_MISSING),
        ("It is urgent", Why.EMERGENCY_REASON_SHORT),
        ("emergencyemergencyemergency", Why.EMERGENCY_REASON_SHORT),
        ("w " * 300, Why.WORDS_TOO_LONG),
    ],
)
async def test_a_reason_is_a_sentence(scene: Scene, reason: str, why: Why) -> None:
    with Refuses(why, field="reason"):
        await open_in_emergency(scene.register.ask(OMAR), family="Ida Vale", reason=reason)


async def test_every_reading_is_in_the_audit_with_the_reasons_id(
    scene: Scene, databases: Databases
) -> None:
    emergency = await scene.opens()
    await scene.reads(emergency)
    await scene.reads(emergency)
    await scene.reads(emergency, WYN)
    await end_emergency(scene.register.ask(SOL), emergency=emergency)

    rows = await written(
        databases,
        "SELECT what, account, subject, why, facts FROM audit"
        " WHERE what LIKE '%emergency' ORDER BY at, id",
    )

    assert sorted((row["what"], row["account"], row["why"]) for row in rows) == sorted(
        [
            ("opened_in_emergency", OMAR.account, WHY),
            ("read_in_emergency", OMAR.account, WHY),
            ("read_in_emergency", OMAR.account, WHY),
            ("ended_emergency", SOL.account, None),
        ],
        key=lambda row: (row[0], str(row[1]), row[2]),
    )
    assert {row["subject"] for row in rows} == {scene.ida}
    assert all(str(emergency) in str(row["facts"]) for row in rows)


async def test_the_safeguarding_leads_of_the_agency_are_told_at_once(
    scene: Scene, databases: Databases
) -> None:
    await leads(databases)

    emergency = await scene.opens()

    rows = await written(
        databases, "SELECT body FROM outbox WHERE receiver = 'notify' AND kind = 'notice_wanted'"
    )
    (body,) = [row["body"] for row in rows]
    assert NoticeKind.EMERGENCY_OPENED in str(body)
    assert str(SOL.account) in str(body)
    assert str(emergency) in str(body)
    assert str(scene.ida) not in str(body)
    assert "tears" not in str(body)


async def test_the_lead_sees_who_what_why_and_ends_it_at_once(
    scene: Scene, databases: Databases, clock: Clock
) -> None:
    await leads(databases)
    first = await scene.opens()
    await clock.advance(seconds=600)
    second = await scene.opens(WYN, "ATV-0002")

    (newest, oldest), total = await emergencies_page(scene.register.ask(SOL), after=None, limit=9)
    await end_emergency(scene.register.ask(SOL), emergency=first)
    ended = await scene.reads(first)
    goes_on = await scene.reads(second, WYN)

    assert total == 2
    assert (newest.listed.emergency.id, newest.listed.reference) == (second, "ATV-0002")
    assert (oldest.listed.who, oldest.listed.emergency.reason) == ("Omar Reid", WHY)
    assert oldest.state is EmergencyState.OPEN
    assert ended is None
    assert goes_on is not None
    with Refuses(Why.EMERGENCY_OVER):
        await end_emergency(scene.register.ask(SOL), emergency=first)
    await clock.advance(seconds=1800)
    with Refuses(Why.EMERGENCY_OVER):
        await end_emergency(scene.register.ask(SOL), emergency=second)
    (over, was_ended), _ = await emergencies_page(scene.register.ask(SOL), after=None, limit=9)
    assert (over.state, was_ended.state) == (EmergencyState.OVER, EmergencyState.ENDED)


@pytest.mark.parametrize("actor", [WYN, CLEO, ADI, DORA, SUE, DEV])
async def test_nobody_else_sees_that_there_is_one_or_ends_it(scene: Scene, actor: Actor) -> None:
    emergency = await scene.opens()

    page = await emergencies_page(scene.register.ask(actor), after=None, limit=9)

    assert page == ([], 0)
    for which in (emergency, EmergencyId(uuid4())):
        with Refuses(Why.NOT_FOUND):
            await end_emergency(scene.register.ask(actor), emergency=which)


async def test_who_asked_cannot_end_it_or_read_who_is_named_beside_it(scene: Scene) -> None:
    emergency = await scene.opens()

    ((mine,), _) = await emergencies_page(scene.register.ask(OMAR), after=None, limit=9)

    assert (mine.listed.who, mine.listed.reference) == (None, None)
    with Refuses(Why.NOT_ALLOWED):
        await end_emergency(scene.register.ask(OMAR), emergency=emergency)


async def test_rows_are_there_to_the_reading_that_names_its_access_and_no_other(
    scene: Scene, clock: Clock
) -> None:
    """As the serving role, without any action of ours above it."""
    emergency = await scene.opens(FAY)
    await scene.register.child(scene.ida)
    nothing = {"family": 0, "adult": 0, "identity": 0, "child": 0, "placement": 0}

    assert await counted(scene, FAY, None) == nothing
    assert await counted(scene, FAY, uuid4()) == nothing
    assert await counted(scene, FAY, emergency) == {
        **nothing,
        "family": 1,
        "adult": 2,
        "identity": 2,
    }
    for other in (replace(FAY, account=OMAR.account), replace(FAY, agency="AS"), DEV):
        assert await counted(scene, other, emergency) == nothing
    await clock.advance(seconds=1800)
    assert await counted(scene, FAY, emergency) == nothing


@pytest.mark.parametrize(
    ("actor", "of"), [(OMAR, OMAR), (SOL, OMAR), (CLEO, CLEO), (Actor.system("ATV"), OMAR)]
)
async def test_no_row_is_written_but_on_the_askers_own_account(
    scene: Scene, actor: Actor, of: Actor
) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with scene.register.db.begin(actor) as turn:
            await turn.execute(INSERT, scene.ida, of.account, turn.now, "30 minutes")


@pytest.mark.parametrize("lasts", ["31 minutes", "29 minutes", "1 day"])
async def test_no_row_lasts_longer_or_shorter(scene: Scene, lasts: str) -> None:
    with pytest.raises(asyncpg.CheckViolationError):
        await written_as_the_system(scene, timedelta(0), lasts)


@pytest.mark.parametrize("ahead", [timedelta(hours=1), timedelta(hours=-1)])
async def test_no_row_begins_at_another_moment(scene: Scene, ahead: timedelta) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await written_as_the_system(scene, ahead, "30 minutes")


async def test_nobody_gives_themself_more_time(scene: Scene) -> None:
    await scene.opens()

    for actor in (OMAR, SOL, Actor.system("ATV")):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with scene.register.db.begin(actor) as turn:
                await turn.execute("UPDATE emergency_access SET until_at = until_at + '1 hour'")


INSERT = """
    INSERT INTO emergency_access (id, agency, family_id, account_id, role, reason, from_at,
                                  until_at)
    VALUES (gen_random_uuid(), 'ATV', $1, $2, 'organiser', 'A reason that is long enough.', $3,
            $3::timestamptz + $4::text::interval)
"""


async def written_as_the_system(scene: Scene, ahead: timedelta, lasts: str) -> None:
    async with scene.register.db.begin(OMAR) as turn:
        await turn.become_system("ATV")
        await turn.execute(INSERT, scene.ida, OMAR.account, turn.now + ahead, lasts)


async def counted(scene: Scene, actor: Actor, emergency: UUID | None) -> Rows:
    tables = ("family", "adult", "identity", "child", "placement")
    async with scene.register.db.begin(actor, readonly=True) as turn:
        if emergency:
            await turn.execute("SELECT set_config('kith.emergency', $1, true)", str(emergency))
        return {table: await turn.fetchval(f"SELECT count(*) FROM {table}") for table in tables}


async def written(databases: Databases, sql: str) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(databases.dsn("matching", "migrator"))
    try:
        return list(await connection.fetch(sql))
    finally:
        await connection.close()


async def leads(databases: Databases) -> None:
    """Sol and Omar hold roles at Thames Valley, Sue leads at Adopt South."""
    people = [(SOL, "Sol Berg"), (OMAR, "Omar Reid"), (SUE, "Sue Dean")]
    connection = await asyncpg.connect(databases.dsn("matching", "migrator"))
    try:
        for actor, name in people:
            await connection.execute(
                "INSERT INTO account (id, issuer, subject, first_name, last_name)"
                " VALUES ($1, 'test', $2, $3, $4)",
                actor.account,
                str(actor.account),
                *name.split(" "),
            )
            await connection.execute(
                "INSERT INTO role_held (account_id, role, agency) VALUES ($1, $2, $3)",
                actor.account,
                actor.role,
                actor.agency,
            )
    finally:
        await connection.close()
