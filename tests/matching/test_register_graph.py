"""The register through its graph: pages' own operations, keys, postcodes and wrong shapes."""

from typing import Any
from uuid import uuid4

import pytest

from kernel.db import Db
from services.web.registry import load_registry
from tests.databases import Databases
from tests.matching.graph_sweep import Sweep
from tests.matching.register import CLEO, OMAR, SOL, WYN, Register, given
from tests.matching.test_register_families import as_migrator

READING = "E06000038"
FAMILY = {
    "typedOutcode": "rg30 4ab",
    "council": READING,
    "stage": "PLACED",
    "stageOn": "2026-03-02",
    "languages": ["ENGLISH", "POLISH"],
    "slots": ["tuesday_evening"],
    "adults": [{"firstName": "Ana", "lastName": "Osei"}, {"firstName": "Ben", "lastName": "Osei"}],
}
ASKED = {"programme": "MENTOR", "topics": ["SLEEP"], "channels": ["PHONE"], "note": "Evenings."}
OPERATIONS = load_registry()


async def did(sweep: Sweep, actor: Any, name: str, **variables: Any) -> dict[str, Any]:
    """One registered operation of the pages: its one answer, or all by name where it asks more."""
    document = OPERATIONS[name].text
    if "$key" in document:
        variables.setdefault("key", str(uuid4()))
    data = await sweep.ask(actor, document, **variables)
    answers = list(data.values())
    return (answers[0] or {}) if len(answers) == 1 else data


async def test_a_family_is_added_read_and_found_as_the_pages_do_it(matching_db: Db) -> None:
    sweep = Sweep(matching_db)

    added = await did(sweep, CLEO, "AddFamily", input=FAMILY)
    family = added["id"]
    await did(
        sweep,
        CLEO,
        "AddChild",
        family=family,
        input={"birthMonth": "2021-05-17", "placedOn": "2026-03-02", "placingCouncil": READING},
    )
    kept = await did(sweep, CLEO, "Family", id=family)
    listed = await did(sweep, CLEO, "Families", search="RG30 4AB", first=20)

    assert kept["displayName"] == "Ana and Ben Osei"
    assert (kept["outcode"], kept["council"]["name"]) == ("RG30", "Reading")
    assert kept["languages"] == ["ENGLISH", "POLISH"]
    assert kept["stageMoves"] == ["ORDER_GRANTED", "PLACEMENT_ENDED"]
    (child,) = kept["children"]
    assert (child["birthMonth"], child["ageYears"]) == ("2021-05-01", 5)
    assert child["placingCouncil"]["code"] == READING
    assert [span["child"] is None for span in kept["spans"]] == [True, False]
    assert [edge["node"]["id"] for edge in listed["edges"]] == [family]


async def test_the_same_key_adds_one_family_and_other_answers_under_it_are_refused(
    matching_db: Db,
) -> None:
    sweep = Sweep(matching_db)
    key = str(uuid4())

    first = await did(sweep, CLEO, "AddFamily", input=FAMILY, key=key)
    again = await did(sweep, CLEO, "AddFamily", input=FAMILY, key=key)
    other = await did(sweep, CLEO, "AddFamily", input={**FAMILY, "typedOutcode": "RG31"}, key=key)

    assert first["id"] == again["id"]
    assert other["code"] == "KEY_ALREADY_USED"
    assert (await did(sweep, CLEO, "Families", first=20))["totalCount"] == 1


async def test_a_refusal_is_not_remembered_and_names_its_field(matching_db: Db) -> None:
    sweep = Sweep(matching_db)
    key = str(uuid4())
    split = {**FAMILY, "council": None}

    no = await did(sweep, CLEO, "AddFamily", input=split, key=key)
    yes = await did(sweep, CLEO, "AddFamily", input=FAMILY, key=key)

    assert (no["code"], no["field"]) == ("COUNCIL_NEEDED", "council")
    assert "Reading" in no["message"]
    assert yes["reference"] == "ATV-0001"


async def test_a_typed_postcode_is_nowhere_in_the_database(
    matching_db: Db, databases: Databases
) -> None:
    sweep = Sweep(matching_db)
    family = (await did(sweep, CLEO, "AddFamily", input=FAMILY))["id"]
    await did(sweep, OMAR, "RaiseConcern", text="A bruise, at RG30 4AB", about=family)

    tables = await as_migrator(
        databases, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
    )
    for table in tables:
        found = await as_migrator(
            databases,
            f"SELECT * FROM {table['tablename']} AS row WHERE row::text ~* 'rg30 ?4ab'",
        )
        assert found == [], table["tablename"]


async def test_a_place_is_told_by_its_outward_code(matching_db: Db) -> None:
    sweep = Sweep(matching_db)

    known = await did(sweep, CLEO, "Place", typed="RG30 4AB")
    unknown = await did(sweep, CLEO, "Place", typed="Reading")

    assert known["outcode"] == "RG30"
    assert known["councils"][0]["name"] == "Reading"
    assert unknown == {}


