"""How much each criterion counts in each programme, in the graph: words, points, who changed it."""

from __future__ import annotations

from typing import Annotated, Self
from uuid import UUID

import strawberry

import services.matching.graph.pair_words
import services.matching.graph.words  # noqa: F401 - makes the enums
from kernel.graph import Info, Refusable, Refusal, refusal_of
from kernel.messages import Service
from kernel.once import once
from services.matching.actions import run_settings as reading
from services.matching.actions import weighting as actions
from services.matching.graph.improving import WhatIf
from services.matching.model.snapshot import RunSettings
from services.matching.model.weighting import Word
from services.matching.model.words import Programme
from services.matching.rules.rule import PREFERS
from services.matching.rules.weighting import SHARES, points_for, words_for

MATCHING = Service.MATCHING


@strawberry.type
class WeightedCriterion:
    """`points` of 100; `word` is the nearest one where nobody has chosen yet."""

    rule: str
    title: str
    word: Word
    points: int


@strawberry.type
class WordShare:
    """How much a word weighs beside the others."""

    word: Word
    share: int


@strawberry.type
class ProgrammeWeights:
    """`chosen` is false while the programme goes by what we started from."""

    programme: Programme
    chosen: bool
    version: int
    criteria: list[WeightedCriterion]
    shares: list[WordShare]

    @classmethod
    def of(cls, programme: Programme, settings: RunSettings) -> Self:
        words, points = words_for(programme, settings), points_for(programme, settings)
        return cls(
            programme=programme,
            chosen=programme in settings.words,
            version=settings.version,
            criteria=[
                WeightedCriterion(
                    rule=name, title=rule.title, word=words[name], points=points[name]
                )
                for name, rule in PREFERS.items()
            ],
            shares=[WordShare(word=word, share=share) for word, share in SHARES.items()],
        )


@strawberry.type
class WeightsForeseen:
    """Whose answer would change. `against` are mandatory criteria that no pair meets together."""

    what_if: WhatIf
    against: list[str]
    points: list[WeightedCriterion]


@strawberry.input
class CriterionWord:
    rule: str
    word: Word


SetWeightsResult = Annotated[ProgrammeWeights | Refusal, strawberry.union("SetWeightsResult")]


@strawberry.type
class WeightingQuery:
    @strawberry.field
    async def weights(self, info: Info) -> list[ProgrammeWeights]:
        """Of each programme; empty to who does not work with pairs."""
        found = await reading.settings(info.context.ask(MATCHING))
        return [ProgrammeWeights.of(each, found) for each in Programme] if found else []

    @strawberry.field
    async def foresee_weights(
        self, info: Info, programme: Programme, words: list[CriterionWord]
    ) -> WeightsForeseen | None:
        """Today's people by these words. Keeps nothing; null unless each criterion is named."""
        chosen = _words(words)
        ask = info.context.ask(MATCHING)
        found = await actions.foresee_weights(ask, programme=programme, words=chosen)
        if found is None:
            return None
        plain = {name: word.value for name, word in chosen.items()}
        tried = RunSettings(words={programme.value: plain})
        return WeightsForeseen(
            what_if=WhatIf.of(found.compared)
            if found.compared
            else WhatIf(cannot=refusal_of(found.cannot) if found.cannot else None),
            against=list(found.against),
            points=ProgrammeWeights.of(programme, tried).criteria,
        )


def _words(words: list[CriterionWord]) -> dict[str, Word]:
    return {each.rule: each.word for each in words}


@strawberry.type
class WeightingMutation:
    @strawberry.mutation(extensions=[Refusable()])
    async def set_weights(
        self, info: Info, key: UUID, programme: Programme, words: list[CriterionWord]
    ) -> SetWeightsResult:
        """Keep a programme's words as the next version. Refused when mandatory ones contradict."""
        ask = info.context.ask(MATCHING)
        await once(ask, key, actions.set_weights, programme=programme, words=_words(words))
        found = await reading.settings(info.context.ask(MATCHING))
        assert found is not None, "who may set may see"
        return ProgrammeWeights.of(programme, found)
