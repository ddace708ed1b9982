"""What a run tells of itself in the graph: prices of aims, two ways, fairness, where help is short.

For who works with pairs. Places are councils and outward codes: nothing finer is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

import strawberry

from kernel.graph import Info
from services.matching.actions.reckonings import ReckoningSeen
from services.matching.graph.mentors import Mentor, mentor_by_id
from services.matching.graph.places import Council
from services.matching.graph.requests import SupportRequest, request_by_id
from services.matching.model import reckoning as model
from services.matching.model.ids import CouncilCode, MentorId, Outcode, RequestId
from services.matching.model.snapshot import FirstAim
from services.matching.places.places import Places

strawberry.enum(model.Aim, name="RunAim")
strawberry.enum(FirstAim)
SHOWN = 50
POINTS_OF_A_FAMILY = 2
AIM_TITLES = {
    model.Aim.RULES: "Every safety and fit rule",
    model.Aim.KEPT: "Nothing already proposed is moved",
    model.Aim.FLOOR: "Only a fit that is good enough",
    model.Aim.PEOPLE: "Most people matched",
    model.Aim.WAITS: "The longest waits first",
    model.Aim.SCORE: "The best fit of all together",
    model.Aim.LOAD: "An even load",
}


@strawberry.type
class AimPrice:
    """What keeping an aim cost: how many more people, and how much more fit of all together, there
    would be without it. Negative: fewer. Null where it is never traded.
    """

    aim: model.Aim
    title: str
    people: int | None
    score: int | None
    sentence: str

    @classmethod
    def of(cls, price: model.AimPrice) -> Self:
        return cls(
            aim=price.aim,
            title=AIM_TITLES[price.aim],
            people=price.people,
            score=price.score,
            sentence=price.sentence,
        )


@strawberry.type
class WayOfChoosing:
    """`score` is the fit of all pairs together, each 0 to 100."""

    matched: int
    score: int
    longest_wait_left_days: int

    @classmethod
    def of(cls, way: model.Way) -> Self:
        return cls(
            matched=way.matched,
            score=way.score,
            longest_wait_left_days=way.longest_wait_left_days,
        )


@strawberry.type
class Comparison:
    """Most people matched beside the best score, both as if nothing had been proposed before."""

    most: WayOfChoosing
    best: WayOfChoosing
    others_move: int
    kept: strawberry.Private[model.Comparison]

    @classmethod
    def of(cls, kept: model.Comparison) -> Self:
        return cls(
            most=WayOfChoosing.of(kept.most),
            best=WayOfChoosing.of(kept.best),
            others_move=kept.others_move,
            kept=kept,
        )

    @strawberry.field
    async def only_most(self, info: Info) -> list[SupportRequest]:
        """Matched where most people are, and not for the best score; the first fifty by wait."""
        return await _requests(info, self.kept.only_most)

    @strawberry.field
    async def only_best(self, info: Info) -> list[SupportRequest]:
        """Matched for the best score, and not where most people are; the first fifty by wait."""
        return await _requests(info, self.kept.only_best)


async def _requests(info: Info, ids: Sequence[RequestId]) -> list[SupportRequest]:
    """Those still in the asker's sight."""
    found = [await request_by_id(info, each) for each in ids[:SHOWN]]
    return [each for each in found if each is not None]


@strawberry.type
class FairnessMeasure:
    """`found` of `n` broke the aim. In `toPassOn` no number below five is told."""

    code: str
    title: str
    n: int
    found: int
    sentence: str
    to_pass_on: str

    @classmethod
    def of(cls, measure: model.Measure) -> Self:
        return cls(
            code=measure.code,
            title=measure.title,
            n=measure.n,
            found=measure.found,
            sentence=measure.sentence,
            to_pass_on=measure.to_pass_on,
        )


