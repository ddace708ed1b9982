"""Mentors, and the dated requirements of their check profile."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from kernel.db import Record, Turn
from services.matching.model.family import HouseholdAdult
from services.matching.model.given import GivenMentor
from services.matching.model.ids import AdultId, AgencyId, FamilyId, MentorId
from services.matching.model.mentor import (
    MentorRecord,
    MentorState,
    Requirement,
    RequirementKind,
)
from services.matching.model.words import Channel, Identity, Programme, Topic
from services.matching.states.mentors import MENTOR, MentorMove


class Mentors:
    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    async def add(self, adult: HouseholdAdult, given: GivenMentor) -> MentorRecord | None:
        """Write a mentor who has applied. None when the adult is on the list already."""
        row = await self._turn.fetchrow(
            """
            INSERT INTO mentor (adult_id, family_id, agency, state, programmes, topics,
                                not_able_to_support, channels, identities, capacity_points,
                                travel_minutes_max, lends_to_other_agencies)
            VALUES ($1, $2, $3, 'applied', $4, $5, $6, $7, $8, $9, $10, $11)
                ON CONFLICT (adult_id) DO NOTHING
         RETURNING id, adult_id, family_id, agency, state, programmes, topics,
                   not_able_to_support, channels, identities, capacity_points,
                   travel_minutes_max, lends_to_other_agencies, version, lapsed_at
            """,
            adult.adult_id,
            adult.family_id,
            adult.agency,
            *_plain(given),
        )
        return _mentor(row) if row else None

    async def correct(self, mentor: MentorId, given: GivenMentor) -> MentorRecord | None:
        row = await self._turn.fetchrow(
            """
            UPDATE mentor
               SET programmes = $2, topics = $3, not_able_to_support = $4, channels = $5,
                   identities = $6, capacity_points = $7, travel_minutes_max = $8,
                   lends_to_other_agencies = $9, version = version + 1
             WHERE id = $1
         RETURNING id, adult_id, family_id, agency, state, programmes, topics,
                   not_able_to_support, channels, identities, capacity_points,
                   travel_minutes_max, lends_to_other_agencies, version, lapsed_at
            """,
            mentor,
            *_plain(given),
        )
        return _mentor(row) if row else None

    async def mentor(self, mentor: MentorId) -> MentorRecord | None:
        row = await self._turn.fetchrow(
            """
            SELECT id, adult_id, family_id, agency, state, programmes, topics,
                   not_able_to_support, channels, identities, capacity_points,
                   travel_minutes_max, lends_to_other_agencies, version, lapsed_at
              FROM mentor
             WHERE id = $1
            """,
            mentor,
        )
        return _mentor(row) if row else None

    async def mentors(self, mentors: Sequence[MentorId]) -> list[MentorRecord]:
        rows = await self._turn.fetch(
            """
            SELECT id, adult_id, family_id, agency, state, programmes, topics,
                   not_able_to_support, channels, identities, capacity_points,
                   travel_minutes_max, lends_to_other_agencies, version, lapsed_at
              FROM mentor
             WHERE id = ANY ($1)
            """,
            list(mentors),
        )
        return [_mentor(row) for row in rows]

    async def of_families(self, families: Sequence[FamilyId]) -> list[MentorRecord]:
        rows = await self._turn.fetch(
            """
            SELECT id, adult_id, family_id, agency, state, programmes, topics,
                   not_able_to_support, channels, identities, capacity_points,
                   travel_minutes_max, lends_to_other_agencies, version, lapsed_at
              FROM mentor
             WHERE family_id = ANY ($1)
             ORDER BY family_id, id
            """,
            list(families),
        )
        return [_mentor(row) for row in rows]

    async def of_adults(self, adults: Sequence[AdultId]) -> list[MentorRecord]:
        rows = await self._turn.fetch(
            """
            SELECT id, adult_id, family_id, agency, state, programmes, topics,
                   not_able_to_support, channels, identities, capacity_points,
                   travel_minutes_max, lends_to_other_agencies, version, lapsed_at
              FROM mentor
             WHERE adult_id = ANY ($1)
            """,
            list(adults),
        )
        return [_mentor(row) for row in rows]

    async def page(
        self,
        *,
        search: str | None,
        state: MentorState | None,
        after: tuple[str, MentorId] | None,
        limit: int,
    ) -> list[tuple[str, MentorRecord]]:
        """By last name, each with its sort key; `after` is the key and id of the page before.

        `search` is matched with the beginnings of names and a whole reference or outward code.
        """
        rows = await self._turn.fetch(
            """
            SELECT mentor.id, mentor.adult_id, mentor.family_id, mentor.agency, mentor.state,
                   mentor.programmes, mentor.topics, mentor.not_able_to_support, mentor.channels,
                   mentor.identities, mentor.capacity_points, mentor.travel_minutes_max,
                   mentor.lends_to_other_agencies, mentor.version, mentor.lapsed_at,
                   coalesce(identity.sort_name, '') AS sort_name
              FROM mentor
              JOIN family ON family.id = mentor.family_id
              LEFT JOIN identity ON identity.adult_id = mentor.adult_id
             WHERE ($2::text IS NULL OR mentor.state = $2)
               AND ($1::text IS NULL
                    OR family.reference = upper($1)
                    OR family.outcode = upper($1)
                    OR starts_with(identity.sort_name, lower($1))
                    OR starts_with(lower(identity.first_name || ' ' || identity.last_name),
                                   lower($1)))
               AND ($3::text IS NULL
                    OR (coalesce(identity.sort_name, ''), mentor.id) > ($3, $4::uuid))
             ORDER BY coalesce(identity.sort_name, ''), mentor.id
             LIMIT $5
            """,
            search,
            state,
            after[0] if after else None,
            after[1] if after else None,
            limit,
        )
        return [(row["sort_name"], _mentor(row)) for row in rows]

    async def count(self, *, search: str | None, state: MentorState | None) -> int:
        number: int = await self._turn.fetchval(
            """
            SELECT count(*)
              FROM mentor
              JOIN family ON family.id = mentor.family_id
              LEFT JOIN identity ON identity.adult_id = mentor.adult_id
             WHERE ($2::text IS NULL OR mentor.state = $2)
               AND ($1::text IS NULL
                    OR family.reference = upper($1)
                    OR family.outcode = upper($1)
                    OR starts_with(identity.sort_name, lower($1))
                    OR starts_with(lower(identity.first_name || ' ' || identity.last_name),
                                   lower($1)))
            """,
            search,
            state,
        )
        return number

    async def move(self, mentor: MentorId, move: MentorMove) -> MentorRecord | None:
        """None, having written nothing, when the move does not start from where the mentor is."""
        row = await self._turn.fetchrow(
            """
            UPDATE mentor
               SET state = $2, version = version + 1,
                   lapsed_at = CASE WHEN $4 THEN $5::timestamptz END
             WHERE id = $1 AND state = ANY ($3)
         RETURNING id, adult_id, family_id, agency, state, programmes, topics,
                   not_able_to_support, channels, identities, capacity_points,
                   travel_minutes_max, lends_to_other_agencies, version, lapsed_at
            """,
            mentor,
            MENTOR.target(move),
            MENTOR.starts(move),
            move is MentorMove.LAPSE,
            self._turn.now,
        )
        return _mentor(row) if row else None

    async def touch(self, mentor: MentorId) -> None:
        """Raise the version, and hold the row so that its requirements change one at a time."""
        await self._turn.execute("UPDATE mentor SET version = version + 1 WHERE id = $1", mentor)

    async def agencies_of_lapses(self) -> list[AgencyId]:
        """Where an active mentor may have a check out of date, in any agency."""
        rows = await self._turn.fetch("SELECT agency FROM agencies_of_lapses() AS agency")
        return [AgencyId(row["agency"]) for row in rows]

    async def families_of_concern(self) -> set[FamilyId]:
        """Families of the asker's agency about whom a concern is open; not what it says."""
        rows = await self._turn.fetch("SELECT family FROM families_of_concern() AS family")
        return {FamilyId(row["family"]) for row in rows}


