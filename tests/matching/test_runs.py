"""Runs: asked for, worked on under a lease, replacing suggestions only; pins and nevers."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from kernel.db import Db
from services.matching import jobs
from services.matching.actions import desk, pair_rules, proposals, run_settings, runs
from services.matching.actions.pair_rules import choose_another, forbid_pair, pin_pair
from services.matching.model.ids import AgencyId, MentorId, RequestId
from services.matching.model.mentor import RequirementKind
from services.matching.model.plain import plain
from services.matching.model.words import Channel
from services.matching.refusals import Why
from services.matching.rules.rule import MUSTS
from services.matching.solver.run import replay
from services.matching.states.proposals import MENTORING, PROPOSAL
from services.matching.states.runs import RUN
from tests.databases import Clock, Databases
from tests.matching.pairs import Helper, Pairs, Seeker
from tests.matching.register import ADI, CLEO, DEV, PRIYA, Refuses

ATV = AgencyId("ATV")


@pytest.fixture
def agency(matching_db: Db, clock: Clock, databases: Databases) -> Pairs:
    return Pairs(matching_db, clock, databases)


async def some(agency: Pairs) -> tuple[list[Seeker], list[Helper]]:
    """Three families, a week apart, and three mentors with room for one family each."""
    seekers = []
    for name in ("Ros Dale", "Ana Osei", "Leila Khan"):
        seekers.append(await agency.seeker(name))
        await agency.clock.advance(days=10)
    helpers = [
        await agency.helper(name, capacity_points=2)
        for name in ("Femi Ade", "Mina Patel", "Gwen Hill")
    ]
    return seekers, helpers


async def test_run_matches_and_says_so_in_figures(agency: Pairs) -> None:
    seekers, _ = await some(agency)

    run = await desk.run(agency.ask(CLEO), await agency.run())

    assert run is not None
    assert (run.state, run.waiting, run.matched, run.gap, run.fault) == ("done", 3, 3, 0, None)
    assert run.longest_wait_days == 30
    found = await agency.suggestions()
    assert [each.request_id for each in found] == [each.request for each in seekers]
    assert all(each.explained.fit.criteria for each in found)
    assert all(len(each.explained.musts) == len(MUSTS) for each in found)


async def test_second_run_is_refused_while_one_is_at_work(agency: Pairs) -> None:
    await runs.start_run(agency.ask(CLEO))

    with Refuses(Why.RUN_GOES_ON):
        await runs.start_run(agency.ask(CLEO))
    other = await runs.start_run(agency.ask(PRIYA))
    assert other is not None


async def test_two_starting_at_once_start_one(agency: Pairs) -> None:
    began = await asyncio.gather(
        *(runs.start_run(agency.ask(CLEO)) for _ in range(3)), return_exceptions=True
    )

    assert sum(not isinstance(each, BaseException) for each in began) == 1


async def test_only_a_coordinator_starts_a_run(agency: Pairs) -> None:
    for actor in (ADI, DEV):
        with Refuses(Why.NOT_ALLOWED):
            await runs.start_run(agency.ask(actor))


async def test_stored_run_replays_to_the_same_pairs(agency: Pairs) -> None:
    await some(agency)
    run = await agency.run()

    async with agency.ask(CLEO).read() as store:
        record = await store.runs.record(run)

    assert record is not None
    snapshot, settings, outcome = record
    assert outcome is not None
    again = replay(plain(snapshot), plain(settings))
    assert again == {(one.fit.request_id, one.fit.mentor_id) for one in outcome.pairs}
    assert again == await agency.pairs()


async def test_running_again_moves_nothing_and_what_was_read_stays_read(agency: Pairs) -> None:
    await some(agency)
    await agency.run()
    first = await agency.suggestions()
    await proposals.read_proposal(agency.ask(CLEO), proposal=first[0].id)

    await agency.run()
    second = await agency.suggestions()

    assert [each.id for each in second] == [each.id for each in first]
    assert [each.read_at is not None for each in second] == [True, False, False]


async def test_pin_and_forbid_then_run_again_and_nothing_else_moves(agency: Pairs) -> None:
    seekers, _ = await some(agency)
    spare = await agency.helper("Tunde Bello", capacity_points=2)
    await agency.run()
    first, second, third = await agency.suggestions()
    await pin_pair(
        agency.ask(CLEO), request=first.request_id, mentor=first.mentor_id, reason="They get on"
    )
    await forbid_pair(
        agency.ask(CLEO), request=second.request_id, mentor=second.mentor_id, reason="Neighbours"
    )

    await agency.run()

    after = {each.request_id: each.mentor_id for each in await agency.suggestions()}
    assert after[first.request_id] == first.mentor_id
    assert after[third.request_id] == third.mentor_id
    assert after[second.request_id] not in (second.mentor_id, first.mentor_id, third.mentor_id)
    assert spare.mentor in {*after.values(), second.mentor_id}
    assert len(seekers) == len(after)
    assert {"pinned_pair", "forbade_pair"} <= set(await agency.audited())


async def test_pin_holds_even_when_a_run_looks_afresh(agency: Pairs) -> None:
    seekers, helpers = await some(agency)
    wanted = (seekers[0].request, helpers[2].mentor)
    await pin_pair(agency.ask(CLEO), request=wanted[0], mentor=wanted[1], reason="She asked")

    await agency.run()
    await agency.run(afresh=True)

    assert wanted in await agency.pairs()


async def test_pin_that_breaks_a_hard_rule_is_refused_naming_it(agency: Pairs) -> None:
    seekers, helpers = await some(agency)
    kind = RequirementKind.SAFEGUARDING_TRAINING
    await agency.check(helpers[0].mentor, kind, until=agency.today - timedelta(days=1))

    with Refuses(Why.PAIR_BREAKS_RULE, field="mentor"):
        await pin_pair(
            agency.ask(CLEO), request=seekers[0].request, mentor=helpers[0].mentor, reason="Nice"
        )


async def test_pin_that_breaks_a_rule_later_stops_the_run_in_words(agency: Pairs) -> None:
    seekers, helpers = await some(agency)
    await pin_pair(
        agency.ask(CLEO), request=seekers[0].request, mentor=helpers[0].mentor, reason="Nice"
    )
    kind = RequirementKind.SAFEGUARDING_TRAINING
    await agency.check(helpers[0].mentor, kind, until=agency.today - timedelta(days=1))

    run = await desk.run(agency.ask(CLEO), await agency.run())

    assert run is not None
    assert run.state == "failed"
    assert run.fault is not None
    assert "Safeguarding training" in run.fault
    assert "Lift that pin" in run.fault


@pytest.mark.parametrize("reason", ["", "   ", "x" * 501])
async def test_pin_and_forbid_ask_for_a_reason(agency: Pairs, reason: str) -> None:
    seeker, helper = await agency.seeker("Ana Osei"), await agency.helper("Mina Patel")
    why = Why.REASON_TOO_LONG if reason.strip() else Why.REASON_NEEDED

    for action in (pin_pair, forbid_pair):
        with Refuses(why, field="reason"):
            await action(
                agency.ask(CLEO), request=seeker.request, mentor=helper.mentor, reason=reason
            )


async def test_other_agencies_ids_are_not_found(agency: Pairs) -> None:
    ours, theirs = await agency.seeker("Ana Osei"), await agency.helper("Eve Hart", by=PRIYA)
    helper = await agency.helper("Mina Patel")

    for request, mentor in (
        (ours.request, theirs.mentor),
        (RequestId(theirs.mentor), helper.mentor),
        (ours.request, MentorId(ours.request)),
    ):
        with Refuses(Why.NOT_FOUND):
            await pin_pair(agency.ask(CLEO), request=request, mentor=mentor, reason="Nice")


async def test_lifted_rule_no_longer_holds_and_lifting_twice_does_no_harm(agency: Pairs) -> None:
    seeker, helper = await agency.seeker("Ana Osei"), await agency.helper("Mina Patel")
    rule = await forbid_pair(
        agency.ask(CLEO), request=seeker.request, mentor=helper.mentor, reason="Neighbours"
    )
    await agency.run()
    before = await agency.pairs()

    for _ in range(2):
        await pair_rules.lift_pair_rule(agency.ask(CLEO), rule=rule)
    await agency.run()

    assert before == set()
    assert await agency.pairs() == {(seeker.request, helper.mentor)}


async def test_who_is_left_out_is_told_why_and_what_would_help(agency: Pairs) -> None:
    await agency.seeker("Ana Osei")
    await agency.helper("Mina Patel", channels=frozenset({Channel.VIDEO}))
    run = await agency.run()

    ((left, days),) = await desk.left_out(agency.ask(CLEO), run)

    assert days == 0
    assert left.sentence
    assert left.would_help


async def test_what_was_sent_is_not_touched_by_a_newer_run(agency: Pairs) -> None:
    await some(agency)
    await agency.run()
    first, *_ = await agency.suggestions()
    await agency.read_and_send(first)

    await agency.run(afresh=True)

    assert await agency.state_of(first.id) == "proposed"
    assert first.request_id not in {each.request_id for each in await agency.suggestions()}


async def test_chosen_mentor_takes_the_place_of_the_suggestion_and_is_pinned(
    agency: Pairs,
) -> None:
    _, helpers = await some(agency)
    spare = await agency.helper("Tunde Bello", capacity_points=2)
    await agency.run()
    first, *_ = await agency.suggestions()
    taken = {each.mentor_id for each in await agency.suggestions()}
    (mentor,) = {each.mentor for each in (*helpers, spare)} - taken

    chosen = await choose_another(
        agency.ask(CLEO), proposal=first.id, mentor=mentor, reason="Same school"
    )
    await agency.run()

    found = await desk.proposal(agency.ask(CLEO), chosen)
    assert found is not None
    assert (found.state, found.mentor_id, found.read_at) == ("suggested", mentor, None)
    assert found.override_reason == "Same school"
    assert await agency.state_of(first.id) == "set_aside"


async def test_choosing_a_mentor_without_room_for_two_sets_the_other_suggestion_aside(
    agency: Pairs,
) -> None:
    await some(agency)
    await agency.run()
    first, second, _ = await agency.suggestions()

    await choose_another(
        agency.ask(CLEO), proposal=first.id, mentor=second.mentor_id, reason="Same school"
    )

    assert await agency.state_of(second.id) == "set_aside"
    assert len(await agency.suggestions()) == 2


async def test_killed_workers_run_is_taken_up_once_its_lease_is_over(agency: Pairs) -> None:
    await some(agency)
    run = await runs.start_run(agency.ask(CLEO))
    async with agency.ask(replace(CLEO, role="system")).begin() as store:
        lost = await store.runs.take(run, until=agency.clock.now + runs.LEASE)

    early = await jobs.perform_due_runs(agency.ask)
    await agency.clock.advance(seconds=31)
    late = await jobs.perform_due_runs(agency.ask)

    found = await desk.run(agency.ask(CLEO), run)
    assert (lost, early, late) == (1, 0, 1)
    assert found is not None
    assert found.state == "done"


async def test_worker_that_wakes_after_its_lease_writes_nothing(agency: Pairs) -> None:
    run = await runs.start_run(agency.ask(CLEO))
    system = replace(CLEO, role="system")
    async with agency.ask(system).begin() as store:
        old = await store.runs.take(run, until=agency.clock.now + runs.LEASE)
    await agency.clock.advance(seconds=31)
    async with agency.ask(system).begin() as store:
        new = await store.runs.take(run, until=agency.clock.now + runs.LEASE)

    assert old is not None
    assert new is not None
    async with agency.ask(system).begin() as store:
        assert not await store.runs.fail(run, old, fault="Late")
        assert await store.runs.fail(run, new, fault="In time")


async def test_run_cut_off_three_times_ends_in_words(agency: Pairs) -> None:
    run = await runs.start_run(agency.ask(CLEO))
    for _ in range(runs.TRIES_MAX):
        async with agency.ask(replace(CLEO, role="system")).begin() as store:
            await store.runs.take(run, until=agency.clock.now + runs.LEASE)
        await agency.clock.advance(seconds=31)

    await jobs.perform_due_runs(agency.ask)

    found = await desk.run(agency.ask(CLEO), run)
    assert found is not None
    assert (found.state, found.fault) == ("failed", runs.STOPPED_OFTEN)


async def test_no_staff_of_another_agency_sees_run_or_pairs(agency: Pairs) -> None:
    seeker = await agency.seeker("Ana Osei")
    await agency.helper("Mina Patel")
    run = await agency.run()

    for actor in (PRIYA, DEV, seeker.actor):
        assert await desk.run(agency.ask(actor), run) is None
        assert await desk.suggestions(agency.ask(actor), after=0, limit=9) == ([], 0)


async def test_desk_counts_who_is_ready_and_where_help_is_short(agency: Pairs) -> None:
    seekers, _ = await some(agency)
    await agency.run()
    first, *_ = await agency.suggestions()
    await agency.read_and_send(first)

    found = await desk.desk(agency.ask(CLEO))
    (reading,) = await desk.supply(agency.ask(CLEO))

    assert found is not None
    assert (found.counts.ready, found.counts.longest_wait) == (2, seekers[1].request)
    assert (reading.supply.waiting, reading.supply.free_places) == (2, 2)
    assert reading.council.name == "Reading"


async def test_database_knows_the_same_states_as_the_machines(matching_db: Db) -> None:
    for table, machine in (("run", RUN), ("proposal", PROPOSAL), ("mentoring", MENTORING)):
        async with matching_db.begin(CLEO, readonly=True) as turn:
            text: str = await turn.fetchval(
                """
                SELECT pg_get_constraintdef(oid)
                  FROM pg_constraint
                 WHERE conrelid = $1::text::regclass
                   AND conname = $1 || '_state_check'
                """,
                table,
            )
        allowed = {part.split("'")[1] for part in text.split(",") if "'" in part}
        assert allowed == machine.states()


async def test_settings_are_versioned_kept_in_bounds_and_used_by_the_next_run(
    agency: Pairs,
) -> None:
    await some(agency)
    with Refuses(Why.SETTING_OUT_OF_RANGE, field="answerDays"):
        await run_settings.set_run_settings(agency.ask(CLEO), figures={"answer_days": 1})
    with Refuses(Why.NOT_ALLOWED):
        await run_settings.set_run_settings(agency.ask(DEV), figures={"answer_days": 10})

    version = await run_settings.set_run_settings(agency.ask(CLEO), figures={"answer_days": 10})
    run = await agency.run()

    async with agency.ask(CLEO).read() as store:
        record = await store.runs.record(run)
    assert record is not None
    assert (record[1].version, record[1].answer_days) == (version, 10)
