"""What an agency decides for itself: one table, each line with its words, bounds and source.

A new setting is one line here, and `settings.number(THE_LINE)` where it counts. Figures of the
run stand in the table too; their versions are the run's own, because a run replays by them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

LINE = re.compile(r"[A-Za-z0-9À-ÿ][A-Za-z0-9À-ÿ '’&.,-]*")
CLOCK = re.compile(r"([01][0-9]|2[0-3]):(00|30)")
TELLING = re.compile(
    r"adopt|mentor|famil|child|parent|agency|social|foster|council|support|care\b|placement",
    re.IGNORECASE,
)
"""Words that would tell a stranger who sees a phone what a mail is about (domain.md E23)."""


class Section(StrEnum):
    """What a setting is about, in the order in which they are shown."""

    PAIRING = "pairing"
    WAITING = "waiting"
    WRITING = "writing"
    INVITING = "inviting"
    LENDING = "lending"
    ANSWERING = "answering"
    ERASING = "erasing"


class Kind(StrEnum):
    NUMBER = "number"  # a whole number
    CLOCK = "clock"  # a time of day in England, on the hour or the half: 21:00
    LINE = "line"  # a few words that any eyes may see; may be left empty


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """`least` and `most` are both in the safe range; of a line they count letters.

    `title` and `words` are what a person reads; `source` says whose rule it is.
    """

    name: str
    section: Section
    title: str
    words: str
    default: str
    least: str
    most: str
    source: str
    unit: str = ""
    kind: Kind = Kind.NUMBER

    def holds(self, value: str) -> bool:
        """Whether a value is one that this setting may have."""
        if self.kind is Kind.NUMBER:
            is_number = value.isascii() and value.isdecimal() and len(value) < 6
            return is_number and int(self.least) <= int(value) <= int(self.most)
        if self.kind is Kind.CLOCK:
            return CLOCK.fullmatch(value) is not None and self.least <= value <= self.most
        return not value or (len(value) <= int(self.most) and LINE.fullmatch(value) is not None)


QUALITY_FLOOR = Setting(
    name="quality_floor",
    section=Section.PAIRING,
    title="Least fit proposed",
    words="Below it, you decide one by one.",
    unit="points of 100",
    default="55",
    least="40",
    most="90",
    source="domain.md F3",
)
MONTHS_AHEAD_MIN = Setting(
    name="months_ahead_min",
    section=Section.PAIRING,
    title="A mentor is ahead by",
    words="Beyond the family’s own stage.",
    unit="months",
    default="12",
    least="6",
    most="60",
    source="domain.md H8",
)
SUPERVISION_INTERVAL_DAYS = Setting(
    name="supervision_interval_days",
    section=Section.PAIRING,
    title="Supervision counts for",
    words="After the last one. A mentor whose supervision is overdue is given nobody new.",
    unit="days",
    default="90",
    least="28",
    most="180",
    source="domain.md E36",
)
WAITING_TIER_DAYS = Setting(
    name="waiting_tier_days",
    section=Section.PAIRING,
    title="Waits are told apart by",
    words="Closer waits count alike.",
    unit="days",
    default="7",
    least="1",
    most="28",
    source="domain.md F3",
)
ANSWER_DAYS = Setting(
    name="answer_days",
    section=Section.PAIRING,
    title="Time to answer",
    words="For each side. After it, a proposal is over and the family keeps its turn.",
    unit="days",
    default="7",
    least="3",
    most="28",
    source="domain.md D4",
)
STILL_WAITING_DAYS = Setting(
    name="still_waiting_days",
    section=Section.WAITING,
    title="A word to who waits, every",
    words="Whoever has heard nothing for so long is written to: they are not forgotten.",
    unit="days",
    default="28",
    least="14",
    most="56",
    source="domain.md F4, Q2",
)
LONG_WAIT_WEEKS = Setting(
    name="long_wait_weeks",
    section=Section.WAITING,
    title="A long wait begins at",
    words="The desk counts who has waited longer.",
    unit="weeks",
    default="8",
    least="4",
    most="10",
    source="domain.md F4, Q2",
)
WORST_WAIT_WEEKS = Setting(
    name="worst_wait_weeks",
    section=Section.WAITING,
    title="Nobody waits unnoticed beyond",
    words="The desk says it first when somebody has waited longer.",
    unit="weeks",
    default="12",
    least="11",
    most="26",
    source="domain.md F4, Q2",
)
QUIET_FROM = Setting(
    name="quiet_from",
    section=Section.WRITING,
    title="No mail in the evening from",
    words="What is urgent for somebody’s safety is sent at any hour.",
    kind=Kind.CLOCK,
    default="21:00",
    least="18:00",
    most="22:30",
    source="domain.md E57",
)
QUIET_UNTIL = Setting(
    name="quiet_until",
    section=Section.WRITING,
    title="and until, next morning",
    words="What waited in the night leaves then.",
    kind=Kind.CLOCK,
    default="08:00",
    least="06:30",
    most="10:00",
    source="domain.md E57",
)
SENDER_NAME = Setting(
    name="sender_name",
    section=Section.WRITING,
    title="Who mail comes from",
    words="The name beside our address in a list of mail. Strangers may see it on a phone, so it "
    "may not say what it is about. Empty: the name that this site uses for all agencies.",
    unit="letters",
    kind=Kind.LINE,
    default="",
    least="0",
    most="40",
    source="domain.md E23",
)
INVITATION_DAYS = Setting(
    name="invitation_days",
    section=Section.INVITING,
    title="A code that you hand over works for",
    words="After that, you give a new one.",
    unit="days",
    default="14",
    least="2",
    most="30",
    source="design.md 7",
)
LENT_A_YEAR = Setting(
    name="lent_a_year",
    section=Section.LENDING,
    title="Places lent in a year",
    words="To all other agencies together, from April to March, dealt out by their shares. None: "
    "nobody is lent from now on; what was lent stays.",
    unit="places",
    default="12",
    least="0",
    most="200",
    source="domain.md Q5",
)
ANNIVERSARY_DAYS = Setting(
    name="anniversary_days",
    section=Section.ANSWERING,
    title="Of the third anniversary of an order, the placing council keeps",
    words="With 1 the anniversary itself is its last day, with 0 the day before.",
    unit="days",
    default="1",
    least="0",
    most="1",
    source="domain.md A4a",
)
ERASURE_DAYS = Setting(
    name="erasure_days",
    section=Section.ERASING,
    title="An erasure that is agreed to can be called off for",
    words="After that it is done and cannot be undone. The law gives a month from the day on which "
    "the family asked, so leave some days for the second yes.",
    unit="days",
    default="7",
    least="3",
    most="21",
    source="domain.md E49; UK GDPR, article 12(3)",
)
SETTINGS = (
    QUALITY_FLOOR,
    MONTHS_AHEAD_MIN,
    SUPERVISION_INTERVAL_DAYS,
    WAITING_TIER_DAYS,
    ANSWER_DAYS,
    STILL_WAITING_DAYS,
    LONG_WAIT_WEEKS,
    WORST_WAIT_WEEKS,
    QUIET_FROM,
    QUIET_UNTIL,
    SENDER_NAME,
    INVITATION_DAYS,
    LENT_A_YEAR,
    ANNIVERSARY_DAYS,
    ERASURE_DAYS,
)
OF_RUNS = tuple(each for each in SETTINGS if each.section is Section.PAIRING)
OF_AGENCY = {each.name: each for each in SETTINGS if each.section is not Section.PAIRING}
"""By name, those whose versions are the agency's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencySettings:
    """What is in force. Version 0 is what every agency starts from: each line's default."""

    version: int = 0
    values: Mapping[str, str] = field(default_factory=dict)

    def text(self, setting: Setting) -> str:
        return self.values.get(setting.name, setting.default)

    def number(self, setting: Setting) -> int:
        assert setting.kind is Kind.NUMBER, setting.name
        return int(self.text(setting))

    def with_values(self, values: Mapping[str, str]) -> Mapping[str, str]:
        """All values after a change; one that is the default is not kept."""
        after = {**self.values, **values}
        return {name: text for name, text in after.items() if text != OF_AGENCY[name].default}


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingChange:
    setting: Setting
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencySettingsVersion:
    """One version that a person set; `restores` is the earlier one that it went back to."""

    version: int
    set_at: datetime
    set_by: str | None
    why: str
    restores: int | None
    changes: tuple[SettingChange, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingForeseen:
    """What one change would do today, said of now and of then; or why it cannot be, in words."""

    change: SettingChange
    now: str = ""
    then: str = ""
    fault: str | None = None


def spelt(name: str) -> str:
    """As the graph spells it.

    >>> spelt("answer_days")
    'answerDays'
    """
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def changes(before: AgencySettings, after: Mapping[str, str]) -> tuple[SettingChange, ...]:
    """Each setting whose value differs, in the order of the table."""
    then = AgencySettings(values=after)
    return tuple(
        SettingChange(setting=each, before=before.text(each), after=then.text(each))
        for each in OF_AGENCY.values()
        if before.text(each) != then.text(each)
    )
