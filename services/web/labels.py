"""The codes of the graph in the words that people read: one table for each kind of choice."""

from collections.abc import Iterable

from services.web.event_labels import (
    BEST_TIME,
    BOOKING,
    CALL_BACK,
    CHARGED,
    EVENT_KIND,
    EVENT_STATE,
    FEEDBACK_CHOICE,
    FEEDBACK_QUESTION,
    FEEDBACK_STEP,
    GATE,
    GATE_STATE,
    GROUP_JOINING,
    GROUP_KIND,
    GROUP_STATE,
    LEADER_CHECK,
    LED_TO,
    MAILING_FREQUENCY,
    MAILING_TOPIC,
    MAY_COME,
    OVERRIDE,
    OVERRIDE_OVER,
    OVERRIDE_STATE,
    PASSED,
    PLACE,
    RULE_KIND,
    SERVICE,
    SKIPPED,
    STANDING,
    TAKEN_BACK,
    TEAM_PART,
    Table,
)
from services.web.wording import listed

TOPIC: Table = {
    "FASD": "FASD",
    "ADHD": "ADHD",
    "AUTISM": "Autism",
    "SENSORY_NEEDS": "Sensory needs",
    "CHILD_TO_PARENT_VIOLENCE": "Violence from a child",
    "SCHOOL_START": "Starting school",
    "EXCLUSION": "Exclusion from school",
    "BIRTH_FAMILY_CONTACT": "Contact with birth family",
    "LIFE_STORY": "Telling their life story",
    "ATTACHMENT": "Attachment",
    "EARLY_TRAUMA": "Early trauma",
    "SLEEP": "Sleep",
    "FOOD": "Food and eating",
    "TEENAGE_YEARS": "Teenage years",
    "ASSESSMENT_PROCESS": "Being assessed",
    "MATCHING_AND_WAITING": "Waiting for a match",
    "MOVING_IN": "A child moving in",
    "SELF_CARE": "Looking after yourself",
}
FORM: Table = {
    "SIBLINGS": "Brothers or sisters together",
    "SINGLE_ADOPTER": "One parent",
    "SAME_SEX_COUPLE": "Same-sex couple",
    "TRANSRACIAL": "Child of another ethnicity",
    "OLDER_CHILD": "Older child",
    "EARLY_PERMANENCE": "Early permanence",
    "SECOND_ADOPTION": "Second adoption",
    "BIRTH_CHILDREN_AT_HOME": "Birth children at home",
}
CHANNEL: Table = {"PHONE": "Phone", "VIDEO": "Video", "IN_PERSON": "Meeting in person"}
LANGUAGE: Table = {
    "ENGLISH": "English",
    "BSL": "British Sign Language",
    "POLISH": "Polish",
    "PUNJABI": "Punjabi",
    "URDU": "Urdu",
    "ROMANIAN": "Romanian",
    "ARABIC": "Arabic",
    "WELSH": "Welsh",
}
ACCESS_NEED: Table = {
    "STEP_FREE": "Step-free way in",
    "HEARING_LOOP": "Hearing loop",
    "LARGE_PRINT": "Large print",
    "QUIET_PLACE": "Quiet place",
    "INTERPRETER": "Interpreter",
}
IDENTITY: Table = {
    "WHITE": "White",
    "MIXED": "Mixed",
    "ASIAN": "Asian",
    "BLACK": "Black",
    "LGBTQ": "LGBTQ+",
    "MUSLIM": "Muslim",
    "CHRISTIAN": "Christian",
}
PROGRAMME: Table = {
    "BUDDY": "Buddy",
    "MENTOR": "Mentor",
    "PARENT_CONSULTANT": "Parent consultant",
}
BESIDE_PARTNER: Table = {
    "EITHER": "Does not matter",
    "SAME_MENTOR": "The same mentor",
    "DIFFERENT_MENTOR": "A mentor of their own",
}
STAGE: Table = {
    "ENQUIRING": "Enquiring",
    "IN_ASSESSMENT": "In assessment",
    "APPROVED": "Approved, waiting",
    "MATCHED": "Matched with a child",
    "PLACED": "Child placed",
    "ORDER_GRANTED": "Order granted",
    "WITHDREW": "Withdrew",
    "NOT_APPROVED": "Not approved",
    "PLACEMENT_ENDED": "Placement ended",
    "CHILD_NOW_ADULT": "Child now adult",
}
REQUEST: Table = {
    "DRAFT": "Being written",
    "SUBMITTED": "Just asked",
    "CHECKING": "Being checked",
    "READY": "Ready to match",
    "PROPOSED": "Proposal out",
    "MATCHED": "Matched",
    "CLOSED": "Closed",
    "ON_HOLD": "On hold",
    "WITHDRAWN": "Withdrawn",
    "SIGNPOSTED": "Signposted",
    "EXPIRED": "Expired",
}
MENTOR: Table = {
    "APPLIED": "Applied",
    "CHECKING": "Being checked",
    "IN_TRAINING": "In training",
    "ACTIVE": "Active",
    "PAUSED": "Paused",
    "BLOCKED": "Stopped",
    "RETIRED": "Retired",
    "DECLINED": "Declined",
}
PROPOSAL: Table = {
    "SUGGESTED": "To read and send",
    "PROPOSED": "Sent",
    "MENTOR_SAID_YES": "The mentor said yes",
    "FAMILY_SAID_YES": "The family said yes",
    "ACCEPTED": "Both said yes",
    "DECLINED": "Not this time",
    "EXPIRED": "Day to answer passed",
    "WITHDRAWN": "Taken back",
    "SET_ASIDE": "Set aside",
}
REQUIREMENT: Table = {
    "REFERENCES": "References",
    "IDENTITY_SEEN": "Identity seen",
    "DBS_BASIC": "DBS check, basic",
    "DBS_ENHANCED": "DBS check, enhanced",
    "PREPARATION_TRAINING": "Preparation training",
    "SAFEGUARDING_TRAINING": "Safeguarding training",
    "AGREEMENT_SIGNED": "Agreement signed",
    "SUPERVISION": "Supervision",
}
PURPOSE: Table = {
    "MENTORING": "Mentoring",
    "PLAYDATES": "Families nearby",
    "JOINT_EVENTS": "Events with other agencies",
    "OTHER_AGENCIES": "Mentors from other agencies",
    "NEWSLETTER": "Newsletter",
    "FEEDBACK_USE": "Use of your feedback",
    "GROUPS": "Your first name, to who leads your group",
}
ROLE: Table = {
    "ADOPTER": "Adopter",
    "MENTOR": "Mentor",
    "COORDINATOR": "Coordinator",
    "ORGANISER": "Organiser",
    "GROUP_LEADER": "Group leader",
    "HUB_CARER": "Hub carer",
    "FACILITATOR": "Facilitator",
    "PARTNER": "Partner lead",
    "ASSESSING_SOCIAL_WORKER": "Assessing social worker",
    "SAFEGUARDING_LEAD": "Safeguarding lead",
    "DATA_PROTECTION_LEAD": "Data-protection lead",
    "AGENCY_ADMIN": "Agency admin",
    "BOARD_VIEWER": "Board viewer",
    "SYSTEM_OPERATOR": "System operator",
    "SYSTEM": "Kith itself",
    "NOBODY": "Nobody",
}
DAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
PARTS = ("MORNING", "AFTERNOON", "EVENING")
SLOT: Table = {
    f"{day}_{part}": f"{day.capitalize()} {part.lower()}" for day in DAYS for part in PARTS
}


