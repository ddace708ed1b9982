"""SQL of the rules who may come, of families' facts, and of what was asked."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from kernel.db import Record, Turn
from services.events.model.eligibility import (
    Answer,
    Asking,
    AskingId,
    ChildFacts,
    DeskSpan,
    Eligibility,
    FamilyFacts,
    Rule,
    RuleId,
    RuleKind,
    RuleVersion,
    ServiceKind,
)


class EligibilityRules:
    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    async def of_agency(self, agency: str) -> list[Rule]:
        """The newest version of each, by service and place."""
        rows = await self._turn.fetch(
            """
            SELECT DISTINCT ON (service, place, id)
                   id, version, agency, service, place, kind, desks, from_on, until_on, answer,
                   contact, words, source
              FROM eligibility_rule
             WHERE agency = $1
             ORDER BY service, place, id, version DESC
            """,
            agency,
        )
        return [_rule(row) for row in rows]

    async def of_service(self, agencies: Sequence[str], service: ServiceKind) -> list[Rule]:
        """The newest version of each rule that these agencies have for one service."""
        rows = await self._turn.fetch(
            """
            SELECT DISTINCT ON (agency, place, id)
                   id, version, agency, service, place, kind, desks, from_on, until_on, answer,
                   contact, words, source
              FROM eligibility_rule
             WHERE agency = ANY ($1) AND service = $2
             ORDER BY agency, place, id, version DESC
            """,
            list(agencies),
            service,
        )
        return [_rule(row) for row in rows]

    async def versions(self, rule: RuleId) -> list[RuleVersion]:
        """The newest first."""
        rows = await self._turn.fetch(
            """
            SELECT id, version, agency, service, place, kind, desks, from_on, until_on, answer,
                   contact, words, source, set_at, set_by, reason
              FROM eligibility_rule
             WHERE id = $1
             ORDER BY version DESC
            """,
            rule,
        )
        return [
            RuleVersion(
                rule=_rule(row), set_at=row["set_at"], set_by=row["set_by"], reason=row["reason"]
            )
            for row in rows
        ]

    async def hold(self, rule: RuleId) -> None:
        """Change one rule one asker at a time, until the transaction ends."""
        await self._turn.execute(
            "SELECT pg_advisory_xact_lock(hashtext('eligibility rule ' || $1))", str(rule)
        )

    async def write(self, rule: Rule, *, by: UUID, reason: str) -> None:
        """Keep it as the version that it names."""
        await self._turn.execute(
            """
            INSERT INTO eligibility_rule (id, version, agency, service, place, kind, desks,
                                          from_on, until_on, answer, contact, words, source,
                                          set_at, set_by, reason)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
            """,
            rule.id,
            rule.version,
            rule.agency,
            rule.service,
            rule.place,
            rule.kind,
            list(rule.desks),
            rule.from_on,
            rule.until_on,
            rule.answer,
            rule.contact,
            rule.words,
            rule.source,
            self._turn.now,
            by,
            reason,
        )


class Askings:
    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    async def facts(self, family: UUID) -> FamilyFacts | None:
        """What the register told, as far as the asker may see the family."""
        row = await self._turn.fetchrow(
            """
            SELECT family_id, agency, reference, stage, children, lives_with, approved_by
              FROM family_card
             WHERE family_id = $1
            """,
            family,
        )
        if row is None:
            return None
        children = tuple(child_of(child) for child in row["children"])
        return FamilyFacts(**{**dict(row), "children": children})

    async def write_down(self, family: UUID, said: Eligibility, *, by: UUID) -> AskingId:
        """Asking twice on a day is asking once; the newest answer stands."""
        written: UUID = await self._turn.fetchval(
            """
            INSERT INTO eligibility_asking (id, family_id, agency, service, asked_on, answer,
                                            rule_id, rule_version, contact, asked_at, asked_by)
            VALUES (gen_random_uuid(), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
                ON CONFLICT (family_id, agency, service, asked_on) DO UPDATE
               SET answer = excluded.answer,
                   rule_id = excluded.rule_id,
                   rule_version = excluded.rule_version,
                   contact = excluded.contact,
                   asked_at = excluded.asked_at,
                   asked_by = excluded.asked_by
         RETURNING id
            """,
            family,
            said.agency,
            said.service,
            said.on,
            said.answer,
            said.rule.id if said.rule else None,
            said.rule.version if said.rule else None,
            said.contact,
            self._turn.now,
            by,
        )
        return AskingId(written)

    async def of_family(self, family: UUID, *, limit: int) -> Sequence[Asking]:
        """The newest first."""
        rows = await self._turn.fetch(
            """
            SELECT id, family_id, agency, service, asked_on, answer, rule_id, rule_version,
                   contact, asked_at
              FROM eligibility_asking
             WHERE family_id = $1
             ORDER BY asked_at DESC, id
             LIMIT $2
            """,
            family,
            limit,
        )
        return [
            Asking(
                **{
                    **dict(row),
                    "service": ServiceKind(row["service"]),
                    "answer": Answer(row["answer"]),
                }
            )
            for row in rows
        ]


def _rule(row: Record) -> Rule:
    return Rule(
        id=RuleId(row["id"]),
        version=row["version"],
        agency=row["agency"],
        service=ServiceKind(row["service"]),
        place=row["place"],
        kind=RuleKind(row["kind"]),
        desks=tuple(row["desks"]),
        from_on=row["from_on"],
        until_on=row["until_on"],
        answer=Answer(row["answer"]),
        contact=row["contact"],
        words=row["words"],
        source=row["source"],
    )


def child_of(told: dict[str, Any]) -> ChildFacts:
    return ChildFacts(
        age_band=told["age_band"],
        spans=tuple(
            DeskSpan(span["desk"], _day(span["from_on"]), _day(span["until_on"]))
            for span in told["spans"]
        ),
        adopted_through=told["adopted_through"],
        overseas=told["overseas"],
    )


def _day(told: str | None) -> date | None:
    return date.fromisoformat(told) if told else None
