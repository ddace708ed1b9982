"""The settings of the agency's runs in the graph."""

from __future__ import annotations

from typing import Annotated, Self
from uuid import UUID

import strawberry

from kernel.graph import Info, Refusable, Refusal
from kernel.messages import Service
from kernel.once import once
from services.matching.actions import run_settings as actions
from services.matching.model import snapshot as model
from services.matching.rules.explain import weights_in_force


@strawberry.type
class CriterionWeight:
    rule: str
    title: str
    weight: int


@strawberry.type
class RunSettings:
    """What the agency's next run goes by; a run keeps the version that it used."""

    version: int
    quality_floor: int
    months_ahead_min: int
    supervision_interval_days: int
    waiting_tier_days: int
    answer_days: int
    weights: list[CriterionWeight]

    @classmethod
    def of(cls, settings: model.RunSettings) -> Self:
        return cls(
            version=settings.version,
            quality_floor=settings.quality_floor,
            months_ahead_min=settings.months_ahead_min,
            supervision_interval_days=settings.supervision_interval_days,
            waiting_tier_days=settings.waiting_tier_days,
            answer_days=settings.answer_days,
            weights=[
                CriterionWeight(rule=rule, title=title, weight=weight)
                for rule, title, weight in weights_in_force(settings)
            ],
        )


@strawberry.input
class RunSettingsInput:
    quality_floor: int
    months_ahead_min: int
    supervision_interval_days: int
    waiting_tier_days: int
    answer_days: int


SetRunSettingsResult = Annotated[RunSettings | Refusal, strawberry.union("SetRunSettingsResult")]


@strawberry.type
class RunSettingsQuery:
    @strawberry.field
    async def run_settings(self, info: Info) -> RunSettings | None:
        found = await actions.settings(info.context.ask(Service.MATCHING))
        return RunSettings.of(found) if found else None


@strawberry.type
class RunSettingsMutation:
    @strawberry.mutation(extensions=[Refusable()])
    async def set_run_settings(
        self, info: Info, key: UUID, input: RunSettingsInput
    ) -> SetRunSettingsResult:
        """Keep new figures as the next version. Refused outside safe bounds, naming them."""
        ask = info.context.ask(Service.MATCHING)
        figures = {name: getattr(input, name) for name in actions.BOUNDS}
        await once(ask, key, actions.set_run_settings, figures=figures)
        found = await actions.settings(info.context.ask(Service.MATCHING))
        assert found is not None, "who may set may see"
        return RunSettings.of(found)
