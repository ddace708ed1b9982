"""The choices that families and mentors pick from; each word is said once, here."""

from enum import StrEnum


class Topic(StrEnum):
    """What a family asks to talk about and a mentor has lived (domain.md F2, first row)."""

    FASD = "fasd"
    ADHD = "adhd"
    AUTISM = "autism"
    SENSORY_NEEDS = "sensory_needs"
    CHILD_TO_PARENT_VIOLENCE = "child_to_parent_violence"
    SCHOOL_START = "school_start"
    EXCLUSION = "exclusion"
    BIRTH_FAMILY_CONTACT = "birth_family_contact"
    LIFE_STORY = "life_story"
    ATTACHMENT = "attachment"
    EARLY_TRAUMA = "early_trauma"
    SLEEP = "sleep"
    FOOD = "food"
    TEENAGE_YEARS = "teenage_years"
    ASSESSMENT_PROCESS = "assessment_process"
    MATCHING_AND_WAITING = "matching_and_waiting"
    MOVING_IN = "moving_in"
    SELF_CARE = "self_care"


class Form(StrEnum):
    """Route to adoption and form of family (domain.md F2, second row)."""

    SIBLINGS = "siblings"
    SINGLE_ADOPTER = "single_adopter"
    SAME_SEX_COUPLE = "same_sex_couple"
    TRANSRACIAL = "transracial"
    OLDER_CHILD = "older_child"
    EARLY_PERMANENCE = "early_permanence"
    SECOND_ADOPTION = "second_adoption"
    BIRTH_CHILDREN_AT_HOME = "birth_children_at_home"


class Channel(StrEnum):
    PHONE = "phone"
    VIDEO = "video"
    IN_PERSON = "in_person"


class Day(StrEnum):
    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


class PartOfDay(StrEnum):
    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"


SLOTS: tuple[str, ...] = tuple(f"{day}_{part}" for day in Day for part in PartOfDay)
"""The 21 weekly slots, such as `tuesday_evening`."""


class Language(StrEnum):
    ENGLISH = "english"
    BSL = "british_sign_language"
    POLISH = "polish"
    PUNJABI = "punjabi"
    URDU = "urdu"
    ROMANIAN = "romanian"
    ARABIC = "arabic"
    WELSH = "welsh"


class AccessNeed(StrEnum):
    STEP_FREE = "step_free"
    HEARING_LOOP = "hearing_loop"
    LARGE_PRINT = "large_print"
    QUIET_PLACE = "quiet_place"
    INTERPRETER = "interpreter"


class Identity(StrEnum):
    """Optional, and counted only where the family asks for it (domain.md E47, F2)."""

    WHITE = "white"
    MIXED = "mixed"
    ASIAN = "asian"
    BLACK = "black"
    LGBTQ = "lgbtq"
    MUSLIM = "muslim"
    CHRISTIAN = "christian"


class Programme(StrEnum):
    """The three mentoring programmes, in rising structure (domain.md D1)."""

    BUDDY = "buddy"
    MENTOR = "mentor"
    PARENT_CONSULTANT = "parent_consultant"


class AgeBand(StrEnum):
    """How a child's age is told to anyone outside the family's own agency."""

    UNDER_2 = "0-1"
    TWO_TO_3 = "2-3"
    FOUR_TO_5 = "4-5"
    SIX_TO_8 = "6-8"
    NINE_TO_11 = "9-11"
    TWELVE_TO_15 = "12-15"
    SIXTEEN_UP = "16-25"
