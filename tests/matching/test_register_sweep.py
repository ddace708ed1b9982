"""Everything that the graph can do, tried by people who have no right to it (domain.md E38)."""

from dataclasses import replace
from uuid import UUID, uuid4

from kernel.access import Actor
from kernel.db import Db
from services.matching.actions.concerns import raise_concern
from tests.matching.graph_sweep import Sweep
from tests.matching.register import CLEO, DEV, OMAR, PRIYA, WYN, Register, account

MENTORS_AND_REQUESTS = ("mentor", "supportRequest", "concern")


async def ids_of_everything(register: Register) -> dict[str, UUID]:
    """One of each kind of thing that the register of ATV holds."""
    family = await register.family()
    return {
        "family": family,
        "adult": await register.adult(family),
        "child": await register.child(family),
        "mentor": await register.mentor(family),
        "request": await register.request(family),
        "concern": await raise_concern(register.ask(OMAR), text="Unsafe", about=family),
    }


async def test_a_stranger_tries_every_change_and_finds_nothing(matching_db: Db) -> None:
    sweep = Sweep(matching_db)
    family = await Register(matching_db).family()

    answers = {
        (name, id): await sweep.change(DEV, name, id)
        for name in sweep.mutations
        for id in (family, uuid4())
    }

    codes = {name: code for (name, _), (_, code, _, _) in answers.items()}
    assert set(codes.values()) <= {"NOT_FOUND", "NOT_ALLOWED"}, codes
    for name in sweep.mutations:
        told = {answer for (tried, _), answer in answers.items() if tried == name}
        assert len(told) == 1, f"{name} tells a stranger what is there"


async def test_another_agencys_ids_answer_as_ids_of_nothing(matching_db: Db) -> None:
    sweep = Sweep(matching_db)
    real = await ids_of_everything(Register(matching_db))
    partner = replace(CLEO, account=account("pat"), agency="AS")
    nothing = uuid4()

    for actor in (PRIYA, partner, replace(partner, role="agency_admin")):
        for name, field in sweep.mutations.items():
            if sweep.takes_an_id(field):
                missing = await sweep.change(actor, name, nothing)
                for kind, id in real.items():
                    assert await sweep.change(actor, name, id) == missing, (name, kind)


async def test_what_is_asked_for_by_id_is_absent_to_those_outside(matching_db: Db) -> None:
    register = Register(matching_db)
    sweep = Sweep(matching_db)
    real = await ids_of_everything(register)
    neighbour = await register.at_home(await register.family("Jo Hart"))
    outside: dict[Actor, tuple[str, ...]] = {
        actor: tuple(name for name in sweep.queries if by_id(sweep, name))
        for actor in (PRIYA, DEV, Actor.nobody(), neighbour)
    }
    outside[OMAR] = outside[WYN] = MENTORS_AND_REQUESTS

    for actor, names in outside.items():
        for name in names:
            for kind, id in real.items():
                answer = await sweep.question(actor, name, id)
                assert answer is None, (actor.role, name, kind, answer)


async def test_lists_and_searches_hold_nothing_of_another_agency(matching_db: Db) -> None:
    sweep = Sweep(matching_db)
    await ids_of_everything(Register(matching_db))
    lists = """
        query Lists($search: String) {
          families(search: $search) { totalCount edges { node { id } } }
          mentors(search: $search) { totalCount edges { node { id } } }
          supportRequests(search: $search) { totalCount edges { node { id } } }
          auditTrail(search: $search) { totalCount edges { node { id } } }
          concerns { totalCount edges { node { id } } }
        }
    """

    for actor in (PRIYA, DEV, Actor.nobody()):
        for search in (None, "Ana", "Osei", "ATV-0001", "RG30", "RG30 4AB"):
            data = await sweep.ask(actor, lists, search=search)
            assert all(found == {"totalCount": 0, "edges": []} for found in data.values()), data


def by_id(sweep: Sweep, name: str) -> bool:
    """A question about one thing: it takes an id that it cannot do without, and may be null."""
    field = sweep.queries[name]
    return sweep.takes_an_id(field) and not str(field.type).endswith("!")
