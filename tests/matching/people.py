"""People for the rules, by keyword with sane defaults: a pair that every hard rule allows."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid5

from services.matching.model.family import Stage
from services.matching.model.ids import (
    AdultId,
    AgencyId,
    CouncilCode,
    FamilyId,
    MentorId,
    Outcode,
    RequestId,
)
from services.matching.model.mentor import MentorState, Requirement, RequirementKind
from services.matching.model.request import BesidePartner, Wish, WishKind
from services.matching.model.snapshot import Home, Mentee, Mentor, RunSettings
from services.matching.model.words import (
    AccessNeed,
    Channel,
    Form,
    Identity,
    Language,
    Programme,
    Topic,
)
from services.matching.rules.rule import Terms

ON = date(2026, 6, 8)
EVENINGS = "monday_evening tuesday_evening wednesday_evening thursday_evening"
_SPACE = UUID("6f1d9c1e-0000-4000-8000-000000000000")


def ident(name: str) -> UUID:
    return uuid5(_SPACE, name)


def birth_months(ages: str) -> tuple[date, ...]:
    return tuple(date(ON.year - int(age), 1, 1) for age in ages.split())


def wishes(text: str) -> tuple[Wish, ...]:
    """`topic:fasd same_stage_of_school` as wishes."""
    parts = (item.partition(":") for item in text.split())
    return tuple(Wish(kind=WishKind(kind), value=value) for kind, _, value in parts)


def home(name: str, **given: Any) -> Home:
    return Home(
        family_id=FamilyId(ident(f"family {given.get('household', name)}")),
        agency=AgencyId(given.get("agency", "ATV")),
        outcode=Outcode(given.get("outcode", "RG30")),
        council=CouncilCode("E06000038"),
        easting_m=467_000 + int(1000 * given.get("km_away", 0)),
        northing_m=173_000,
        protected=given.get("protected", False),
        stage=Stage(given["stage"]),
        stage_on=given["stage_on"],
        child_birth_months=birth_months(given["ages"]),
        forms=frozenset(Form(form) for form in given.get("forms", "").split()),
        languages=frozenset(Language(item) for item in given.get("languages", "english").split()),
        slots=frozenset(given.get("slots", EVENINGS).split()),
        access_needs=frozenset(AccessNeed(n) for n in given.get("access_needs", "").split()),
    )


def mentee(name: str = "Ana", **given: Any) -> Mentee:
    """A family whose child moved in three months ago, asking for a mentor by phone or video."""
    defaults = {"stage": "placed", "stage_on": ON - timedelta(days=92), "ages": "4"}
    return Mentee(
        request_id=RequestId(ident(f"request {name}")),
        home=home(name, **{**defaults, **given}),
        waiting_days=given.get("waiting_days", 61),
        asked_by_themself=given.get("asked_by_themself", True),
        consents_to_mentoring=given.get("consents_to_mentoring", True),
        programme=Programme(given.get("programme", "mentor")),
        topics=tuple(Topic(topic) for topic in given.get("topics", "sensory_needs").split()),
        ranked_forms=tuple(Form(form) for form in given.get("forms", "").split()),
        wishes=wishes(given.get("wishes", "")),
        must_haves=wishes(given.get("must_haves", "")),
        identities_asked_for=frozenset(Identity(i) for i in given.get("identities", "").split()),
        channels=frozenset(Channel(c) for c in given.get("channels", "phone video").split()),
        need_points=given.get("need_points", 1),
        other_agencies=given.get("other_agencies", False),
        adult_id=AdultId(ident(f"adult {name}")),
        beside_partner=BesidePartner(given.get("beside_partner", "either")),
        same_mentor_as=mentors(given.get("same_mentor_as", "")),
        other_mentor_than=mentors(given.get("other_mentor_than", "")),
    )


def mentors(names: str) -> frozenset[MentorId]:
    return frozenset(MentorId(ident(f"mentor {name}")) for name in names.split(",") if name)


def requirements(mentor_id: MentorId, lapsed: str) -> tuple[Requirement, ...]:
    """Every check in date until next March, the one named in `lapsed` until yesterday."""
    return tuple(
        Requirement(
            mentor_id=mentor_id,
            kind=kind,
            met_on=ON - timedelta(days=40),
            expires_on=ON - timedelta(days=1) if kind == lapsed else date(2027, 3, 3),
            seen_by="Cleo Marsh",
        )
        for kind in RequirementKind
    )


def mentor(name: str = "Mina", **given: Any) -> Mentor:
    """An active mentor four years past the order, with all checks in date and room for four."""
    mentor_id = MentorId(ident(f"mentor {name}"))
    defaults = {"stage": "order_granted", "stage_on": date(2022, 6, 1), "ages": "7"}
    return Mentor(
        mentor_id=mentor_id,
        home=home(name, **{**defaults, **given}),
        state=MentorState(given.get("state", "active")),
        requirements=requirements(mentor_id, given.get("lapsed", "")),
        open_concern=given.get("open_concern", False),
        programmes=frozenset(Programme(p) for p in given.get("programmes", "mentor").split()),
        topics=frozenset(Topic(topic) for topic in given.get("topics", "sensory_needs").split()),
        not_able_to_support=frozenset(Topic(t) for t in given.get("not_able", "").split()),
        channels=frozenset(
            Channel(c) for c in given.get("channels", "phone video in_person").split()
        ),
        identities=frozenset(Identity(i) for i in given.get("identities", "").split()),
        capacity_points=given.get("capacity_points", 4),
        load_points=given.get("load_points", 0),
        travel_minutes_max=given.get("travel_minutes_max", 20),
        lends_to_other_agencies=given.get("lends", False),
        retiring=given.get("retiring", False),
        consents_to_mentoring=given.get("consents", True),
    )


def terms(
    *,
    not_available: bool = False,
    earlier_ended: bool = False,
    mandatory: str = "",
    lending_left: dict[str, int] | None = None,
    **settings: Any,
) -> Terms:
    """The terms of a run; the flags set Ana and Mina apart. `mandatory` holds for mentors."""
    if mandatory:
        settings["words"] = {"mentor": dict.fromkeys(mandatory.split(), "mandatory")}
    pair = frozenset({(RequestId(ident("request Ana")), MentorId(ident("mentor Mina")))})
    return Terms(
        on=ON,
        settings=RunSettings(**settings),
        not_available=pair if not_available else frozenset(),
        earlier_ended=pair if earlier_ended else frozenset(),
        lending_left={AgencyId(code): left for code, left in (lending_left or {}).items()},
    )