async def test_an_adopter_asks_on_their_phone_and_the_coordinator_makes_it_ready(
    matching_db: Db,
) -> None:
    register, sweep = Register(matching_db), Sweep(matching_db)
    ana = await register.at_home(await register.family("Ana Osei"))
    wish = {"kind": "TOPIC", "value": "SLEEP"}

    request = (await did(sweep, ana, "AskForMentor", input={**ASKED, "mustHaves": [wish]}))["id"]
    mine = await sweep.ask(ana, OPERATIONS["MySupportRequests"].text)
    for move in ("CHECK", "READY"):
        await did(sweep, CLEO, "MoveSupportRequest", request=request, move=move)
    seen = await did(sweep, CLEO, "SupportRequest", id=request)
    listed = await did(sweep, CLEO, "SupportRequests", state="READY", first=20)

    (own,) = mine["mySupportRequests"]  # type: ignore[misc]  # the one list that it asks for
    assert own["mustHaves"] == [{"kind": "TOPIC", "value": "sleep"}]  # type: ignore[index]
    assert (seen["state"], seen["adult"]["firstName"]) == ("READY", "Ana")
    assert seen["moves"] == ["HOLD", "SIGNPOST", "WITHDRAW"]
    assert listed["totalCount"] == 1
    assert (await did(sweep, ana, "WithdrawSupportRequest", request=request))["id"] == request


@pytest.mark.parametrize("move", ["PROPOSE", "RETURN", "MATCH", "CLOSE", "EXPIRE"])
async def test_nobody_asks_for_a_move_that_proposals_make(matching_db: Db, move: str) -> None:
    register, sweep = Register(matching_db), Sweep(matching_db)
    request = await register.request(await register.family())

    answer = await did(sweep, CLEO, "MoveSupportRequest", request=str(request), move=move)

    assert (answer["code"], answer["field"]) == ("NOT_ALLOWED", "move")


async def test_a_mentor_is_added_checked_and_read_as_the_pages_do_it(matching_db: Db) -> None:
    register, sweep = Register(matching_db), Sweep(matching_db)
    adult = await register.adult(await register.family("Mina Shah"))
    given_mentor = {
        "programmes": ["MENTOR"],
        "channels": ["PHONE"],
        "topics": ["SLEEP"],
        "capacityPoints": 4,
        "travelMinutesMax": 20,
    }

    no = await did(sweep, CLEO, "AddMentor", adult=str(adult), input=given_mentor)
    await did(sweep, CLEO, "GiveConsent", adult=str(adult), purpose="MENTORING")
    mentor = (await did(sweep, CLEO, "AddMentor", adult=str(adult), input=given_mentor))["id"]
    await did(
        sweep,
        CLEO,
        "RecordRequirement",
        mentor=mentor,
        kind="REFERENCES",
        metOn="2026-11-02",
        expiresOn="2026-11-22",
        seenBy="Cleo Marsh",
    )
    moved = await did(sweep, CLEO, "MoveMentor", mentor=mentor, move="CHECK")
    seen = await did(sweep, CLEO, "Mentor", id=mentor)

    assert no["code"] == "MENTORING_CONSENT_MISSING"
    assert (moved["state"], moved["displayName"]) == ("CHECKING", "Mina Shah")
    assert seen["moves"] == ["TRAIN", "DECLINE"]
    (requirement,) = seen["requirements"]
    assert (requirement["inDate"], seen["loadPoints"]) == (False, 0)
    assert (seen["matchable"], len(seen["whyNotMatchable"])) == (False, 1)
    assert (await did(sweep, CLEO, "Mentors", first=20))["totalCount"] == 1
    for outsider in (OMAR, WYN):
        assert await did(sweep, outsider, "Mentor", id=mentor) == {}
        family = await did(sweep, outsider, "Family", id=seen["family"]["id"])
        assert (family["mentor"], family["requests"]) == (None, [])


async def test_a_list_of_families_takes_the_same_transactions_however_long(matching_db: Db) -> None:
    register, sweep = Register(matching_db), Sweep(matching_db)
    for number in range(4):
        family = await register.family(f"Ana Number{number}")
        await register.child(family)

    taken = []
    for first in (1, 4):
        begun = sweep.transactions
        await did(sweep, CLEO, "Families", first=first)
        taken.append(sweep.transactions - begun)

    assert taken[0] == taken[1]


async def test_a_protected_familys_name_is_read_by_keepers_and_the_reading_kept(
    matching_db: Db,
) -> None:
    register, sweep = Register(matching_db), Sweep(matching_db)
    family = str(await register.family("Ida Vale", change=given(protected=True)))

    assert (await did(sweep, CLEO, "Family", id=family))["displayName"] == "Ida Vale"
    assert await did(sweep, OMAR, "Family", id=family) == {}

    trail = await did(sweep, SOL, "AuditTrail", search="read protected", first=20)
    assert [edge["node"]["forWhom"] for edge in trail["trail"]["edges"]] == ["ATV-0001"]


@pytest.mark.parametrize(
    "question",
    [
        "{ families(first: -1) { totalCount } }",
        "{ mentors(first: 101) { totalCount } }",
        '{ supportRequests(after: "none of ours") { totalCount } }',
        '{ family(id: "RG30 4AB") { id } }',
    ],
)
async def test_what_has_the_wrong_shape_is_bad_input(matching_db: Db, question: str) -> None:
    sweep = Sweep(matching_db)

    faults = await sweep.faults(CLEO, question)

    assert faults == ["BAD_INPUT"]