class Requirements:
    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    async def replace(self, mentor: MentorId, kind: RequirementKind) -> None:
        """Put the record that holds now among the earlier ones."""
        await self._turn.execute(
            """
            UPDATE requirement
               SET replaced_at = $3
             WHERE mentor_id = $1 AND kind = $2 AND replaced_at IS NULL
            """,
            mentor,
            kind,
            self._turn.now,
        )

    async def record(self, requirement: Requirement, agency: AgencyId) -> None:
        await self._turn.execute(
            """
            INSERT INTO requirement (mentor_id, agency, kind, met_on, expires_on, seen_by,
                                     recorded_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            """,
            requirement.mentor_id,
            agency,
            requirement.kind,
            requirement.met_on,
            requirement.expires_on,
            requirement.seen_by,
            self._turn.now,
        )

    async def of_mentors(self, mentors: Sequence[MentorId]) -> list[Requirement]:
        """Those that hold now, in or out of date."""
        rows = await self._turn.fetch(
            """
            SELECT mentor_id, kind, met_on, expires_on, seen_by
              FROM requirement
             WHERE mentor_id = ANY ($1) AND replaced_at IS NULL
             ORDER BY mentor_id, kind
            """,
            list(mentors),
        )
        return [requirement_of(row) for row in rows]


def requirement_of(row: Record) -> Requirement:
    expires_on: date | None = row["expires_on"]
    return Requirement(
        mentor_id=MentorId(row["mentor_id"]),
        kind=RequirementKind(row["kind"]),
        met_on=row["met_on"],
        expires_on=expires_on,
        seen_by=row["seen_by"],
    )


def _plain(given: GivenMentor) -> tuple[Any, ...]:
    """The columns of a mentor that staff give, in the order of the statements above."""
    return (
        sorted(given.programmes),
        sorted(given.topics),
        sorted(given.not_able_to_support),
        sorted(given.channels),
        sorted(given.identities),
        given.capacity_points,
        given.travel_minutes_max,
        given.lends_to_other_agencies,
    )


def _mentor(row: Record) -> MentorRecord:
    return MentorRecord(
        id=MentorId(row["id"]),
        adult_id=AdultId(row["adult_id"]),
        family_id=FamilyId(row["family_id"]),
        agency=AgencyId(row["agency"]),
        state=MentorState(row["state"]),
        programmes=frozenset(map(Programme, row["programmes"])),
        topics=frozenset(map(Topic, row["topics"])),
        not_able_to_support=frozenset(map(Topic, row["not_able_to_support"])),
        channels=frozenset(map(Channel, row["channels"])),
        identities=frozenset(map(Identity, row["identities"])),
        capacity_points=row["capacity_points"],
        travel_minutes_max=row["travel_minutes_max"],
        lends_to_other_agencies=row["lends_to_other_agencies"],
        version=row["version"],
        lapsed_at=row["lapsed_at"],
    )
