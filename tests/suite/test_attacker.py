"""An attacker's script: forged and swapped tokens, guessed ids, other people's and agencies' ids.

What is told of a thing that is somebody else's must be what is told of nothing, to the byte and to
the number of statements that the answer took.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from graphql import GraphQLField

from kernel.access import Actor
from tests.databases import Clock, Databases
from tests.kernel.small_graph import FOREIGN_KEY, KEY
from tests.matching.register import DEV, PRIYA
from tests.suite.attack import (
    Attack,
    attack_on,
    bearer_of,
    everything,
    hidden,
    statements_taken,
)
from tests.suite.documents import DEPTH, VARIABLE, change, question, takes_an_id, variables
from tests.suite.matrix import Matrix
from tests.suite.world import Scope

WHO = "{ viewer { accountId role displayName } }"
# What an agency puts in its programme is not the other household's: all of its families see it.
OF_THE_PROGRAMME = {"event", "offering", "sitting", "venue"}
# A group is found and joined by every family of its agency; what they read of it is a list below.
OF_EVERY_FAMILY = {"peerGroup", "joinGroup"}
# Of a group that one is not in: what it is, where about and when, as of any event; never who.
READ_BY_EVERY_FAMILY = {
    f"{kind}.{name}"
    for kind, names in {
        "PeerGroup": "agency dates id isFull joining kind parentsStay state summary title town",
        "GroupDate": "event sitting",
        "Event": "agencies agency asksTalkTopic asksWhomToRing autoOffers booksUntil byAsking"
        " countsBy endsAt id isCourse isOnline isSlot kind listOpen listStaysOpen offering"
        " partyWaitsDays peopleWait places placesFree sittings standing startsAt state title town"
        " walkIns whereaboutsFrom",
        "Sitting": "endsAt event id isOff number sequence startsAt wallStart",
        "Offering": "agency countsBy id isPublic kind parentsStay summary tier title",
    }.items()
    for name in names.split()
}


@pytest.fixture
async def attack(databases: Databases, clock: Clock) -> Attack:
    return await attack_on(databases, clock)


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    return statements_taken(monkeypatch)


def part(packed: str) -> dict[str, Any]:
    padded = packed + "=" * (-len(packed) % 4)
    decoded: dict[str, Any] = json.loads(base64.urlsafe_b64decode(padded))
    return decoded


def packed(value: dict[str, Any]) -> str:
    return text(json.dumps(value).encode())


def text(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")


def forged(priya: Actor) -> Iterator[tuple[str, str]]:
    """Each token that is none of ours, by what is wrong with it; Priya herself is signed in."""
    good = bearer_of(priya)
    head, body, signature = good.split(".")
    claims = part(body)
    yield "unsigned", f"{packed({**part(head), 'alg': 'none'})}.{body}."
    unsigned = f"{packed({**part(head), 'alg': 'HS256'})}.{body}"
    made = hmac.new(KEY.as_pem(private=False), unsigned.encode(), hashlib.sha256).digest()
    yield "signed with what is public", f"{unsigned}.{text(made)}"
    yield "signed by somebody else", bearer_of(priya, key=FOREIGN_KEY)
    yield "another agency", f"{head}.{packed({**claims, 'agency': 'ATV'})}.{signature}"
    yield "another role", f"{head}.{packed({**claims, 'role': 'safeguarding_lead'})}.{signature}"
    yield "the system", f"{head}.{packed({**claims, 'role': 'system'})}.{signature}"
    yield "another's signature", f"{head}.{body}.{bearer_of(DEV).rsplit('.', 1)[1]}"
    yield "for somebody else to read", bearer_of(priya, aud="other")
    yield "from somebody else", bearer_of(priya, iss="https://elsewhere.example")
    yield "a proof of sign-in", bearer_of(priya, typ="JWT")
    yield "past its time", bearer_of(priya, exp=1_700_000_000)
    yield "without an end", bearer_of(priya, exp=None)
    yield "cut off", good[:-9]
    yield "empty parts", ".."
    yield "no account", bearer_of(priya, sub="priya")
    yield "no sign-in", bearer_of(priya, sid=None)
    yield "a sign-in that never was", bearer_of(priya, sid=str(uuid4()))
    yield "a role that nobody holds", bearer_of(priya, held=str(uuid4()))
    yield "a role without saying which", bearer_of(priya, held=None)
    yield "somebody else's sign-in", bearer_of(priya, sub=str(DEV.account))


async def test_no_forged_token_is_told_from_another(attack: Attack) -> None:
    priya = await attack.signed_in(PRIYA)
    assert (await attack.post(bearer_of(priya), WHO)).status_code == 200

    told = {}
    for fault, bearer in forged(priya):
        answer = await attack.post(bearer, WHO)
        told[fault] = (answer.status_code, answer.content)

    assert len(set(told.values())) == 1, told
    status, body = next(iter(told.values()))
    assert status == 401
    assert b"UNAUTHENTICATED" in body


async def test_the_register_signs_nobody_in_as_the_system(attack: Attack) -> None:
    """Even with our own key: the worker asks from inside, never through the door."""
    priya = await attack.signed_in(PRIYA)
    for claims in ({"role": "system"}, {"role": "system", "agency": "ATV"}):
        answer = await attack.post(bearer_of(replace(priya, agency=None), **claims), WHO)

        assert answer.status_code == 401


@pytest.mark.parametrize(
    ("who", "scope"),
    [
        ("another agency's coordinator", Scope.OWN),
        ("another agency's safeguarding lead", Scope.OWN),
        ("another agency's admin", Scope.OWN),
        ("a stranger", Scope.OWN),
        ("another household", Scope.NEIGHBOUR),
    ],
)
async def test_somebody_elses_ids_answer_as_guessed_ones_do(
    attack: Attack, statements: list[str], databases: Databases, who: str, scope: Scope
) -> None:
    actor = {
        "another agency's coordinator": PRIYA,
        "another agency's safeguarding lead": replace(PRIYA, role="safeguarding_lead"),
        "another agency's admin": replace(PRIYA, role="agency_admin"),
        "a stranger": DEV,
        "another household": attack.world.things[Scope.OWN].seeker.actor,
    }[who]
    actor = await attack.signed_in(actor)
    matrix = Matrix(attack.world)
    theirs = attack.world.things[scope].ids
    before = await everything(databases)
    compared = 0

    for name, field, ask in [
        *((name, field, question) for name, field in matrix.queries.items()),
        *((name, field, change) for name, field in matrix.mutations.items()),
    ]:
        if not takes_an_id(field) or name == "raiseConcern":
            continue
        named = set(VARIABLE.findall(ask(name, field))) - {"key"}
        if scope is Scope.NEIGHBOUR and (named <= OF_THE_PROGRAMME or name in OF_EVERY_FAMILY):
            continue
        guessed = attack.world.ids(Scope.MISSING, actor)
        document = await taken_at_the_door(attack, actor, ask, name, field)
        answers = []
        for ids in (guessed, theirs):
            statements.clear()
            body = await attack.tells(actor, document, variables=variables(ids))
            answers.append((hidden(body, ids), list(statements)))
        assert answers[0] == answers[1], name
        compared += len(answers[0][1])

    assert compared > 40
    assert await everything(databases) == before


def told(answer: object) -> Iterator[str]:
    """Each field that says something, as type and name: not null, and no list of nothing."""
    if isinstance(answer, list):
        for one in answer:
            yield from told(one)
    if isinstance(answer, dict):
        for name, below in answer.items():
            yield from told(below)
            if name != "__typename" and below not in (None, []):
                yield f"{answer['__typename']}.{name}"


async def test_of_a_group_that_they_are_not_in_families_read_what_is_listed_here(
    attack: Attack,
) -> None:
    neighbour = await attack.signed_in(attack.world.things[Scope.NEIGHBOUR].seeker.actor)
    asked = question("peerGroup", Matrix(attack.world).queries["peerGroup"])

    theirs = variables(attack.world.things[Scope.OWN].ids)
    answer = await attack.world.stage.ask(neighbour, asked, is_gateway=False, **theirs)

    assert answer.errors is None
    assert answer.data is not None
    assert set(told(answer.data["answer"])) == READ_BY_EVERY_FAMILY


async def taken_at_the_door(
    attack: Attack, actor: Actor, ask: Callable[..., str], name: str, field: GraphQLField
) -> str:
    """As much of a field as the limits let anybody ask for at once: else two refusals of the
    document would be compared, and not two answers.
    """
    guessed = variables(attack.world.ids(Scope.MISSING, actor))
    for depth in range(DEPTH, 0, -1):
        document = ask(name, field, depth) if ask is question else ask(name, field)
        if b"BAD_INPUT" not in await attack.tells(actor, document, variables=guessed):
            return document
    raise AssertionError(f"{name} is too much at any depth")


async def test_a_worry_about_somebodys_family_is_answered_as_one_about_nobody(
    attack: Attack,
) -> None:
    document = 'mutation { raiseConcern(text: "Unsafe", about: "%s", key: "%s") { __typename } }'
    theirs = attack.world.things[Scope.OWN].ids["family"]
    guessed = attack.world.ids(Scope.MISSING, PRIYA)
    priya = await attack.signed_in(PRIYA)

    answers = {
        await attack.tells(priya, document % (about, key))
        for about, key in ((theirs, guessed["adult"]), (guessed["family"], guessed["child"]))
    }

    assert answers == {b'{"data":{"raiseConcern":{"__typename":"ConcernReceipt"}}}'}


@pytest.mark.parametrize(
    "document",
    [
        "{ __schema { types { name } } }",
        '{ __type(name: "Family") { fields { name } } }',
        "{ _service { sdl } }",
        "{ familly(id: 1) { id } }",
    ],
)
async def test_the_graph_does_not_describe_itself_to_anybody(attack: Attack, document: str) -> None:
    answer = await attack.post(bearer_of(await attack.signed_in(PRIYA)), document)

    told = answer.text
    assert '"errors"' in told
    assert "Did you mean" not in told
    for word in ("interests", "placingCouncil", "type Family", '"fields"'):
        assert word not in told


async def test_signed_out_nobody_sends_a_document_of_their_own(attack: Attack) -> None:
    answer = await attack.post(None, WHO)

    assert answer.status_code == 401
