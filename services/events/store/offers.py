"""SQL of offers: many in one statement, each with its held place, its audit and its notice."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kernel.db import Record, Turn
from kernel.messages import FamilyNoticeWanted, Service
from services.events.model.ids import BookingId, EntryId, EventId, OfferId
from services.events.model.place import Offer, OfferState
from services.events.states.places import ENTRY, OFFER, EntryMove, OfferMove
from services.events.store.plain import body_of


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOffer:
    """One to be made. Without a booking nothing is held: the first of several to answer has it."""

    entry_id: EntryId
    offer_id: OfferId
    booking_id: BookingId | None
    message: FamilyNoticeWanted


MAKE = """
WITH wanted AS (
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::jsonb[])
        AS one (entry_id, offer_id, booking_id, body)
), asked AS (
    UPDATE waiting_entry AS w
       SET state = 'offered', passed_because = NULL, kept_since = NULL,
           version = version + 1
      FROM wanted
     WHERE w.id = wanted.entry_id AND w.state = ANY ($5)
 RETURNING w.id, event_id, family_id, agency, agencies, places, adults, children,
           joined_by, offer_id, booking_id, body
), held AS (
    INSERT INTO booking (id, event_id, family_id, agency, agencies, state, places,
                         adults, children, hold_until, booked_by, booked_at)
    SELECT booking_id, event_id, family_id, agency, agencies, 'held', places, adults,
           children, $6, joined_by, $7
      FROM asked
     WHERE booking_id IS NOT NULL
), offered AS (
    INSERT INTO offer (id, event_id, entry_id, booking_id, family_id, agency, agencies,
                       state, places, made_at, answer_by, made_because, settings_number)
    SELECT offer_id, event_id, id, booking_id, family_id, agency, agencies, 'sent',
           places, $7, $6, $8, $9
      FROM asked
), audited AS (
    INSERT INTO audit (account, role, agency, subject, what, why, facts)
    SELECT $10, $11, agency, id, 'offered', $8,
           jsonb_build_object('event', event_id, 'offer', offer_id)
      FROM asked
), told AS (
    INSERT INTO outbox (receiver, kind, body) SELECT $12, $13, body FROM asked
)
SELECT count(*) FROM asked
"""


class Offers:
    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    async def make(
        self, offers: Sequence[NewOffer], *, answer_by: datetime, settings: int, why: str | None
    ) -> int:
        """Offer to each of these lines, whose event is locked. Returns how many there were."""
        made: int = await self._turn.fetchval(
            MAKE,
            [one.entry_id for one in offers],
            [one.offer_id for one in offers],
            [one.booking_id for one in offers],
            [body_of(one.message) for one in offers],
            ENTRY.starts(EntryMove.OFFER),
            answer_by,
            self._turn.now,
            why,
            settings,
            self._turn.actor.account,
            self._turn.actor.role,
            Service.NOTIFY.value,
            FamilyNoticeWanted.KIND,
        )
        self._turn.has_told = self._turn.has_told or bool(made)
        return made

    async def offer(self, offer: OfferId) -> Offer | None:
        row = await self._turn.fetchrow(
            """
            SELECT id, event_id, entry_id, booking_id, family_id, agency, state, places, made_at,
                   answer_by, answered_at, made_because
              FROM offer
             WHERE id = $1
            """,
            offer,
        )
        return offer_of(row) if row else None

    async def open_of(self, entries: Sequence[EntryId]) -> dict[EntryId, Offer]:
        """The offer that waits for an answer, by the line that it was made to."""
        rows = await self._turn.fetch(
            """
            SELECT id, event_id, entry_id, booking_id, family_id, agency, state, places, made_at,
                   answer_by, answered_at, made_because
              FROM offer
             WHERE entry_id = ANY ($1) AND state = 'sent'
            """,
            list(entries),
        )
        return {EntryId(row["entry_id"]): offer_of(row) for row in rows}

    async def open_at(self, event: EventId) -> Sequence[Offer]:
        """Every offer of an event that waits for an answer, the nearest deadline first."""
        rows = await self._turn.fetch(
            """
            SELECT id, event_id, entry_id, booking_id, family_id, agency, state, places, made_at,
                   answer_by, answered_at, made_because
              FROM offer
             WHERE event_id = $1 AND state = 'sent'
             ORDER BY answer_by, id
             LIMIT 1000
            """,
            event,
        )
        return [offer_of(row) for row in rows]

    async def clashing(self, offer: Offer, *, host: str) -> Sequence[Offer]:
        """What the same family is offered at the same time, at other events of the same host."""
        rows = await self._turn.fetch(
            """
            SELECT o.id, o.event_id, o.entry_id, o.booking_id, o.family_id, o.agency, o.state,
                   o.places, o.made_at, o.answer_by, o.answered_at, o.made_because
              FROM offer AS o
              JOIN event AS e ON e.id = o.event_id AND e.agency = $3
             WHERE o.family_id = $1 AND o.event_id <> $2 AND o.state = 'sent'
               AND EXISTS (SELECT FROM sitting AS this
                             JOIN sitting AS other ON other.event_id = o.event_id
                              AND this.starts_at < other.ends_at AND other.starts_at < this.ends_at
                            WHERE this.event_id = $2 AND NOT this.is_off AND NOT other.is_off)
             ORDER BY o.id
            """,
            offer.family_id,
            offer.event_id,
            host,
        )
        return [offer_of(row) for row in rows]

    async def become(self, offer: OfferId, move: OfferMove, state: OfferState) -> Offer | None:
        """Make a move of the table. None when it cannot be made from the state it is in."""
        row = await self._turn.fetchrow(
            """
            UPDATE offer
               SET state = $2, answered_at = $4
             WHERE id = $1 AND state = ANY ($3)
         RETURNING id, event_id, entry_id, booking_id, family_id, agency, state, places, made_at,
                   answer_by, answered_at, made_because
            """,
            offer,
            state,
            OFFER.starts(move),
            self._turn.now,
        )
        return offer_of(row) if row else None

    async def answer_sooner(self, event: EventId, *, by: datetime) -> None:
        """Its date has moved nearer: no offer stands longer than it may now, nor what it holds."""
        await self._turn.execute(
            """
            WITH sooner AS (
                UPDATE offer SET answer_by = $2
                 WHERE event_id = $1 AND state = ANY ($3) AND answer_by > $2
             RETURNING booking_id
            )
            UPDATE booking SET hold_until = $2 WHERE id IN (SELECT booking_id FROM sooner)
            """,
            event,
            by,
            OFFER.starts(OfferMove.ACCEPT),
        )

    async def revoke_all(self, event: EventId) -> None:
        """The event is called off: no answer counts any more."""
        await self._turn.execute(
            """
            UPDATE offer SET state = 'revoked', answered_at = $3
             WHERE event_id = $1 AND state = ANY ($2)
            """,
            event,
            OFFER.starts(OfferMove.REVOKE),
            self._turn.now,
        )

    async def due(self, at: datetime) -> list[tuple[OfferId, str]]:
        """Offers of any host whose time has passed: ids only."""
        rows = await self._turn.fetch("SELECT offer_id, host FROM offers_due($1)", at)
        return [(OfferId(row["offer_id"]), row["host"]) for row in rows]


def offer_of(row: Record) -> Offer:
    kept: dict[str, Any] = dict(row.items())
    return Offer(**{**kept, "state": OfferState(row["state"])})