KINDS: dict[str, Table] = {
    "topic": TOPIC,
    "form": FORM,
    "channel": CHANNEL,
    "language": LANGUAGE,
    "access_need": ACCESS_NEED,
    "identity": IDENTITY,
    "programme": PROGRAMME,
    "beside_partner": BESIDE_PARTNER,
    "stage": STAGE,
    "request": REQUEST,
    "mentor": MENTOR,
    "proposal": PROPOSAL,
    "requirement": REQUIREMENT,
    "purpose": PURPOSE,
    "role": ROLE,
    "slot": SLOT,
    "service": SERVICE,
    "may_come": MAY_COME,
    "rule_kind": RULE_KIND,
    "best_time": BEST_TIME,
    "gate": GATE,
    "gate_state": GATE_STATE,
    "call_back": CALL_BACK,
    "event_kind": EVENT_KIND,
    "group_joining": GROUP_JOINING,
    "leader_check": LEADER_CHECK,
    "mailing_topic": MAILING_TOPIC,
    "mailing_frequency": MAILING_FREQUENCY,
    "charged": CHARGED,
    "taken_back": TAKEN_BACK,
    "team_part": TEAM_PART,
    "group_kind": GROUP_KIND,
    "group_state": GROUP_STATE,
    "booking": BOOKING,
    "passed": PASSED,
    "event_state": EVENT_STATE,
    "feedback_question": FEEDBACK_QUESTION,
    "feedback_choice": FEEDBACK_CHOICE,
    "feedback_step": FEEDBACK_STEP,
    "standing": STANDING,
    "place": PLACE,
    "skipped": SKIPPED,
    "led_to": LED_TO,
    "override": OVERRIDE,
    "override_over": OVERRIDE_OVER,
    "override_state": OVERRIDE_STATE,
}


def label(code: str, kind: str) -> str:
    """`SENSORY_NEEDS` of kind `topic` reads "Sensory needs"; small letters are taken too.

    >>> label("sensory_needs", "topic")
    'Sensory needs'
    """
    return KINDS[kind][code.upper()]


PROPER = frozenset({"language", "slot", "identity"})


def said(codes: Iterable[str], kind: str) -> str:
    """Several codes as one phrase.

    >>> said(["SENSORY_NEEDS", "ADHD", "SCHOOL_START"], "topic")
    'Sensory needs, ADHD and starting school'
    """
    if kind == "slot":  # Monday first, whatever order they were kept in
        codes = sorted((code.upper() for code in codes), key=list(SLOT).index)
    words = [label(code, kind) for code in codes]
    rest = words[1:] if kind in PROPER else [lower(each) for each in words[1:]]
    return listed([*words[:1], *rest])


def lower(words: str) -> str:
    """A label in the middle of a sentence: `ADHD` stays, `Starting school` does not.

    >>> lower("Starting school"), lower("ADHD")
    ('starting school', 'ADHD')
    """
    return words if words[1:2].isupper() else words[:1].lower() + words[1:]


def choices(kind: str) -> list[tuple[str, str]]:
    """(code, words) in the order that people meet them."""
    return list(KINDS[kind].items())
