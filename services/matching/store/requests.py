"""Requests for a mentor: asked, corrected, moved, and listed by how long they wait."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from kernel.db import Record, Turn
from services.matching.model.family import HouseholdAdult
from services.matching.model.given import GivenRequest
from services.matching.model.ids import AdultId, AgencyId, FamilyId, RequestId
from services.matching.model.request import (
    BesidePartner,
    RequestState,
    SupportRequest,
    Wish,
    WishKind,
)
from services.matching.model.words import Channel, Form, Identity, Programme, Topic
from services.matching.states.requests import OPEN, REQUEST, RequestMove


class Requests:
    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    async def add(
        self, adult: HouseholdAdult, given: GivenRequest, *, asked_by_themself: bool
    ) -> SupportRequest | None:
        """Submit a request. None when the adult has one for this programme open already."""
        row = await self._turn.fetchrow(
            """
            INSERT INTO support_request (family_id, adult_id, agency, state, asked_at,
                                         asked_by_themself, programme, topics, ranked_forms,
                                         wishes, must_haves, identities_asked_for, channels,
                                         need_points, other_agencies, note, beside_partner)
            VALUES ($1, $2, $3, 'submitted', $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15,
                    $16)
                ON CONFLICT (adult_id, programme)
                   WHERE state IN ('draft', 'submitted', 'checking', 'ready', 'proposed', 'on_hold')
                DO NOTHING
         RETURNING id, family_id, adult_id, agency, state, asked_at, asked_by_themself, programme,
                   topics, ranked_forms, wishes, must_haves, identities_asked_for, channels,
                   need_points, other_agencies, note, beside_partner, version
            """,
            adult.family_id,
            adult.adult_id,
            adult.agency,
            self._turn.now,
            asked_by_themself,
            *_plain(given),
        )
        return _request(row) if row else None

    async def correct(self, request: RequestId, given: GivenRequest) -> SupportRequest | None:
        """None when it is answered: only an open request is changed. The programme stays."""
        row = await self._turn.fetchrow(
            """
            UPDATE support_request
               SET topics = $3, ranked_forms = $4, wishes = $5, must_haves = $6,
                   identities_asked_for = $7, channels = $8, need_points = $9,
                   other_agencies = $10, note = $11, beside_partner = $12, version = version + 1
             WHERE id = $1
               AND programme = $2
               AND state IN ('draft', 'submitted', 'checking', 'ready', 'on_hold')
         RETURNING id, family_id, adult_id, agency, state, asked_at, asked_by_themself, programme,
                   topics, ranked_forms, wishes, must_haves, identities_asked_for, channels,
                   need_points, other_agencies, note, beside_partner, version
            """,
            request,
            *_plain(given),
        )
        return _request(row) if row else None

    async def move(self, request: RequestId, move: RequestMove) -> SupportRequest | None:
        """None, having written nothing, when the move does not start from where it is."""
        row = await self._turn.fetchrow(
            """
            UPDATE support_request
               SET state = $2, version = version + 1
             WHERE id = $1 AND state = ANY ($3)
         RETURNING id, family_id, adult_id, agency, state, asked_at, asked_by_themself, programme,
                   topics, ranked_forms, wishes, must_haves, identities_asked_for, channels,
                   need_points, other_agencies, note, beside_partner, version
            """,
            request,
            REQUEST.target(move),
            REQUEST.starts(move),
        )
        return _request(row) if row else None

    async def request(self, request: RequestId) -> SupportRequest | None:
        row = await self._turn.fetchrow(
            """
            SELECT id, family_id, adult_id, agency, state, asked_at, asked_by_themself, programme,
                   topics, ranked_forms, wishes, must_haves, identities_asked_for, channels,
                   need_points, other_agencies, note, beside_partner, version
              FROM support_request
             WHERE id = $1
            """,
            request,
        )
        return _request(row) if row else None

    async def requests(self, requests: Sequence[RequestId]) -> list[SupportRequest]:
        rows = await self._turn.fetch(
            """
            SELECT id, family_id, adult_id, agency, state, asked_at, asked_by_themself, programme,
                   topics, ranked_forms, wishes, must_haves, identities_asked_for, channels,
                   need_points, other_agencies, note, beside_partner, version
              FROM support_request
             WHERE id = ANY ($1)
            """,
            list(requests),
        )
        return [_request(row) for row in rows]

    async def of_families(self, families: Sequence[FamilyId]) -> list[SupportRequest]:
        """Every one of the families' requests, the newest first."""
        rows = await self._turn.fetch(
            """
            SELECT id, family_id, adult_id, agency, state, asked_at, asked_by_themself, programme,
                   topics, ranked_forms, wishes, must_haves, identities_asked_for, channels,
                   need_points, other_agencies, note, beside_partner, version
              FROM support_request
             WHERE family_id = ANY ($1)
             ORDER BY family_id, asked_at DESC, id
            """,
            list(families),
        )
        return [_request(row) for row in rows]

    async def hold(self, family: FamilyId) -> None:
        """Let the family's requests be asked one at a time, until the transaction ends."""
        await self._turn.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('requests of ' || $1::uuid::text, 0))",
            family,
        )

    async def open_of(self, family: FamilyId) -> int:
        """How many requests of the family are not answered yet."""
        number: int = await self._turn.fetchval(
            "SELECT count(*) FROM support_request WHERE family_id = $1 AND state = ANY ($2)",
            family,
            list(OPEN),
        )
        return number

    async def page(
        self,
        *,
        search: str | None,
        state: RequestState | None,
        after: tuple[datetime, RequestId] | None,
        limit: int,
    ) -> list[SupportRequest]:
        """The longest wait first; `after` is where the page before ended.

        `search` is matched with the beginnings of names and a whole reference or outward code.
        Without a state, only requests that are not answered yet.
        """
        rows = await self._turn.fetch(
            """
            SELECT id, family_id, adult_id, agency, state, asked_at, asked_by_themself, programme,
                   topics, ranked_forms, wishes, must_haves, identities_asked_for, channels,
                   need_points, other_agencies, note, beside_partner, version
              FROM support_request
             WHERE state = ANY ($2)
               AND ($3::timestamptz IS NULL OR (asked_at, id) > ($3, $4::uuid))
               AND ($1::text IS NULL
                    OR family_id IN (SELECT id
                                       FROM family
                                      WHERE reference = upper($1) OR outcode = upper($1))
                    OR family_id IN (SELECT family_id
                                       FROM identity
                                      WHERE starts_with(sort_name, lower($1))
                                         OR starts_with(lower(first_name || ' ' || last_name),
                                                        lower($1))))
             ORDER BY asked_at, id
             LIMIT $5
            """,
            search,
            [state] if state else list(OPEN),
            after[0] if after else None,
            after[1] if after else None,
            limit,
        )
        return [_request(row) for row in rows]

    async def count(self, *, search: str | None, state: RequestState | None) -> int:
        number: int = await self._turn.fetchval(
            """
            SELECT count(*)
              FROM support_request
             WHERE state = ANY ($2)
               AND ($1::text IS NULL
                    OR family_id IN (SELECT id
                                       FROM family
                                      WHERE reference = upper($1) OR outcode = upper($1))
                    OR family_id IN (SELECT family_id
                                       FROM identity
                                      WHERE starts_with(sort_name, lower($1))
                                         OR starts_with(lower(first_name || ' ' || last_name),
                                                        lower($1))))
            """,
            search,
            [state] if state else list(OPEN),
        )
        return number


