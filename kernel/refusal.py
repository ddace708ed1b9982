"""An expected no: raised by an action so that its transaction rolls back, read by a person."""

from enum import Enum


class Reason(Enum):
    """Base of each service's `Why`: the member's name is the code, its value the sentence.

    A sentence may hold `{facts}` that the refusal fills in. It says what is the matter and what
    the person can do next, and nothing that the person may not know.
    """

    @property
    def code(self) -> str:
        return self.name


class Refused(Exception):
    """We understood, and the answer is no. Not an error: it is never logged as one.

    `field` names the input at fault as the graph spells it, where there is one. `facts` fill the
    sentence; they are shown to the asker, so they hold only what the asker may see.
    """

    def __init__(self, why: Reason, *, field: str | None = None, **facts: object) -> None:
        super().__init__(why.code)
        self.why = why
        self.field = field
        self.facts = facts

    @property
    def code(self) -> str:
        return self.why.code

    @property
    def message(self) -> str:
        return str(self.why.value).format(**self.facts)
