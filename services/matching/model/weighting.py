"""How much a criterion counts, in the four words that a coordinator chooses from."""

from enum import StrEnum


class Word(StrEnum):
    """From the most to the least. Mandatory closes a pair that does not meet it at all."""

    MANDATORY = "mandatory"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