def _plain(given: GivenRequest) -> tuple[Any, ...]:
    """The columns of a request that a person gives, in the order of the statements above."""
    return (
        given.programme,
        list(given.topics),
        list(given.ranked_forms),
        [{"kind": wish.kind, "value": wish.value} for wish in given.wishes],
        [{"kind": wish.kind, "value": wish.value} for wish in given.must_haves],
        sorted(given.identities_asked_for),
        sorted(given.channels),
        given.need_points,
        given.other_agencies,
        given.note,
        given.beside_partner,
    )


def wishes_of(rows: Sequence[dict[str, str]]) -> tuple[Wish, ...]:
    return tuple(Wish(kind=WishKind(row["kind"]), value=row["value"]) for row in rows)


def _request(row: Record) -> SupportRequest:
    whose: UUID = row["family_id"]
    return SupportRequest(
        id=RequestId(row["id"]),
        family_id=FamilyId(whose),
        adult_id=AdultId(row["adult_id"]),
        agency=AgencyId(row["agency"]),
        state=RequestState(row["state"]),
        asked_at=row["asked_at"],
        asked_by_themself=row["asked_by_themself"],
        programme=Programme(row["programme"]),
        topics=tuple(map(Topic, row["topics"])),
        ranked_forms=tuple(map(Form, row["ranked_forms"])),
        wishes=wishes_of(row["wishes"]),
        must_haves=wishes_of(row["must_haves"]),
        identities_asked_for=frozenset(map(Identity, row["identities_asked_for"])),
        channels=frozenset(map(Channel, row["channels"])),
        need_points=row["need_points"],
        other_agencies=row["other_agencies"],
        note=row["note"],
        beside_partner=BesidePartner(row["beside_partner"]),
        version=row["version"],
    )
