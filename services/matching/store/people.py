"""The people of a run: ready requests and mentors as the rules see them.

Run as the system of one agency: row-level security keeps the rows to that agency, and blocks and
do-not-match are open to nobody but the safeguarding lead and the worker.
"""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from kernel.db import Record, Turn
from services.matching.model.days import day_of
from services.matching.model.family import Stage
from services.matching.model.ids import (
    AdultId,
    AgencyId,
    CouncilCode,
    FamilyId,
    MentorId,
    Outcode,
    RequestId,
)
from services.matching.model.mentor import MentorState
from services.matching.model.request import BesidePartner
from services.matching.model.snapshot import Home, Mentee, Mentor, Pair
from services.matching.model.words import (
    AccessNeed,
    Channel,
    Form,
    Identity,
    Language,
    Programme,
    Topic,
)
from services.matching.places.places import Places
from services.matching.states.proposals import RUNNING_MENTORINGS, SENT_AND_OPEN
from services.matching.store.mentors import requirement_of
from services.matching.store.requests import wishes_of


class People:
    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    async def mentees(
        self,
        on: date,
        places: Places,
        *,
        only: RequestId | Sequence[RequestId] | None = None,
        matched: bool = False,
    ) -> tuple[Mentee, ...]:
        """The ready requests, the longest wait first; waits are counted to the day `on`.

        `only` asks for those, also when they are proposed to somebody now, and, where `matched`
        says so, when they have a mentor.
        """
        wanted = [only] if isinstance(only, UUID) else only
        rows = await self._turn.fetch(
            """
            SELECT request.id, request.asked_at, request.asked_by_themself, request.programme,
                   request.topics, request.ranked_forms, request.wishes, request.must_haves,
                   request.identities_asked_for, request.channels, request.need_points,
                   request.other_agencies AND NOT family.protected
                   AND still_chosen(request.adult_id) AS other_agencies,
                   request.adult_id, request.beside_partner,
                   EXISTS (SELECT FROM consent
                            WHERE consent.adult_id = request.adult_id
                              AND consent.purpose = 'mentoring'
                              AND consent.withdrawn_at IS NULL) AS consents,
                   family.id AS family_id, family.agency, family.outcode, family.council,
                   family.protected, family.stage, family.stage_on, family.forms,
                   family.languages, family.slots, family.access_needs,
                   ARRAY (SELECT child.birth_month FROM child
                           WHERE child.family_id = family.id
                           ORDER BY child.birth_month) AS child_birth_months
              FROM support_request AS request
              JOIN family ON family.id = request.family_id
             WHERE CASE WHEN $1::uuid[] IS NULL
                        THEN request.state = 'ready'
                        ELSE request.id = ANY ($1)
                             AND (request.state IN ('ready', 'proposed')
                                  OR ($2 AND request.state = 'matched')) END
             ORDER BY request.asked_at, request.id
            """,
            list(wanted) if wanted is not None else None,
            matched,
        )
        beside = await self._beside([row["id"] for row in rows])
        return tuple(_mentee(row, beside.get(row["id"], []), on, places) for row in rows)

    async def _beside(self, requests: list[RequestId]) -> dict[RequestId, list[Record]]:
        """Who helps the other adults of their households already, and whether not them too (H14).

        Of two who are both among the requests, neither has anybody yet.
        """
        rows = await self._turn.fetch(
            """
            SELECT DISTINCT request.id, helped.mentor_id,
                   'different_mentor' IN (request.beside_partner, theirs.beside_partner) AS apart
              FROM support_request AS request
              JOIN support_request AS theirs ON theirs.family_id = request.family_id
                                            AND theirs.adult_id <> request.adult_id
                                            AND theirs.id <> ALL ($1)
              JOIN (SELECT request_id, mentor_id FROM mentoring WHERE state = ANY ($2)
                     UNION ALL
                    SELECT request_id, mentor_id FROM proposal WHERE state = ANY ($3)) AS helped
                ON helped.request_id = theirs.id
             WHERE request.id = ANY ($1)
               AND NOT (request.beside_partner = 'either' AND theirs.beside_partner = 'either')
             ORDER BY request.id, helped.mentor_id
            """,
            requests,
            list(RUNNING_MENTORINGS),
            list(SENT_AND_OPEN),
        )
        found: dict[RequestId, list[Record]] = {}
        for row in rows:
            found.setdefault(RequestId(row["id"]), []).append(row)
        return found

    async def mentors(
        self,
        on: date,
        places: Places,
        *,
        only: MentorId | Sequence[MentorId] | None = None,
    ) -> tuple[Mentor, ...]:
        """Mentors in training or beyond, with what holds of their profile; loads are left at 0.

        Who is not matchable is here too: the rules say so, and a reason can be given. `only`
        asks for that one, or those, whatever their state.
        """
        del on  # a requirement is judged against the day by the rules, not here
        wanted = [only] if isinstance(only, UUID) else only
        rows = await self._turn.fetch(
            """
            SELECT mentor.id, mentor.state, mentor.programmes, mentor.topics,
                   mentor.not_able_to_support, mentor.channels, mentor.identities,
                   mentor.capacity_points, mentor.travel_minutes_max,
                   mentor.lends_to_other_agencies,
                   family.id IN (SELECT families_of_concern()) AS open_concern,
                   EXISTS (SELECT FROM retirement
                            WHERE retirement.mentor_id = mentor.id
                              AND retirement.called_off_at IS NULL) AS retiring,
                   still_mentors(mentor.adult_id) AS consents,
                   family.id AS family_id, family.agency, family.outcode, family.council,
                   family.protected, family.stage, family.stage_on, family.forms,
                   family.languages, family.slots, family.access_needs,
                   ARRAY (SELECT child.birth_month FROM child
                           WHERE child.family_id = family.id
                           ORDER BY child.birth_month) AS child_birth_months
              FROM mentor
              JOIN family ON family.id = mentor.family_id
             WHERE CASE WHEN $1::uuid[] IS NULL
                        THEN mentor.state IN ('in_training', 'active', 'paused', 'blocked')
                        ELSE mentor.id = ANY ($1) END
             ORDER BY mentor.id
            """,
            list(wanted) if wanted is not None else None,
        )
        requirements = await self._requirements([row["id"] for row in rows])
        return tuple(_mentor(row, requirements.get(row["id"], []), places) for row in rows)

    async def not_available(self) -> frozenset[Pair]:
        """Requests that wait, are proposed or have a mentor, and mentors, that may not meet.

        One family, a block, or do-not-match.
        """
        rows = await self._turn.fetch(
            """
            SELECT request.id AS request_id, mentor.id AS mentor_id
              FROM support_request AS request
              JOIN mentor ON mentor.family_id = request.family_id
             WHERE request.state IN ('ready', 'proposed', 'matched')
             UNION
            SELECT request.id, mentor.id
              FROM (SELECT family_id, other_family_id FROM block WHERE lifted_at IS NULL
                     UNION ALL
                    SELECT other_family_id, family_id FROM block WHERE lifted_at IS NULL
                     UNION ALL
                    SELECT family_id, other_family_id FROM do_not_match WHERE lifted_at IS NULL
                     UNION ALL
                    SELECT other_family_id, family_id FROM do_not_match WHERE lifted_at IS NULL
                   ) AS apart (one, other)
              JOIN support_request AS request ON request.family_id = apart.one
              JOIN mentor ON mentor.family_id = apart.other
             WHERE request.state IN ('ready', 'proposed', 'matched')
            """
        )
        return frozenset((RequestId(row["request_id"]), MentorId(row["mentor_id"])) for row in rows)

    async def _requirements(self, mentors: list[MentorId]) -> dict[MentorId, list[Record]]:
        rows = await self._turn.fetch(
            """
            SELECT mentor_id, kind, met_on, expires_on, seen_by
              FROM requirement
             WHERE mentor_id = ANY ($1) AND replaced_at IS NULL
             ORDER BY mentor_id, kind
            """,
            mentors,
        )
        found: dict[MentorId, list[Record]] = {}
        for row in rows:
            found.setdefault(MentorId(row["mentor_id"]), []).append(row)
        return found


