"""Whoever decides against a rule or for somebody else says why, and the audit has it (E44)."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import asyncpg
from graphql import GraphQLField, GraphQLInputObjectType, GraphQLNonNull, get_named_type

from kernel.db import Db
from kernel.messages import Role
from services.events.actions.offering import offer_by_hand
from services.events.actions.running import set_places
from services.events.model import protected as of_events
from services.events.model.given import GivenPlaces
from services.matching.model import protected as of_matching
from tests.databases import Clock, Databases
from tests.events.programme import OMAR, Desk
from tests.suite.documents import change, declared
from tests.suite.matrix import Matrix
from tests.suite.protected import Watch
from tests.suite.world import Scope, world

OVERRIDES = {**of_matching.OVERRIDES, **of_events.OVERRIDES}
REASONED = {**of_matching.REASONED, **of_events.REASONED}
REASONS = frozenset({"reason", "how", "why"})
BY = (Role.COORDINATOR, Role.AGENCY_ADMIN, Role.ORGANISER)
ITS_DAY = datetime(2027, 1, 20, 10, tzinfo=UTC)  # whoever wants no short notice is passed over
SENTENCE = "She rang, and the line broke off."
RULE = (
    '{answer: NO, desks: ["ATV"], fromOn: "2026-11-02", kind: ADOPTED_THROUGH, place: 5,'
    ' words: "Not yet"}'
)
# Where what stands in the world does not let it be done as it is.
AS_MUST_BE = {
    "addChargeRule": "addChargeRule(key: $key, input: {kind: COURSE, freeDays: 3, freeHour: 12,"
    ' latePence: 500}, why: "Why")',
    "addEligibilityRule": f'addEligibilityRule(key: $key, input: {RULE}, reason: "Why",'
    " service: COURSE)",
    "changeEligibilityRule": "changeEligibilityRule(key: $key, id: $eligibilityRule,"
    f' input: {RULE}, reason: "Why", version: 1)',
    "chooseAnother": "chooseAnother(key: $key, proposal: $suggested, mentor: $mentor,"
    ' reason: "Why")',
    "forbidPair": 'forbidPair(key: $key, request: $request, mentor: $noa, reason: "Why")',
    "pinPair": 'pinPair(key: $key, request: $waiting, mentor: $gwen, reason: "Why")',
    "setPlaceSettings": "setPlaceSettings(key: $key, input: {number: 0, farHours: 48,"
    " nearHours: 24, closeHours: 4, cutOffMinutes: 60, restHours: 24,"
    " remindDays: 2, remindHour: 10,"
    ' askDays: 7, askAgainDays: 5, passOnDays: 3, addressDays: 14}, why: "Why")',
    "openInEmergency": f'openInEmergency(key: $key, family: "Ida 1 ATV", reason: "{SENTENCE}")',
}
# What is done first, in the same document.
AFTER = {
    "chooseAnother": 'withdrawProposal(key: $first, id: $sent, reason: "Room")',
    "partWithoutSuccessor": 'planRetirement(key: $first, mentor: $mentor, lastOn: "2026-12-20")',
    "pinPair": "liftPairRule(key: $first, id: $rule)",
}


# Of those whose reason only some moves demand: who does one, and without it is refused or not.
MAY_SAY_WHY = {
    "moveErasure": (
        Role.SAFEGUARDING_LEAD,
        "moveErasure(key: $key, id: $erasure, move: HOLD, reason: %s)",
        True,
    ),
    "leaveHousehold": (
        Role.COORDINATOR,
        'leaveHousehold(key: $key, adult: $adult, input: {leftOn: "2026-11-20", reason: %s,'
        ' typedOutcode: "OX4", keepApart: false})',
        True,
    ),
    "moveConcern": (
        Role.SAFEGUARDING_LEAD,
        "moveConcern(key: $key, concern: $concern, move: SEE, reason: %s)",
        False,
    ),
    "moveLending": (
        Role.AGENCY_ADMIN,
        "moveLending(key: $key, id: $lending, move: GIVE_NOTICE, reason: %s)",
        True,
    ),
    "moveMentor": (
        Role.COORDINATOR,
        "moveMentor(key: $key, mentor: $mentor, move: PAUSE, reason: %s)",
        False,
    ),
    "moveOverride": (
        Role.COORDINATOR,
        "moveOverride(key: $key, id: $override, move: DECLINE, reason: %s)",
        True,
    ),
    "setCapacity": (
        Role.ORGANISER,
        "setCapacity(key: $key, event: $event, places: {capacity: 1, extra: 1}, reason: %s)",
        True,
    ),
    "moveStage": (
        Role.AGENCY_ADMIN,
        'moveStage(key: $key, family: $family, to: MATCHED, on: "2026-02-02", reason: %s)',
        True,
    ),
    "moveSupportRequest": (
        Role.COORDINATOR,
        "moveSupportRequest(key: $key, request: $request, move: WITHDRAW, reason: %s)",
        False,
    ),
}


def demands_a_reason(field: GraphQLField) -> bool:
    return any(
        name in REASONS and isinstance(argument.type, GraphQLNonNull)
        for name, argument in field.args.items()
    )


async def test_every_override_is_in_the_audit_with_who_and_why(
    databases: Databases, clock: Clock
) -> None:
    there = await world(databases, clock)
    watch = Watch(there, {})
    graph = Matrix(there)
    demanding = {name for name, field in graph.mutations.items() if demands_a_reason(field)}
    assert demanding == set(OVERRIDES)

    waiting, gwen = await suggested_pair(databases, there.things[Scope.OWN].ids["suggested"])
    noa = there.things[Scope.NEIGHBOUR].helper.mentor
    more = {"noa": noa, "first": noa, "waiting": waiting, "gwen": gwen}
    for name, deed in OVERRIDES.items():
        if name in ("offerPlace", "giveBackMentor"):
            continue  # below, and in test_loans: they want what time or a yes brings
        codes = {}
        for role in BY:
            actor = there.everybody[role]
            done = await watch.ask(actor, document_of(name, graph.mutations[name]), **more)
            codes[role] = (done.data or {}).get("code", "")
            if not codes[role]:
                break
        assert "" in codes.values(), f"{name} was done by nobody: {codes}"
        (row,) = (row for row in done.rows if row.what == deed)
        assert (row.account, row.role, row.agency) == (actor.account, role, "ATV"), name
        assert row.why, f"{name}: no reason in the audit"


def may_have_a_reason(field: GraphQLField) -> bool:
    """A reason that need not be given, or one within what is given."""
    for name, argument in field.args.items():
        kind = get_named_type(argument.type)
        within = kind.fields if isinstance(kind, GraphQLInputObjectType) else {}
        if name in REASONS and not isinstance(argument.type, GraphQLNonNull):
            return True
        if REASONS & set(within):
            return True
    return False


async def test_a_reason_that_only_some_moves_demand_is_kept_and_demanded_where_it_must_be(
    databases: Databases, clock: Clock
) -> None:
    """Moving a stage back, leaving a household, giving notice are refused without one (E44)."""
    there = await world(databases, clock)
    watch, graph = Watch(there, {}), Matrix(there)
    taking = {name for name, field in graph.mutations.items() if may_have_a_reason(field)}
    assert taking == set(REASONED) == set(MAY_SAY_WHY)

    for name, (role, call, must) in MAY_SAY_WHY.items():
        actor, deed = there.everybody[role], REASONED[name]
        said = await watch.ask(actor, whole(call % f'"{SENTENCE}"'))
        unsaid = await watch.ask(actor, whole(call % '" "'))

        assert "code" not in said.data, (name, said.data)
        rows = [row for row in said.rows if row.what == deed]
        kept = {(row.account, row.role, row.agency, row.why) for row in rows}
        assert kept == {(actor.account, role, "ATV", SENTENCE)}, name
        assert len(rows) == (2 if name == "leaveHousehold" else 1), "one for each record"
        refused = unsaid.data.get("code") in ("REASON_MISSING", "REASON_NEEDED", "WORDS_MISSING")
        assert refused is must, (name, unsaid.data)
        assert [row.why for row in unsaid.rows if row.what == deed] == ([] if must else [None])


async def test_a_place_offered_by_hand_is_in_the_audit_with_who_and_why(
    events_db: Db, clock: Clock, databases: Databases
) -> None:
    desk = Desk(events_db, clock)
    await desk.family("ana")
    event = await desk.event(0)
    await desk.listed(event, "ana")
    await clock.set(ITS_DAY)
    await set_places(desk.ask(OMAR), event=event, given=GivenPlaces(capacity=1))
    line = await desk.entry("ana", event)
    assert line is not None

    await offer_by_hand(desk.ask(OMAR), entry=line.id, reason=SENTENCE)

    connection = await asyncpg.connect(databases.dsn("events", "migrator"))
    rows = await connection.fetch(
        "SELECT account, role, subject, why FROM audit WHERE what = $1 AND account IS NOT NULL"
        " ORDER BY at DESC, id LIMIT 1",
        OVERRIDES["offerPlace"],
    )
    await connection.close()
    assert [tuple(row) for row in rows] == [(OMAR.account, OMAR.role, line.id, SENTENCE)]


async def suggested_pair(databases: Databases, suggested: UUID) -> tuple[UUID, UUID]:
    """The request and the mentor of the suggestion that waits to be read."""
    connection = await asyncpg.connect(databases.dsn("matching", "migrator"))
    try:
        row = await connection.fetchrow(
            "SELECT request_id, mentor_id FROM proposal WHERE id = $1", suggested
        )
        assert row is not None, "the world has one"
        return row["request_id"], row["mentor_id"]
    finally:
        await connection.close()


def whole(call: str) -> str:
    return f"mutation {declared(call)} {{ answer: {call} {{ ... on Refusal {{ code }} }} }}"


def document_of(name: str, field: GraphQLField) -> str:
    plain = change(name, field)
    asked = AS_MUST_BE.get(name) or plain[plain.index("answer: ") + 8 : plain.rindex(" { ...")]
    first = AFTER.get(name, "")
    both = f"first: {first} {{ __typename }} " if first else ""
    return (
        f"mutation {declared(first + asked).replace('$first: ID!', '$first: UUID!')}"
        f" {{ {both}answer: {asked} {{ ... on Refusal {{ code }} }} }}"
    )
