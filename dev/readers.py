"""Who is on the mailing list of one demo agency: so many that some counts may be shown."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from dev.names import FIRST_NAMES
from services.notify.actions.mailing import address_digest
from services.notify.model import MailingFrequency, MailingState, MailingTopic

Row = tuple[object, ...]

AGENCY = "ATV"
COLUMNS = "agency address address_digest state topics frequency asked_at confirmed_at told_until"
# Of a hundred readers, about how many chose so. Ours: nobody has published such figures.
LIKED_OF_100 = {
    MailingTopic.GROUPS: 80,
    MailingTopic.DAYS_OUT: 60,
    MailingTopic.LEARNING: 50,
    MailingTopic.ELSEWHERE: 25,
}
OFTEN = (MailingFrequency.MONTHLY, MailingFrequency.EACH, MailingFrequency.QUARTERLY)
ASKED = 3
"""The last so many were asked and have not confirmed yet."""


def readers(now: datetime) -> Iterator[Row]:
    """The same people on every machine. Of what the seeding plans they are not written to."""
    names = FIRST_NAMES["woman"]
    for number, name in enumerate(names):
        dice = Random(name)
        address = f"{name.lower()}.reads@example.org"
        topics = [topic for topic, of_100 in LIKED_OF_100.items() if dice.randrange(100) < of_100]
        often = dice.choice(OFTEN)
        confirmed = number < len(names) - ASKED
        asked_at = now - timedelta(hours=dice.randrange(1, 24 * (90 if confirmed else 2)))
        confirmed_at = asked_at + timedelta(minutes=20) if confirmed else None
        yield (
            AGENCY,
            address,
            address_digest(AGENCY, address),
            MailingState.CONFIRMED if confirmed else MailingState.ASKED,
            topics or [MailingTopic.GROUPS],
            often,
            asked_at,
            confirmed_at,
            now + timedelta(hours=1) if confirmed else None,
        )