@strawberry.type
class OneMoreMentor:
    """One more mentor like one who is here, living in this outward code: so many people more."""

    outcode: str
    council: Council
    people: int
    mentor_id: strawberry.Private[MentorId]

    @classmethod
    def of(cls, one: model.OneMore, places: Places) -> Self:
        return cls(
            outcode=one.outcode,
            council=_council(places, one.council),
            people=one.people,
            mentor_id=one.like,
        )

    @strawberry.field
    async def like(self, info: Info) -> Mentor | None:
        return await mentor_by_id(info, self.mentor_id)


@strawberry.type
class MoreRoom:
    """So many points more at this mentor would match so many people more."""

    points: int
    people: int
    mentor_id: strawberry.Private[MentorId]

    @classmethod
    def of(cls, one: model.MoreRoom) -> Self:
        return cls(points=one.points, people=one.people, mentor_id=one.mentor_id)

    @strawberry.field
    async def mentor(self, info: Info) -> Mentor | None:
        return await mentor_by_id(info, self.mentor_id)


@strawberry.type
class RunArea:
    """A council on the day of the run, without protected families. Places are families that could
    be taken on, at two points each.
    """

    council: Council
    waiting: int
    left: int
    longest_wait_days: int
    free_places: int
    free_places_left: int

    @classmethod
    def of(cls, area: model.Area, places: Places) -> Self:
        return cls(
            council=_council(places, area.council),
            waiting=area.waiting,
            left=area.left,
            longest_wait_days=area.longest_wait_days,
            free_places=area.free_points // POINTS_OF_A_FAMILY,
            free_places_left=area.free_points_left // POINTS_OF_A_FAMILY,
        )


@strawberry.type
class RunPlace:
    """An outward code of a pair: its centre on the National Grid in metres, nothing nearer."""

    outcode: str
    council: Council
    easting_m: int
    northing_m: int

    @classmethod
    def of(cls, outcode: Outcode, council: CouncilCode, places: Places) -> Self:
        area = places.areas[outcode]
        return cls(
            outcode=outcode,
            council=_council(places, council),
            easting_m=area.easting_m,
            northing_m=area.northing_m,
        )


@strawberry.type
class RunThread:
    """Pairs between two outward codes; a pair with a protected family on either side is in none."""

    family: RunPlace
    mentor: RunPlace
    pairs: int

    @classmethod
    def of(cls, thread: model.Thread, places: Places) -> Self:
        return cls(
            family=RunPlace.of(thread.family_outcode, thread.family_council, places),
            mentor=RunPlace.of(thread.mentor_outcode, thread.mentor_council, places),
            pairs=thread.pairs,
        )


@strawberry.type
class RunBar:
    """From `least` up to the next bar: how many before the run, and after it."""

    least: int
    before: int
    after: int

    @classmethod
    def of(cls, step: model.Step) -> Self:
        return cls(least=step.least, before=step.before, after=step.after)


@strawberry.type
class Reckoning:
    """What a run tells of itself; kept with it, and found by matching again, not by estimate."""

    prices: list[AimPrice]
    comparison: Comparison
    fairness: list[FairnessMeasure]
    one_more: list[OneMoreMentor]
    more_room: list[MoreRoom]
    areas: list[RunArea]
    threads: list[RunThread]
    waits: list[RunBar]
    scores: list[RunBar]

    @classmethod
    def of(cls, seen: ReckoningSeen) -> Self:
        told, places = seen.reckoning, seen.places
        return cls(
            prices=[AimPrice.of(each) for each in told.prices],
            comparison=Comparison.of(told.comparison),
            fairness=[FairnessMeasure.of(each) for each in told.fairness],
            one_more=[OneMoreMentor.of(each, places) for each in told.one_more],
            more_room=[MoreRoom.of(each) for each in told.more_room],
            areas=[RunArea.of(each, places) for each in told.areas],
            threads=[RunThread.of(each, places) for each in told.threads],
            waits=[RunBar.of(each) for each in told.waits],
            scores=[RunBar.of(each) for each in told.scores],
        )


def _council(places: Places, code: CouncilCode) -> Council:
    return Council.of(places.councils[code])
