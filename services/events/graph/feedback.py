"""How it was, in the graph: answered by a link without sign-in, read by organisers as numbers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry

import services.events.graph.words  # noqa: F401 - makes the enums
from kernel.graph import Info, Refusable, Refusal, uuid_of
from kernel.messages import Service
from kernel.once import once
from services.events.actions import feedback
from services.events.model import feedback as kept
from services.events.model.feedback import ASKED, Choice, Question, Step
from services.events.model.ids import BookingId, EventId

EVENTS = Service.EVENTS


@strawberry.type
class FeedbackAsk:
    """That the reader is asked how it was, and until when."""

    step: Step
    ends_at: datetime

    @staticmethod
    def of(ask: kept.FeedbackAsk) -> FeedbackAsk:
        return FeedbackAsk(step=ask.step, ends_at=ask.ends_at)


@strawberry.type
class FeedbackAsked:
    """A question that is answered by one of a few words."""

    question: Question
    choices: list[Choice]


@strawberry.type
class FeedbackForm:
    """What a link asks, to whoever has it: the day it is about, and no title, town or name."""

    step: Step
    starts_at: datetime
    ends_at: datetime
    is_answered: bool
    asks_of_children: bool
    questions: list[FeedbackAsked]

    @staticmethod
    def of(found: kept.Opened) -> FeedbackForm:
        return FeedbackForm(
            step=found.step,
            starts_at=found.starts_at,
            ends_at=found.ends_at,
            is_answered=found.is_answered,
            asks_of_children=found.with_children and found.step is Step.AFTER,
            questions=[
                FeedbackAsked(question=question, choices=list(them))
                for question, them in ASKED[found.step].items()
            ],
        )


@strawberry.type
class FeedbackCount:
    """How many gave an answer; null is a number that is hidden."""

    choice: Choice
    times: int | None


@strawberry.type
class FeedbackTally:
    question: Question
    choices: list[FeedbackCount]

    @staticmethod
    def of(tally: kept.Tally) -> FeedbackTally:
        counts = [FeedbackCount(choice=choice, times=times) for choice, times in tally.choices]
        return FeedbackTally(question=tally.question, choices=counts)


@strawberry.type
class FeedbackHeard:
    """What families said at one step. Nothing of it while fewer than five have answered."""

    step: Step
    asked: int = strawberry.field(description="Places that were asked, while that is known.")
    answered: int | None
    tallies: list[FeedbackTally]
    words: list[str]
    child_words: list[str]

    @staticmethod
    def of(heard: kept.Heard) -> FeedbackHeard:
        return FeedbackHeard(
            step=heard.step,
            asked=heard.asked,
            answered=heard.answered,
            tallies=[FeedbackTally.of(tally) for tally in heard.tallies],
            words=list(heard.words),
            child_words=list(heard.child_words),
        )


@strawberry.type
class FeedbackOpened:
    """The secret part of a link of one's own, which nobody can read again."""

    secret: str


@strawberry.type
class FeedbackGiven:
    """What was said is kept as numbers and words, and no longer as anybody's."""

    thanks: bool = True


@strawberry.type
class FeedbackAsking:
    """Whether a family is asked how it was."""

    asked: bool


@strawberry.input
class FeedbackAnswerInput:
    question: Question
    choice: Choice


@strawberry.input
class FeedbackInput:
    """Any of it may be left out, not all. `childWords`: what a child said, in their words."""

    answers: list[FeedbackAnswerInput] = strawberry.field(default_factory=list)
    words: str = ""
    child_words: str = ""

    def given(self) -> kept.Said:
        return kept.Said(
            choices={one.question: one.choice for one in self.answers},
            words=self.words,
            child_words=self.child_words,
        )


OpenFeedbackResult = Annotated[FeedbackOpened | Refusal, strawberry.union("OpenFeedbackResult")]
GiveFeedbackResult = Annotated[FeedbackGiven | Refusal, strawberry.union("GiveFeedbackResult")]
StopFeedbackResult = Annotated[FeedbackAsking | Refusal, strawberry.union("StopFeedbackResult")]
SetFeedbackAskedResult = Annotated[
    FeedbackAsking | Refusal, strawberry.union("SetFeedbackAskedResult")
]


@strawberry.type
class FeedbackQuery:
    @strawberry.field
    async def feedback_form(self, info: Info, secret: str) -> FeedbackForm | None:
        """What a link asks, without sign-in; null where it opens nothing, or no longer."""
        found = await feedback.opened(info.context.ask(EVENTS), secret)
        return FeedbackForm.of(found) if found else None

    @strawberry.field
    async def feedback(self, info: Info, event: strawberry.ID) -> list[FeedbackHeard]:
        """What families said of an event, to who plans for its host; else empty."""
        found = await feedback.heard_of(info.context.ask(EVENTS), EventId(uuid_of(event)))
        return [FeedbackHeard.of(one) for one in found]

    @strawberry.field
    async def is_asked_for_feedback(self, info: Info) -> bool | None:
        """Whether the reader's family is asked at all; null to whoever has none."""
        return await feedback.is_asked(info.context.ask(EVENTS))


@strawberry.type
class FeedbackMutation:
    @strawberry.mutation(extensions=[Refusable()])
    async def open_feedback(
        self, info: Info, booking: strawberry.ID, key: UUID
    ) -> OpenFeedbackResult:
        """A link of one's own to say how it was, for who is signed in.

        Sent again with the same key it gives a fresh one, since the first is kept nowhere.
        """
        which = BookingId(uuid_of(booking))
        await once(info.context.ask(EVENTS), key, feedback.open_feedback, booking=which)
        return FeedbackOpened(secret=await feedback.give_link(info.context.ask(EVENTS), which))

    @strawberry.mutation(extensions=[Refusable()])
    async def give_feedback(
        self, info: Info, secret: str, said: FeedbackInput, key: UUID
    ) -> GiveFeedbackResult:
        """Say how it was, without sign-in: once for each person and asking."""
        ask = info.context.ask(EVENTS)
        await once(ask, key, feedback.give_feedback, secret=secret, said=said.given())
        return FeedbackGiven()

    @strawberry.mutation(extensions=[Refusable()])
    async def stop_feedback(self, info: Info, secret: str, key: UUID) -> StopFeedbackResult:
        """Ask the family of this link no more, without sign-in."""
        await once(info.context.ask(EVENTS), key, feedback.ask_never, secret=secret)
        return FeedbackAsking(asked=False)

    @strawberry.mutation(extensions=[Refusable()])
    async def set_feedback_asked(
        self, info: Info, asked: bool, key: UUID
    ) -> SetFeedbackAskedResult:
        """Whether the reader's family is asked how it was."""
        await once(info.context.ask(EVENTS), key, feedback.set_asked, asked=asked)
        return FeedbackAsking(asked=asked)
