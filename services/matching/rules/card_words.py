"""What each side reads of the other before a yes: facts that name nobody and place nobody.

A card holds no name, place, agency, date or diagnosis of a child: how many adults, children as age
bands, what to talk about, when, and why we thought of them (domain.md E12, E13, E20).
"""

from collections import Counter
from collections.abc import Iterable
from datetime import date

from services.matching.model.card import CardWords
from services.matching.model.family import Stage
from services.matching.model.snapshot import Home, Mentee, Mentor
from services.matching.model.words import Channel, Day, PartOfDay
from services.matching.rules.road import BANDS, age_band
from services.matching.rules.wording import a_list, sentence_case, topic_words, words

COUNTS = ("No", "One", "Two", "Three", "Four", "Five", "Six")
ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth")
WEEKDAYS = tuple(Day)[:5]
ENOUGH_DAYS_TO_SAY_WEEKDAY = 3
BEFORE_A_CHILD = {
    Stage.ENQUIRING: "thinking about adopting",
    Stage.IN_ASSESSMENT: "being assessed now",
    Stage.APPROVED: "approved, and waiting to be matched with a child",
    Stage.MATCHED: "matched with a child who has not moved in yet",
}


def for_mentor(
    mentee: Mentee, mentor: Mentor, *, adults: int, families_already: int, on: date
) -> CardWords:
    """What the mentor reads of the family. `families_already` are those the mentor has now."""
    lived = [topic for topic in mentee.topics if topic in mentor.topics]
    been = f"You have been through {topic_words(lived)}, and you" if lived else "You"
    turn = ORDINALS[families_already] if families_already < len(ORDINALS) else "next"
    return CardWords(
        they=(_household(mentee.home, adults, on),),
        topics=tuple(words(topic) for topic in mentee.topics) or ("whatever comes up",),
        times=times(mentee, mentor),
        why=f"{been} {_shared(mentee, mentor)}. This would be your {turn} family,"
        " within the limit that you chose.",
    )


def for_family(mentee: Mentee, mentor: Mentor, *, on: date) -> CardWords:
    """What the family reads of the mentor."""
    lived = [topic for topic in mentee.topics if topic in mentor.topics]
    been = f"They have been through {topic_words(lived)}, and you" if lived else "You"
    return CardWords(
        they=(f"An adoptive parent{_of_children(mentor.home, on)}",),
        topics=tuple(words(topic) for topic in lived) or ("whatever you bring",),
        times=times(mentee, mentor),
        why=f"{been} {_shared(mentee, mentor)}. Your agency has checked and trained them.",
    )


def times(mentee: Mentee, mentor: Mentor) -> str:
    """When both can, and how: `Weekday evenings, by phone or video`."""
    shared = mentee.home.slots & mentor.home.slots
    return f"{sentence_case(_slots(shared))}, {_channels(mentee.channels & mentor.channels)}"


def _slots(slots: Iterable[str]) -> str:
    days: dict[PartOfDay, list[Day]] = {part: [] for part in PartOfDay}
    for slot in slots:
        day, part = slot.split("_")
        days[PartOfDay(part)].append(Day(day))
    return a_list(_of_days(days[part], part) for part in PartOfDay if days[part])


def _of_days(days: list[Day], part: PartOfDay) -> str:
    """`weekday evenings`; `Saturday and Sunday mornings`; `Tuesday evenings`."""
    in_week = [day for day in WEEKDAYS if day in days]
    at_weekend = [day for day in Day if day in days and day not in WEEKDAYS]
    if len(in_week) >= ENOUGH_DAYS_TO_SAY_WEEKDAY:
        names = ["weekday", *(day.capitalize() for day in at_weekend)]
    else:
        names = [day.capitalize() for day in (*in_week, *at_weekend)]
    return f"{a_list(names)} {part}s"


def _channels(channels: Iterable[Channel]) -> str:
    held = set(channels)
    remote = [words(channel) for channel in (Channel.PHONE, Channel.VIDEO) if channel in held]
    ways = [f"by {' or '.join(remote)}"] if remote else []
    return " or ".join([*ways, *(["in person"] if Channel.IN_PERSON in held else [])])


def _shared(mentee: Mentee, mentor: Mentor) -> str:
    count = len(mentee.home.slots & mentor.home.slots)
    return f"share {_counted(count, 'time').lower()} of the week"


def _household(home: Home, adults: int, on: date) -> str:
    if home.stage in BEFORE_A_CHILD:
        return f"{_counted(adults, 'adult')}, {BEFORE_A_CHILD[home.stage]}"
    children = _children(home, on)
    return f"{_counted(adults, 'parent')}, {children}" if children else _counted(adults, "parent")


def _of_children(home: Home, on: date) -> str:
    children = _children(home, on)
    return f" of {children}" if children else ""


def _children(home: Home, on: date) -> str:
    """`one child aged 4 to 5`; `two children aged 4 to 5 and 9 to 11`."""
    bands = Counter(age_band(month, on) for month in home.child_birth_months)
    if not bands:
        return ""
    ages = a_list(BANDS[band].replace("-", " to ") for band in sorted(bands))
    count = bands.total()
    return f"{_counted(count, 'child', 'children').lower()} aged {ages}"


def _counted(count: int, one: str, many: str | None = None) -> str:
    number = COUNTS[count] if count < len(COUNTS) else str(count)
    return f"{number} {one if count == 1 else many or one + 's'}"