def _home(row: Record, places: Places) -> Home:
    area = places.areas[Outcode(row["outcode"])]
    return Home(
        family_id=FamilyId(row["family_id"]),
        agency=AgencyId(row["agency"]),
        outcode=Outcode(row["outcode"]),
        council=CouncilCode(row["council"]),
        easting_m=area.easting_m,
        northing_m=area.northing_m,
        protected=row["protected"],
        stage=Stage(row["stage"]),
        stage_on=row["stage_on"],
        child_birth_months=tuple(row["child_birth_months"]),
        forms=frozenset(map(Form, row["forms"])),
        languages=frozenset(map(Language, row["languages"])),
        slots=frozenset(row["slots"]),
        access_needs=frozenset(map(AccessNeed, row["access_needs"])),
    )


def _mentee(row: Record, beside: Sequence[Record], on: date, places: Places) -> Mentee:
    asked_on = day_of(row["asked_at"])
    return Mentee(
        request_id=RequestId(row["id"]),
        home=_home(row, places),
        waiting_days=max(0, (on - asked_on).days),
        asked_by_themself=row["asked_by_themself"],
        consents_to_mentoring=row["consents"],
        programme=Programme(row["programme"]),
        topics=tuple(map(Topic, row["topics"])),
        ranked_forms=tuple(map(Form, row["ranked_forms"])),
        wishes=wishes_of(row["wishes"]),
        must_haves=wishes_of(row["must_haves"]),
        identities_asked_for=frozenset(map(Identity, row["identities_asked_for"])),
        channels=frozenset(map(Channel, row["channels"])),
        need_points=row["need_points"],
        other_agencies=row["other_agencies"],
        adult_id=AdultId(row["adult_id"]),
        beside_partner=BesidePartner(row["beside_partner"]),
        same_mentor_as=frozenset(MentorId(one["mentor_id"]) for one in beside if not one["apart"]),
        other_mentor_than=frozenset(MentorId(one["mentor_id"]) for one in beside if one["apart"]),
    )


def _mentor(row: Record, requirements: list[Record], places: Places) -> Mentor:
    return Mentor(
        mentor_id=MentorId(row["id"]),
        home=_home(row, places),
        state=MentorState(row["state"]),
        requirements=tuple(map(requirement_of, requirements)),
        open_concern=row["open_concern"],
        programmes=frozenset(map(Programme, row["programmes"])),
        topics=frozenset(map(Topic, row["topics"])),
        not_able_to_support=frozenset(map(Topic, row["not_able_to_support"])),
        channels=frozenset(map(Channel, row["channels"])),
        identities=frozenset(map(Identity, row["identities"])),
        capacity_points=row["capacity_points"],
        load_points=0,
        travel_minutes_max=row["travel_minutes_max"],
        lends_to_other_agencies=row["lends_to_other_agencies"],
        retiring=row["retiring"],
        consents_to_mentoring=row["consents"],
    )
