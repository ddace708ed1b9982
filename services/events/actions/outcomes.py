"""What talks led to, as numbers: for who plans, and who reads reports."""

from collections.abc import Sequence

from dateutil.relativedelta import relativedelta

from kernel.ask import Ask
from services.events.access import ACCESS, Permit
from services.events.model.outcomes import MonthOfTalks
from services.events.rules.counts import without_few
from services.events.rules.desk_days import day_in_england
from services.events.store.whole import Whole

MONTHS = 12


async def talk_outcomes(ask: Ask[Whole]) -> Sequence[MonthOfTalks]:
    """Of talks that the asker's agency hosts and that took place, by month in England, the newest
    first: this month and the eleven before it. Empty to who reads no reports of events.

    No number under five is there, nor a sum that would tell one; nobody is counted by name.
    Source: domain.md A3 row 30, E43.
    """
    agency = ask.actor.agency
    if agency is None or not ACCESS.allows(ask.actor, Permit.SEE_TALK_OUTCOMES):
        return []
    async with ask.read() as store:
        this_month = day_in_england(ask.now).replace(day=1)
        months = [this_month - relativedelta(months=back) for back in range(MONTHS)]
        await store.turn.become_system(agency)
        counted = await store.attendance.led_to(agency, since=months[-1])
    return [MonthOfTalks(month, without_few(counted.get(month, {}))) for month in months]
