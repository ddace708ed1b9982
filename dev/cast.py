"""The named people of demo and tests: who they are, what they may be, ids that never change.

All are invented. Subjects are first names in small letters: what `make token AS=cleo` takes.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID, uuid5

from kernel.messages import Role

NAMES = UUID("5b6f2a0e-6a55-5d0b-9f1c-0a5a7c1d4e21")
AGENCIES = {
    "ATV": "Adopt Thames Valley",
    "AS": "Adopt South",
    "OAWY": "One Adoption West Yorkshire",
    "ACO": "Adoption Counts",
}
ELSEWHERE = "Nobody’s yet"


def fixed(kind: str, name: str) -> UUID:
    """The same words, the same id, on every machine."""
    return uuid5(NAMES, f"{kind}:{name}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One of the cast. `household` names the family of an adopter or mentor; staff have none."""

    first_name: str
    last_name: str
    roles: tuple[Role, ...]
    can: str
    agency: str | None = None
    household: str | None = None

    @property
    def subject(self) -> str:
        return self.first_name.lower()

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"

    @property
    def email(self) -> str:
        return f"{self.subject}@example.org"

    @property
    def account_id(self) -> UUID:
        return fixed("account", self.subject)

    @property
    def adult_id(self) -> UUID | None:
        return fixed("adult", self.subject) if self.household else None

    @property
    def family_id(self) -> UUID | None:
        return fixed("family", self.household) if self.household else None

    @property
    def mentor_id(self) -> UUID | None:
        return fixed("mentor", self.subject) if Role.MENTOR in self.roles else None


def _staff(agency: str, name: str, *roles: Role, can: str) -> Member:
    first, _, last = name.partition(" ")
    return Member(first_name=first, last_name=last, agency=agency, roles=roles, can=can)


def _home(name: str, role: Role, *, household: str, can: str) -> Member:
    first, _, last = name.partition(" ")
    return Member(
        first_name=first,
        last_name=last,
        agency="ATV",
        roles=(role,),
        can=can,
        household=household,
    )


COORDINATES = "Sees who waits in {}, runs matching, reads proposals and sends them."
SAFEGUARDS = "Reads every concern of {} and sees protected families."
ADMINISTERS = "Keeps the register of {} and reads its audit."

THAMES_VALLEY = (
    _staff(
        "ATV",
        "Cleo Marsh",
        Role.COORDINATOR,
        can="Sees who waits and how long, runs matching, reads proposals with their reasons, "
        "pins and forbids pairs, sends what she has read.",
    ),
    _home(
        "Mina Shah",
        Role.MENTOR,
        household="shah",
        can="A mentor. Gets a proposal without names, says yes or no, meets the family after.",
    ),
    _home(
        "Gwen Ellis",
        Role.MENTOR,
        household="ellis",
        can="A second mentor, who may well say no: nobody is told.",
    ),
    _home(
        "Ana Costa",
        Role.ADOPTER,
        household="costa",
        can="An adopter who has asked for a mentor. Sees how long, answers a proposal.",
    ),
    _home(
        "Ben Costa",
        Role.ADOPTER,
        household="costa",
        can="The other adult of Ana’s family, with a login of his own.",
    ),
    _home(
        "Greta Frost",
        Role.GROUP_LEADER,
        household="frost",
        can="An adopter who leads a group: its members, its board, its dates, its register.",
    ),
    _staff(
        "ATV",
        "Omar Reid",
        Role.ORGANISER,
        can="Organises courses and groups; sees who would come to what.",
    ),
    _staff(
        "ATV",
        "Fern Hale",
        Role.FACILITATOR,
        can="Leads groups and courses: opens the register of a date, marks who came.",
    ),
    _staff("ATV", "Adi Bello", Role.AGENCY_ADMIN, can=ADMINISTERS.format("Adopt Thames Valley")),
    _staff("ATV", "Sol Hart", Role.SAFEGUARDING_LEAD, can=SAFEGUARDS.format("Adopt Thames Valley")),
    _staff(
        "ATV",
        "Wyn Parry",
        Role.ASSESSING_SOCIAL_WORKER,
        can="Assesses adopters; sees stages and bookings, nothing of mentoring.",
    ),
)
OTHERS = (
    _staff(
        "AS",
        "Priya Nair",
        Role.PARTNER,
        can="Shares courses between agencies; of other agencies’ families sees no name.",
    ),
    _staff("AS", "Tessa Quinn", Role.COORDINATOR, can=COORDINATES.format("Adopt South")),
    _staff("AS", "Ivo Lane", Role.AGENCY_ADMIN, can=ADMINISTERS.format("Adopt South")),
    _staff("AS", "Faye Moss", Role.SAFEGUARDING_LEAD, can=SAFEGUARDS.format("Adopt South")),
    _staff("OAWY", "Hal Dyson", Role.COORDINATOR, can=COORDINATES.format("West Yorkshire")),
    _staff("OAWY", "Edie Firth", Role.AGENCY_ADMIN, can=ADMINISTERS.format("West Yorkshire")),
    _staff("OAWY", "Joss Kaye", Role.SAFEGUARDING_LEAD, can=SAFEGUARDS.format("West Yorkshire")),
    _staff(
        "ACO",
        "Noor Abbas",
        Role.COORDINATOR,
        Role.ORGANISER,
        can="Coordinator and organiser in one: chooses at sign-in which to be.",
    ),
    _staff("ACO", "Reg Tully", Role.AGENCY_ADMIN, can=ADMINISTERS.format("Adoption Counts")),
    _staff("ACO", "Lena Voss", Role.SAFEGUARDING_LEAD, can=SAFEGUARDS.format("Adoption Counts")),
)
STRANGER = Member(
    first_name="Dev",
    last_name="Okoro",
    roles=(),
    can="A stranger to all of them: an account that no agency has given a role. Sees nothing.",
)
CAST: tuple[Member, ...] = (*THAMES_VALLEY, *OTHERS, STRANGER)
BY_SUBJECT = {member.subject: member for member in CAST}
