"""Which checks of a leader are missing on a day, and whether an event has enough families; pure."""

from datetime import date, datetime

from services.events.model.event import Event, EventState, Kind
from services.events.model.staffing import Checks, LeaderCheck, Numbers
from services.events.rules.desk_days import day_in_england


def missing_checks(kept: Checks, on: date) -> list[LeaderCheck]:
    """Those that are not in date on a day, in the order of the list.

    >>> day = date(2027, 1, 23)
    >>> kept = {LeaderCheck.DBS_ENHANCED_BARRED: day, LeaderCheck.FIRST_AID: date(2027, 1, 22)}
    >>> [one.value for one in missing_checks(kept, day)]
    ['safeguarding_training', 'first_aid']
    """
    return [kind for kind in LeaderCheck if kind not in kept or kept[kind] < on]


def children_are_left(event: Event, *, led_by_adopter: bool) -> bool:
    """Whether an adopter leads children whose parents need not stay (domain.md A3 row 21)."""
    return not event.parents_stay and (led_by_adopter or event.kind is Kind.CLUB)


def asks_whom_to_ring(event: Event) -> bool:
    """Whether children stay without a parent, so that one has to be reached (domain.md row 22)."""
    return event.kind is Kind.TEEN_GROUP or not event.parents_stay


def short_of(event: Event, families: int, now: datetime) -> Numbers | None:
    """Why somebody has to decide: too few families on the day to decide, before it begins.

    Nothing is ever called off by itself. Source: event-scenarios.md C22; domain.md A5 row 49.
    """
    is_due = event.decide_on is not None and event.decide_on <= day_in_england(now)
    is_ahead = event.state is EventState.PUBLISHED and now < event.starts_at
    if not is_due or not is_ahead or event.numbers_min is None or families >= event.numbers_min:
        return None
    cost, places = event.cost_pence, event.places
    return Numbers(
        needed=event.numbers_min,
        families=families,
        decide_on=event.decide_on,
        cost_pence=cost,
        a_family_pence=cost // families if cost is not None and families else None,
        empty_pence=cost * event.free // places if cost is not None and places else None,
    )
