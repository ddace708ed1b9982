"""Weights by words: shown as points, kept by version and programme, contradictions refused."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.db import Db
from services.matching.actions import run_settings, weighting
from services.matching.actions.weighting import foresee_weights, set_weights
from services.matching.model.snapshot import RunSettings
from services.matching.model.weighting import Word
from services.matching.model.words import Programme, Topic
from services.matching.refusals import Why
from services.matching.rules import explain, prefer
from services.matching.rules.rule import PREFERS
from services.matching.rules.weighting import points_of, words_for
from tests.databases import Clock, Databases
from tests.matching.pairs import Pairs
from tests.matching.people import mentee
from tests.matching.register import ADI, CLEO, DEV, PRIYA, SOL, Refuses

MENTOR = Programme.MENTOR
USUAL = words_for(MENTOR, RunSettings())
TOPICS = prefer.shared_topics.__name__
AHEAD = prefer.been_where_they_go.__name__


@pytest.fixture
def agency(matching_db: Db, clock: Clock, databases: Databases) -> Pairs:
    return Pairs(matching_db, clock, databases)


def usual_but(**changed: Word) -> Mapping[str, Word]:
    return {**USUAL, **changed}


@given(st.lists(st.sampled_from(Word), min_size=1, max_size=12))
def test_points_of_words_always_make_a_hundred(words: list[Word]) -> None:
    points = points_of({str(place): word for place, word in enumerate(words)})

    assert sum(points.values()) == 100
    by_word: dict[Word, set[int]] = {}
    for place, word in enumerate(words):
        by_word.setdefault(word, set()).add(points[str(place)])
    assert all(max(each) - min(each) <= 1 for each in by_word.values())


def test_usual_words_come_near_to_where_we_started() -> None:
    points = points_of(USUAL)

    assert all(abs(points[name] - rule.weight) <= 5 for name, rule in PREFERS.items())


def test_programme_without_words_of_its_own_keeps_the_points_we_started_from() -> None:
    chosen = RunSettings(words={"buddy": dict.fromkeys(PREFERS, "low")})

    assert explain.weights_for(mentee(), chosen) == explain.weights_for(mentee(), RunSettings())
    assert set(explain.weights_for(mentee(programme="buddy"), chosen).values()) == {12, 13}


async def test_words_are_a_version_that_the_next_run_uses_and_its_proposals_show(
    agency: Pairs,
) -> None:
    await agency.seeker("Ana Osei")
    await agency.helper("Mina Patel")
    words = usual_but(**{TOPICS: Word.LOW})

    version = await set_weights(agency.ask(CLEO), programme=MENTOR, words=words)
    run = await agency.run()

    (proposal,) = await agency.suggestions()
    shown = {each.rule: each.weight for each in proposal.explained.fit.criteria}
    assert shown == points_of(words)
    async with agency.ask(CLEO).read() as store:
        record = await store.runs.record(run)
    assert record is not None
    assert record[1].version == version
    newest, *_ = await run_settings.versions(agency.ask(CLEO))
    assert newest.settings.words["mentor"][TOPICS] == "low"
    assert newest.before.words == {}
    assert "set_weights" in await agency.audited()


async def test_mandatory_takes_a_mentor_away_and_says_so(agency: Pairs) -> None:
    await run_settings.set_run_settings(agency.ask(CLEO), figures={"quality_floor": 40})
    await agency.seeker("Ana Osei", topics=(Topic.FOOD,))
    await agency.helper("Mina Patel", topics=frozenset({Topic.SLEEP}))
    await agency.seeker("Ros Dale", topics=(Topic.SLEEP,))
    words = usual_but(**{TOPICS: Word.MANDATORY})

    seen = await foresee_weights(agency.ask(CLEO), programme=MENTOR, words=words)
    await set_weights(agency.ask(CLEO), programme=MENTOR, words=words)
    await agency.run()

    assert seen is not None
    assert seen.compared is not None
    assert seen.against == ()
    assert [each.after for each in seen.compared.moves] == [None]
    (proposal,) = await agency.suggestions()
    assert dict(proposal.explained.musts)["H13"].startswith("Met at least in part")


async def test_mandatory_ones_that_nobody_meets_together_are_refused_by_name(
    agency: Pairs,
) -> None:
    await agency.seeker("Ana Osei", topics=(Topic.FOOD,))
    await agency.helper("Mina Patel", topics=frozenset({Topic.SLEEP}))
    words = usual_but(**{TOPICS: Word.MANDATORY, AHEAD: Word.MANDATORY})

    seen = await foresee_weights(agency.ask(CLEO), programme=MENTOR, words=words)
    with Refuses(Why.MANDATORY_CONTRADICT):
        await set_weights(agency.ask(CLEO), programme=MENTOR, words=words)

    assert seen is not None
    assert seen.against == (PREFERS[TOPICS].title,), "the fewest that say it"
    kept = await run_settings.settings(agency.ask(CLEO))
    assert kept is not None
    assert (kept.version, kept.words) == (1, {})


async def test_looking_ahead_keeps_nothing(agency: Pairs) -> None:
    await agency.seeker("Ana Osei")
    before = await agency.audited()

    await foresee_weights(agency.ask(CLEO), programme=MENTOR, words=usual_but())

    assert await agency.audited() == before
    assert await run_settings.versions(agency.ask(CLEO)) == []


async def test_weights_are_set_by_who_sets_runs_and_all_at_once(agency: Pairs) -> None:
    for actor in (SOL, DEV):
        assert await foresee_weights(agency.ask(actor), programme=MENTOR, words=USUAL) is None
        with Refuses(Why.NOT_ALLOWED):
            await set_weights(agency.ask(actor), programme=MENTOR, words=USUAL)
    with Refuses(Why.WEIGHTS_INCOMPLETE):
        await set_weights(agency.ask(ADI), programme=MENTOR, words={TOPICS: Word.HIGH})
    await weighting.set_weights(agency.ask(ADI), programme=MENTOR, words=USUAL)

    theirs = await run_settings.settings(agency.ask(PRIYA))
    assert theirs is not None
    assert theirs.words == {}
