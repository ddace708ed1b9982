"""SQL of parting a household: what an adult asked for themselves goes to the record of their own.

As the worker, for the agency that keeps both. Moving again moves nothing.
"""

from uuid import UUID

from kernel.db import Turn


class Leavers:
    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    async def lock_events(self, household: UUID, *, by: UUID) -> None:
        """Before places move, so that an offer under way names the one family or the other."""
        await self._turn.execute(
            """
            SELECT FROM event
             WHERE id IN (SELECT event_id FROM booking WHERE family_id = $1 AND booked_by = $2
                           UNION
                          SELECT event_id FROM waiting_entry
                           WHERE family_id = $1 AND joined_by = $2)
             ORDER BY id
               FOR UPDATE
            """,
            household,
            by,
        )

    async def move_places(self, household: UUID, to: UUID, *, by: UUID) -> None:
        """Places and lines that they took, with what was offered, asked and known of gates."""
        await self._turn.execute(
            """
            WITH lines AS (
                UPDATE waiting_entry
                   SET family_id = $2
                 WHERE family_id = $1 AND joined_by = $3
                   AND NOT EXISTS (SELECT FROM waiting_entry AS own
                                    WHERE own.family_id = $2
                                      AND own.event_id = waiting_entry.event_id)
             RETURNING id
            ), offers AS (
                UPDATE offer
                   SET family_id = $2
                 WHERE entry_id IN (SELECT id FROM lines)
            ), places AS (
                UPDATE booking
                   SET family_id = $2
                 WHERE family_id = $1 AND booked_by = $3
                   AND NOT EXISTS (SELECT FROM booking AS own
                                    WHERE own.family_id = $2
                                      AND own.event_id = booking.event_id)
             RETURNING id, event_id
            ), asked AS (
                UPDATE feedback_ask SET family_id = $2 WHERE booking_id IN (SELECT id FROM places)
            )
            UPDATE gate_mark
               SET family_id = $2
             WHERE family_id = $1 AND event_id IN (SELECT event_id FROM places)
               AND NOT EXISTS (SELECT FROM gate_mark AS own
                                WHERE own.family_id = $2 AND own.event_id = gate_mark.event_id
                                  AND own.kind = gate_mark.kind)
            """,
            household,
            to,
            by,
        )

    async def move_groups(self, household: UUID, to: UUID, *, by: UUID) -> None:
        """Groups that they joined, and those that they lead, of the agency that keeps both."""
        await self._turn.execute(
            """
            WITH led AS (
                UPDATE peer_group
                   SET lead_family_id = $2, version = version + 1
                 WHERE lead_account = $3 AND lead_family_id = $1
            )
            UPDATE group_member
               SET family_id = $2
             WHERE family_id = $1 AND asked_by = $3
               AND NOT EXISTS (SELECT FROM group_member AS own
                                WHERE own.family_id = $2 AND own.group_id = group_member.group_id)
            """,
            household,
            to,
            by,
        )

    async def end_calendar(self, household: UUID, *, by: UUID) -> None:
        """The address of a private calendar shows the household's places: it stops at once."""
        await self._turn.execute(
            "DELETE FROM calendar_link WHERE account = $2 AND family_id = $1", household, by
        )

    async def move_askings(self, household: UUID, to: UUID, *, reference: str, by: UUID) -> None:
        """Call-backs, with the number to ring, and what they were answered to "may we come?"."""
        await self._turn.execute(
            """
            WITH calls AS (
                UPDATE call_back
                   SET family_id = $2, reference = $4
                 WHERE family_id = $1 AND asked_by = $3
                   AND NOT EXISTS (SELECT FROM call_back AS own
                                    WHERE own.family_id = $2 AND own.desk = call_back.desk)
            )
            UPDATE eligibility_asking
               SET family_id = $2
             WHERE family_id = $1 AND asked_by = $3
               AND NOT EXISTS (SELECT FROM eligibility_asking AS own
                                WHERE own.family_id = $2 AND own.agency = eligibility_asking.agency
                                  AND own.service = eligibility_asking.service
                                  AND own.asked_on = eligibility_asking.asked_on)
            """,
            household,
            to,
            by,
            reference,
        )
