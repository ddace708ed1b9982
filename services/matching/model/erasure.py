"""A family's asking to be erased: where it stands, what goes by it, and what stays and why."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from services.matching.model.ids import AccountId, AgencyId, ErasureId, FamilyId


class ErasureState(StrEnum):
    ASKED = "asked"
    AGREED = "agreed"
    ON_HOLD = "on_hold"  # the law makes the agency keep it for now (domain.md E50)
    RUNNING = "running"  # gone from the register; the other services are at it
    DONE = "done"
    CALLED_OFF = "called_off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """No name stands here. `how_asked` are staff's words, gone once the family is."""

    id: ErasureId
    agency: AgencyId
    family_id: FamilyId
    state: ErasureState
    asked_on: date
    how_asked: str | None
    held_because: str | None
    asked_by_id: AccountId
    asked_at: datetime
    agreed_by_id: AccountId | None
    agreed_at: datetime | None
    runs_at: datetime | None
    erased_at: datetime | None
    events_done_at: datetime | None
    notify_done_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenErasure:
    """`asked_on` is the day on which the family asked: the law's month counts from it."""

    asked_on: date
    how_asked: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What goes, or stays: where it is, what it is, and why or how it is dealt with."""

    where: str
    what: str
    why: str


GOES = (
    Line(
        where="Register",
        what="Names of every adult, sign-ins, and invitations",
        why="Whoever is signed in is signed out at once.",
    ),
    Line(
        where="Register",
        what="Where they live, their children, family form, needs, languages and times",
        why="The council stays, because reports count by it.",
    ),
    Line(
        where="Mentoring",
        what="What they asked for and wrote, their cards, and what an explanation says of them",
        why="Open requests and proposals are withdrawn. A running pair ends; the other side is told"
        " that it has ended and not why, and a family keeps its turn.",
    ),
    Line(
        where="Events and groups",
        what="Places and waiting-list lines to come, groups, interests, posts, call-back words and"
        " telephone numbers, private calendars",
        why="Places are given back, and go to the next on the list.",
    ),
    Line(
        where="Messages",
        what="Addresses, everything in their inbox, and what waits to be sent",
        why="Nothing more is written to them.",
    ),
    Line(
        where="Backups",
        what="The same again",
        why="Whoever restores a backup erases them anew, from the list of ids that is kept.",
    ),
)
"""What an erasure takes. Source: domain.md E49, E51."""

STAYS = (
    Line(
        where="Statistics",
        what="That a request, a pair, a place or an attendance was there, with its dates",
        why="Reports of closed periods give the same numbers before and after.",
    ),
    Line(
        where="Funding",
        what="Cost lines: what a child’s place cost, the fund’s own reference, which year; what a"
        " place given back late cost",
        why="Funding evidence is kept for the financial year and six more.",
    ),
    Line(
        where="Safeguarding",
        what="That a worry was raised and how it was closed, without its words; worries that they"
        " raised about somebody else",
        why="The agency has a duty to whom the worry is about. While one is open, nothing is"
        " erased.",
    ),
    Line(
        where="Audit",
        what="Who on the staff did what and when, with ids and no name, and staff’s reasons",
        why="The audit is sealed and kept for seven years.",
    ),
    Line(
        where="Not ours",
        what="The adoption record and the agency’s own case files",
        why="Kith never held them. The agency answers for those apart.",
    ),
)
"""What an erasure leaves, and why. Source: domain.md E44, E49, E50, E52."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldOf:
    """How much of a family there is in the register today."""

    adults: int
    children: int
    requests_open: int
    pairs_running: int
    mentors: int
