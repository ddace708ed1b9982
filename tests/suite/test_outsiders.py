"""What another agency's people get by mixing ids, by names, and by watching: no difference.

`test_attacker.py` sends ids of others alone. Here one of theirs goes among ids of one's own, within
what is typed, or as a word to search for; and everything is asked again after the others were busy.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

import pytest

from kernel.access import Actor
from kernel.ask import Ask
from kernel.graph import Context
from kernel.messages import Role, Service
from services.events.actions.calendars import close_calendar, give_address, open_calendar
from services.matching.rules.rule import PREFERS
from tests.databases import Clock, Databases
from tests.matching.register import DEV, PRIYA
from tests.suite.attack import Attack, attack_on, everything, hidden, statements_taken
from tests.suite.documents import (
    DEPTH,
    KEY,
    VARIABLE,
    Ids,
    change,
    declared,
    question,
    selection,
    variables,
)
from tests.suite.matrix import Matrix
from tests.suite.world import Scope, carry

WORKING = (Role.COORDINATOR, Role.AGENCY_ADMIN, Role.ORGANISER, Role.SAFEGUARDING_LEAD)
DATE = '[{at: "2027-03-01T18:30", minutes: 90}]'
LEAVING = 'leftOn: "2026-11-20", reason: "They have parted", typedOutcode: "OX4", keepApart: false'
# One id of somebody else's within what is typed; `$own…` are the asker's.
INSIDE = {
    "a mentor with more room": "whatIf(input: {moreRoom: {mentor: $mentor, points: 1}})",
    "a child that goes along": f"foreseeLeaving(adult: $ownAdult, input: {{{LEAVING},"
    " going: [$child]})",
    "a child that lives with both": "leaveHousehold(key: $key, adult: $ownAdult,"
    f" input: {{{LEAVING}, both: [$child]}})",
    "an adult to invite": "invite(key: $key, input: {role: ADOPTER, adult: $adult})",
    "whom an audit is searched for": "eventsAudit(wanted: {named: [$account, $family]})",
    "whom letters are searched for": "lettersAudit(wanted: {named: [$account, $family]})",
    "whose audit is read": "auditTrail(subject: $family)",
    "a venue of new dates": f"addDates(key: $key, offering: $ownOffering, dates: {DATE},"
    " input: {places: {capacity: 3}, venue: $venue})",
    "somebody to lead them": f"addDates(key: $key, offering: $ownOffering, dates: {DATE},"
    " input: {places: {capacity: 3}, venue: $ownVenue, worker: $account})",
    "a venue of a draft": "draftEvents(key: $key, input: {offering: {kind: SUPPORT_GROUP,"
    f' title: "Tea"}}, event: {{places: {{capacity: 3}}, venue: $venue}}, dates: {DATE}}})',
}
# What is theirs by name, in place of `%s`, against a word that is nobody's.
WORDS = {
    "auditNames(search: %s)": ("Ana ATV", "ATV-0001"),
    "auditTrail(search: %s)": ("Ana ATV", "ATV-0001"),
    "eventsAudit(wanted: {search: %s})": ("Ana ATV", "ATV-0001"),
    "lettersAudit(wanted: {search: %s})": ("Ana ATV", "ATV-0001"),
    "families(search: %s)": ("Ana ATV", "ATV-0001"),
    "mentors(search: %s)": ("Mina ATV",),
    "people(search: %s)": ("Ana ATV",),
    "supportRequests(search: %s)": ("Ana ATV", "ATV-0001"),
    'openInEmergency(key: $key, family: %s, reason: "She rang, and the line broke off.")': (
        "ATV-0001",
        "Ida 0 ATV",
    ),
    "walkIn(key: $key, sitting: $ownSitting, reference: %s, party: {adults: 2})": ("ATV-0001",),
}
# What Thames Valley does in its own words, where the least that can be sent is refused.
WEIGHTS = ", ".join(f"{{rule: {json.dumps(name)}, word: LOW}}" for name in PREFERS)
BUSY_ROLES = {*WORKING, Role.ADOPTER, Role.MENTOR}
BUSY = {
    "proposeLending": 'proposeLending(key: $key, input: {partner: "ACO", weLend: true, share: 1,'
    ' placesAYear: 3, noticeDays: 28, fromOn: "2026-12-01", untilOn: "2027-11-30"})',
    "setPlaceSettings": "setPlaceSettings(key: $key, input: {number: 0, farHours: 48,"
    " nearHours: 24, closeHours: 4, cutOffMinutes: 60, restHours: 24,"
    " remindDays: 2, remindHour: 10,"
    ' askDays: 7, askAgainDays: 5, passOnDays: 3, addressDays: 14}, why: "Why")',
    "setRunSettings": "setRunSettings(key: $key, input: {qualityFloor: 40, monthsAheadMin: 6,"
    " supervisionIntervalDays: 60, waitingTierDays: 14, answerDays: 7})",
    "setWeights": f"setWeights(key: $key, programme: MENTOR, words: [{WEIGHTS}])",
}
# Adopt South's family lives where Thames Valley's programme is open to it.
OF_THE_PROGRAMME = frozenset({"event", "offering", "sitting", "venue"})
PROGRAMME = frozenset({"peerGroups", "programme", "programmeTowns"})
MIXED = frozenset(
    {"book", "chooseAnother", "forbidPair", "joinWaitingList", "pinPair", "transferBooking"}
)
# Open to everybody, whoever publishes it.
PUBLIC = frozenset({"frontDesks", "publicProgramme"})


@pytest.fixture
async def attack(databases: Databases, clock: Clock) -> Attack:
    return await attack_on(databases, clock)


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    return statements_taken(monkeypatch)


@dataclass
class Outsider:
    """Somebody of Adopt South, with ids of their own; `theirs` are of Thames Valley."""

    attack: Attack
    actor: Actor
    statements: list[str]

    @property
    def own(self) -> Ids:
        return self.attack.world.ids(Scope.OTHER, self.actor)

    @property
    def theirs(self) -> Ids:
        return self.attack.world.things[Scope.OWN].ids

    async def hears(self, document: str, ids: Ids, *, but: str = "") -> tuple[bytes, list[str]]:
        """The answer, and what it took in any order; `but` is a word that it may repeat."""
        self.statements.clear()
        given = variables(ids)
        answer = await self.attack.world.stage.ask(self.actor, document, is_gateway=False, **given)
        told = repr((answer.data, [str(fault) for fault in answer.errors or []]))
        told = told.replace(given[KEY], "key")
        body = told.replace(but, "word").encode() if but else told.encode()
        return hidden(body, ids), sorted(self.statements)


def outsiders(attack: Attack, statements: list[str], *more: Role) -> list[Outsider]:
    """Those of Adopt South who do most, and a family of it."""
    family = attack.world.things[Scope.OTHER].seeker.actor
    by = [*(replace(PRIYA, role=role) for role in (*WORKING, *more)), family]
    return [Outsider(attack, actor, statements) for actor in by]


def asked(matrix: Matrix, call: str) -> str:
    """The whole document around one call, with everything below it."""
    name = call.partition("(")[0]
    if name in matrix.mutations:
        return (
            f"mutation {declared(call)} {{ answer: {call} {{ ... on Refusal {{ code field }} }} }}"
        )
    chosen = " ".join(selection(matrix.queries[name].type, (), DEPTH))
    return f"query {declared(call)} {{ answer: {call} {chosen} }}"


async def test_one_id_of_theirs_among_ones_own_answers_as_a_guessed_one(
    attack: Attack, statements: list[str]
) -> None:
    matrix, mixed = Matrix(attack.world), set()
    fields = [
        *((name, question(name, field)) for name, field in matrix.queries.items()),
        *((name, change(name, field)) for name, field in matrix.mutations.items()),
    ]
    for name, document in fields:
        named = set(VARIABLE.findall(document)) - {KEY}
        if len(named) < 2 or name == "raiseConcern":
            continue
        for who in outsiders(attack, statements):
            for one in sorted(named - (OF_THE_PROGRAMME if who.actor.household else set())):
                guessed = await who.hears(document, {**who.own, one: uuid4()})
                theirs = await who.hears(document, {**who.own, one: who.theirs[one]})
                assert theirs == guessed, (name, one, who.actor.role)
                mixed |= {name} if guessed[1] else set()

    assert mixed >= MIXED


def named_own(ids: Ids) -> Ids:
    return {f"own{name[0].upper()}{name[1:]}": id for name, id in ids.items()}


async def test_an_id_of_theirs_within_what_is_typed_answers_as_a_guessed_one(
    attack: Attack, statements: list[str]
) -> None:
    matrix = Matrix(attack.world)
    for what, call in INSIDE.items():
        document = asked(matrix, call)
        for who in outsiders(attack, statements, Role.DATA_PROTECTION_LEAD):
            own = named_own(who.own)
            guessed = await who.hears(document, {**own, **{name: uuid4() for name in who.theirs}})
            theirs = await who.hears(document, {**own, **who.theirs})
            assert theirs == guessed, (what, who.actor.role)


async def test_their_names_are_words_like_any_other(attack: Attack, statements: list[str]) -> None:
    matrix = Matrix(attack.world)
    for call, theirs in WORDS.items():
        for who in outsiders(attack, statements, Role.DATA_PROTECTION_LEAD):
            own = named_own(who.own)
            for word in theirs:
                nobodys = "".join("z" if one.isalpha() else one for one in word)
                heard = [
                    await who.hears(asked(matrix, call.replace("%s", f'"{each}"')), own, but=each)
                    for each in (nobodys, word)
                ]
                assert heard[0] == heard[1], (call, word, who.actor.role)


async def test_calendars_address_that_is_over_opens_what_a_guessed_one_does(
    attack: Attack, statements: list[str]
) -> None:
    home, door = (
        attack.world.things[Scope.OWN].seeker.actor,
        attack.world.stage.doors[Service.EVENTS],
    )
    ask: Ask[Any] = Ask(home, door.db, door.store_of)
    await open_calendar(ask)
    replaced = await give_address(ask)
    ended = await give_address(ask)
    opens = [Outsider(attack, actor, statements) for actor in (Actor.nobody(), DEV, PRIYA)]
    document = asked(Matrix(attack.world), 'calendar(secret: "%s")')

    live = await opens[0].hears(document.replace("%s", ended), {})
    await close_calendar(ask)

    assert b"startsAt" in live[0]
    guess = "A" * len(ended)
    for who in opens:
        told = [
            await who.hears(document.replace("%s", one), {}, but=one)
            for one in (guess, replaced, ended)
        ]
        assert told[0] == told[1] == told[2]
        assert told[0][0].startswith(b"({'answer': None}")


async def test_whatever_they_do_nobody_elsewhere_reads_a_difference(
    attack: Attack, databases: Databases, statements: list[str]
) -> None:
    """Thames Valley does all that its people may: settings, weights, runs, swaps, events, mails."""
    matrix, world = Matrix(attack.world), attack.world
    watchers = [
        *outsiders(attack, statements, Role.DATA_PROTECTION_LEAD),
        Outsider(attack, DEV, statements),
    ]

    async def read() -> dict[str, tuple[bytes, list[str]]]:
        return {
            f"{name} as {who.actor.role}": await who.hears(question(name, field), who.own)
            for name, field in matrix.queries.items()
            for who in watchers
            if name not in (PUBLIC | PROGRAMME if who.actor.household else PUBLIC)
        }

    before, sums = await read(), await everything(databases)
    done = set()
    for name, field in matrix.mutations.items():
        for actor in world.everybody.values():
            if actor.role not in BUSY_ROLES:
                continue
            document = asked(matrix, BUSY[name]) if name in BUSY else change(name, field)
            code = await done_by(attack, actor, name, document)
            done |= set() if code else {name}
    await carry(dict(world.stage.doors), sends=False)
    after = await read()

    assert {"setAgencySettings", "setWeights", "startRun", "setPlaceSettings"} <= done
    assert {"setRunSettings", "mailInvitationPage", "proposeLending", "openCalendar"} <= done
    assert sums != await everything(databases)
    assert [name for name, told in before.items() if after[name] != told] == []


async def done_by(attack: Attack, actor: Actor, name: str, document: str) -> str:
    """Why not; empty when it was done, and is not undone."""
    world = attack.world
    context = Context(actor, world.stage.doors, is_registered=True)
    answer: Any = await world.stage.schema.execute(
        document,
        variable_values=variables(world.ids(Scope.OWN, actor)),
        context_value=context,
    )
    assert not answer.errors, (name, answer.errors)
    return str((answer.data["answer"] or {}).get("code", ""))
