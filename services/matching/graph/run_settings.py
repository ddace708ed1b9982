"""The settings of the agency's runs in the graph."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

import strawberry

import services.matching.graph.pair_words  # noqa: F401 - makes the enums
from kernel.graph import Info, Refusable, Refusal, refusal_of
from kernel.messages import Service
from kernel.once import once
from kernel.refusal import Refused
from services.matching.actions import run_settings as actions
from services.matching.model import settings as settings_model
from services.matching.model import snapshot as model
from services.matching.model.weighting import Word
from services.matching.model.words import Programme
from services.matching.rules.explain import weights_in_force
from services.matching.rules.rule import PREFERS
from services.matching.rules.weighting import words_for


@strawberry.type
class CriterionWeight:
    rule: str
    title: str
    weight: int


@strawberry.type
class SettingBound:
    """The safe range of a figure, both ends in it."""

    field: str
    least: int
    most: int


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
    bounds: list[SettingBound]

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
            bounds=[
                SettingBound(field=each.field, least=each.least, most=each.most)
                for each in actions.BOUNDS.values()
            ],
        )


@strawberry.type
class WordChange:
    """One criterion of one programme whose word a version changed."""

    programme: Programme
    title: str
    before: Word
    after: Word


def word_changes(before: model.RunSettings, after: model.RunSettings) -> list[WordChange]:
    return [
        WordChange(
            programme=programme,
            title=PREFERS[name].title,
            before=was,
            after=words_for(programme, after)[name],
        )
        for programme in Programme
        for name, was in words_for(programme, before).items()
        if was != words_for(programme, after)[name]
    ]


@strawberry.type
class RunSettingsVersion:
    """One version of the settings: by whom, when, and what stood before it."""

    settings: RunSettings
    before: RunSettings
    set_at: datetime
    set_by: str | None
    words: list[WordChange]

    @classmethod
    def of(cls, version: settings_model.SettingsVersion) -> Self:
        return cls(
            settings=RunSettings.of(version.settings),
            before=RunSettings.of(version.before),
            set_at=version.set_at,
            set_by=version.set_by,
            words=word_changes(version.before, version.settings),
        )


@strawberry.type
class Foreseen:
    """What a run from nothing would come to today."""

    waiting: int
    matched: int
    longest_wait_left_days: int

    @classmethod
    def of(cls, figures: settings_model.Foreseen) -> Self:
        return cls(
            waiting=figures.waiting,
            matched=figures.matched,
            longest_wait_left_days=figures.longest_wait_left_days,
        )


@strawberry.type
class ForeseenChange:
    """Today's people matched by the settings in force (`now`) and by those asked about (`then`).

    Both are null where `cannot` says why it could not be worked out.
    """

    now: Foreseen | None = None
    then: Foreseen | None = None
    cannot: Refusal | None = None


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

    @strawberry.field
    async def run_settings_versions(self, info: Info) -> list[RunSettingsVersion]:
        """Every version that a person set, the newest first, fifty at most."""
        found = await actions.versions(info.context.ask(Service.MATCHING))
        return [RunSettingsVersion.of(each) for each in found]

    @strawberry.field
    async def foresee_run_settings(
        self, info: Info, input: RunSettingsInput
    ) -> ForeseenChange | None:
        """What the figures would change today. Keeps nothing; null for who may not set them."""
        try:
            ask = info.context.ask(Service.MATCHING)
            found = await actions.foresee(ask, figures=_figures(input))
        except Refused as no:
            return ForeseenChange(cannot=refusal_of(no))
        if found is None:
            return None
        return ForeseenChange(now=Foreseen.of(found.now), then=Foreseen.of(found.then))


def _figures(input: RunSettingsInput) -> dict[str, int]:
    return {name: getattr(input, name) for name in actions.BOUNDS}


@strawberry.type
class RunSettingsMutation:
    @strawberry.mutation(extensions=[Refusable()])
    async def set_run_settings(
        self, info: Info, key: UUID, input: RunSettingsInput
    ) -> SetRunSettingsResult:
        """Keep new figures as the next version. Refused outside safe bounds, naming them."""
        ask = info.context.ask(Service.MATCHING)
        await once(ask, key, actions.set_run_settings, figures=_figures(input))
        found = await actions.settings(info.context.ask(Service.MATCHING))
        assert found is not None, "who may set may see"
        return RunSettings.of(found)
