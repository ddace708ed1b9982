"""Mentors of other agencies, as far as an agreement lets them be seen: what crosses, and no more.

The functions asked here (in the migrations) hold the list of columns; they answer the system of the
borrowing agency, and for names its staff.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from kernel.db import Record, Turn
from services.matching.model.days import day_of
from services.matching.model.family import Stage
from services.matching.model.ids import AgencyId, FamilyId, MentorId, Outcode, ProposalId, RequestId
from services.matching.model.lending import LentMentor
from services.matching.model.mentor import MentorState, Requirement, RequirementKind
from services.matching.model.snapshot import Home, Mentor, Pair
from services.matching.model.words import AccessNeed, Channel, Form, Language, Programme, Topic
from services.matching.places.places import Places

NOT_TOLD = "their own agency"
"""Who saw a check: it stays at home."""


class LentMentors:
    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    async def mentors(
        self,
        on: date,
        places: Places,
        *,
        only: Sequence[MentorId] | None = None,
        but_for: ProposalId | None = None,
    ) -> tuple[Mentor, ...]:
        """Whom other agencies lend to the system's agency on the day, each with room.

        `capacity_points` is the room that is left, whatever takes the rest; `but_for` is the
        proposal that does not count against it. The council is the outward code's first.
        """
        rows = await self._turn.fetch(
            """
            SELECT id, family_id, agency, programmes, topics, not_able_to_support, channels,
                   free_points, travel_minutes_max, outcode, stage, stage_on, forms, languages,
                   slots, access_needs, child_birth_months, requirements
              FROM mentors_lent($1, $2, $3)
             LIMIT 20000
            """,
            on,
            list(only) if only is not None else None,
            but_for,
        )
        return tuple(_mentor(row, places) for row in rows)

    async def apart(self) -> frozenset[Pair]:
        """Requests of the agency and mentors of another that may not meet, and never why."""
        rows = await self._turn.fetch("SELECT request_id, mentor_id FROM apart_from_lent()")
        return frozenset((RequestId(row["request_id"]), MentorId(row["mentor_id"])) for row in rows)

    async def named(self, mentors: Sequence[MentorId]) -> dict[MentorId, LentMentor]:
        """What the borrower's staff may be told of these; nothing of those that are not lent."""
        rows = await self._turn.fetch(
            "SELECT id, agency, first_name FROM lent_mentors_named($1, $2)",
            list(mentors),
            day_of(self._turn.now),
        )
        return {
            MentorId(row["id"]): LentMentor(
                mentor_id=MentorId(row["id"]),
                agency=AgencyId(row["agency"]),
                first_name=row["first_name"],
            )
            for row in rows
        }


def _mentor(row: Record, places: Places) -> Mentor:
    mentor = MentorId(row["id"])
    return Mentor(
        mentor_id=mentor,
        home=_home(row, places),
        state=MentorState.ACTIVE,
        requirements=tuple(_requirement(mentor, one) for one in row["requirements"]),
        open_concern=False,
        programmes=frozenset(map(Programme, row["programmes"])),
        topics=frozenset(map(Topic, row["topics"])),
        not_able_to_support=frozenset(map(Topic, row["not_able_to_support"])),
        channels=frozenset(map(Channel, row["channels"])),
        identities=frozenset(),
        capacity_points=row["free_points"],
        load_points=0,
        travel_minutes_max=row["travel_minutes_max"],
        lends_to_other_agencies=True,
    )


def _home(row: Record, places: Places) -> Home:
    area = places.areas[Outcode(row["outcode"])]
    return Home(
        family_id=FamilyId(row["family_id"]),
        agency=AgencyId(row["agency"]),
        outcode=area.outcode,
        council=places.councils_of(area.outcode)[0].code,
        easting_m=area.easting_m,
        northing_m=area.northing_m,
        protected=False,
        stage=Stage(row["stage"]),
        stage_on=row["stage_on"],
        child_birth_months=tuple(row["child_birth_months"]),
        forms=frozenset(map(Form, row["forms"])),
        languages=frozenset(map(Language, row["languages"])),
        slots=frozenset(row["slots"]),
        access_needs=frozenset(map(AccessNeed, row["access_needs"])),
    )


def _requirement(mentor: MentorId, given: dict[str, Any]) -> Requirement:
    until = given["expires_on"]
    return Requirement(
        mentor_id=mentor,
        kind=RequirementKind(given["kind"]),
        met_on=date.fromisoformat(given["met_on"]),
        expires_on=date.fromisoformat(until) if until else None,
        seen_by=NOT_TOLD,
    )
