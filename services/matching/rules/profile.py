"""Which checks a programme asks of its mentors, and whether a mentor may be matched on a day."""

from datetime import date, timedelta

from services.matching.model.mentor import MentorState, Requirement, RequirementKind
from services.matching.model.snapshot import Mentor
from services.matching.model.words import Programme
from services.matching.rules.rule import Terms
from services.matching.rules.wording import a_list, sentence_case, words

# domain.md E25-27. A mentor of adults by phone is not eligible for more than a basic DBS check,
# so no programme asks for one by itself; an agency may set its own profile.
PROFILES: dict[Programme, tuple[RequirementKind, ...]] = {
    Programme.BUDDY: (
        RequirementKind.IDENTITY_SEEN,
        RequirementKind.SAFEGUARDING_TRAINING,
        RequirementKind.AGREEMENT_SIGNED,
    ),
    Programme.MENTOR: (
        RequirementKind.REFERENCES,
        RequirementKind.IDENTITY_SEEN,
        RequirementKind.DBS_BASIC,
        RequirementKind.PREPARATION_TRAINING,
        RequirementKind.SAFEGUARDING_TRAINING,
        RequirementKind.AGREEMENT_SIGNED,
    ),
}
PROFILES[Programme.PARENT_CONSULTANT] = PROFILES[Programme.MENTOR]


def profile(programme: Programme, terms: Terms) -> tuple[RequirementKind, ...]:
    """The agency's own profile for the programme, or ours."""
    own = terms.settings.requirements_by_programme.get(programme)
    return PROFILES[programme] if own is None else tuple(RequirementKind(kind) for kind in own)


def in_date(requirement: Requirement, on: date) -> bool:
    """Met on or before the day, and its last day not past."""
    lasts = requirement.expires_on is None or requirement.expires_on >= on
    return requirement.met_on <= on and lasts


def current(mentor: Mentor, programme: Programme, terms: Terms) -> list[Requirement]:
    """For each check of the profile that is held, the record that lasts longest."""
    best: dict[RequirementKind, Requirement] = {}
    wanted = profile(programme, terms)
    for item in mentor.requirements:
        if item.kind in wanted and in_date(item, terms.on):
            held = best.get(item.kind)
            if held is None or (item.expires_on or date.max) > (held.expires_on or date.max):
                best[item.kind] = item
    return [best[kind] for kind in wanted if kind in best]


def missing(mentor: Mentor, programme: Programme, terms: Terms) -> list[RequirementKind]:
    """The checks of the profile that are not held in date; supervision goes by its interval."""
    held = {item.kind for item in mentor.requirements if in_date(item, terms.on)}
    wanted = profile(programme, terms)
    return [k for k in wanted if k not in held and k is not RequirementKind.SUPERVISION]


def supervision(mentor: Mentor, on: date) -> date | None:
    """The day of the last supervision up to `on`; None if there was none."""
    held = [
        item.met_on
        for item in mentor.requirements
        if item.kind is RequirementKind.SUPERVISION and item.met_on <= on
    ]
    return max(held, default=None)


def matchable(mentor: Mentor, programme: Programme, terms: Terms) -> str | None:
    """Why the mentor is not matchable, whoever the family is, or None (H1)."""
    if mentor.open_concern:
        return "The mentor cannot be matched at present."
    if mentor.retiring:
        return "The mentor is going to leave."
    lacking = missing(mentor, programme, terms)
    if mentor.state not in {MentorState.ACTIVE, MentorState.BLOCKED}:
        return f"The mentor is {words(mentor.state)}."
    if lacking:
        verb = "is" if len(lacking) == 1 else "are"
        return f"{sentence_case(a_list(words(kind) for kind in lacking))} {verb} not in date."
    if mentor.state is MentorState.BLOCKED:
        return f"The mentor is {words(mentor.state)}."
    return _supervision_overdue(mentor, terms)


def _supervision_overdue(mentor: Mentor, terms: Terms) -> str | None:
    seen = supervision(mentor, terms.on)
    interval = timedelta(days=terms.settings.supervision_interval_days)
    if seen is not None and seen + interval >= terms.on:
        return None
    return "Supervision is overdue."
