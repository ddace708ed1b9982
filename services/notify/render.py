"""From a template and a notice to the words of a mail and of the inbox; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from kernel.messages import NoticeKind
from services.notify.model import MailingMailKind, Notice, PublicEvent, Told, WhyNotSent

ENGLAND = ZoneInfo("Europe/London")
PART = "\n---\n"
FOR_THE_READER_ALONE = frozenset(
    {NoticeKind.CONCERN_RAISED, NoticeKind.EMERGENCY_OPENED, NoticeKind.KEPT_APART}
)
"""What even the desk is not told of: a worry or an emergency is the safeguarding lead's to know."""
WHY_NOT = {
    WhyNotSent.NO_ADDRESS: "We have no address for them.",
    WhyNotSent.REFUSED_FOR_GOOD: "Their address does not work.",
    WhyNotSent.TOO_LATE: "We tried for three days and could not get through.",
    WhyNotSent.CARD_MISSING: "The register has not told us about them.",
}
"""Why something did not arrive, to the desk. Drops are not told: they would tell of a block."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """One template. The mail is for any eyes, the rest only for the reader, signed in.

    `subject` and `mail` say nothing that a stranger could use (domain.md E23); `heading`,
    `inbox` and `action` (the words of the button) may say what it is about.
    """

    subject: str
    heading: str
    action: str
    mail: str
    inbox: str


class Templates:
    """The words of each kind of notice. Made once; a kind without a template is a fault."""

    def __init__(
        self,
        texts: Mapping[NoticeKind, str],
        invitation: str,
        mailing: Mapping[MailingMailKind, str],
    ) -> None:
        missing = set(NoticeKind) - set(texts)
        assert not missing, f"no template for {sorted(missing)}"
        assert set(mailing) == set(MailingMailKind), "a mail of a list has no template"
        self._words = {kind: parse(text) for kind, text in texts.items()}
        self._invitation = parse(invitation)
        self._mailing = {kind: parse(text) for kind, text in mailing.items()}

    def __getitem__(self, kind: NoticeKind) -> Words:
        return self._words[kind]

    def mail(self, notice: Notice, *, web_url: str, secret: str | None = None) -> tuple[str, str]:
        """Subject and text. The link names the notice and carries no authority: one signs in.

        Another carries `secret`, where the kind is answered by it (design decision 7).
        """
        words = self[notice.kind]
        facts = {**_facts(notice), "link": f"{web_url}/messages/{notice.id}"}
        facts["settings"] = f"{web_url}/settings"
        if secret is not None:
            facts["answer_link"] = f"{web_url}/say/{secret}"
        return words.subject, fill(words.mail, facts)

    def invitation(self, *, web_url: str) -> tuple[str, str]:
        """Subject and text of the mail that says where a code is typed; the page is everybody's."""
        words = self._invitation
        return words.subject, fill(words.mail, {"link": f"{web_url}/invitation"})

    def mailing(self, kind: MailingMailKind, *, facts: Mapping[str, str]) -> tuple[str, str]:
        """Subject and text of a mail of a list; `link` is the reader's own page, without sign-in.

        What staff wrote goes in as it is: a brace in a title is a brace.
        """
        words = self._mailing[kind]
        return words.subject, fill(words.mail, facts)

    def undelivered(self, notice: Notice) -> Told:
        """To the desk that must ring somebody: what it was, in as many words as it may know."""
        words = self[notice.kind]
        heading = words.subject if notice.kind in FOR_THE_READER_ALONE else words.heading
        return Told(notice=notice, heading=heading, text="", action="")

    def inbox(self, notice: Notice) -> Told:
        words = self[notice.kind]
        text = fill(words.inbox, _facts(notice))
        return Told(notice=notice, heading=words.heading, text=text, action=words.action)


def parse(text: str) -> Words:
    """Read a template: `name: words` lines, then the mail, then the inbox, parted by `---`."""
    head, mail, inbox = text.strip().split(PART)
    lines = dict(line.split(": ", 1) for line in head.splitlines())
    return Words(
        subject=lines["subject"],
        heading=lines["heading"],
        action=lines["action"],
        mail=mail.strip(),
        inbox=inbox.strip(),
    )


def fill(text: str, facts: Mapping[str, str]) -> str:
    """Put the facts in; a paragraph that needs one we do not have is left out whole."""
    kept = (_paragraph(paragraph, facts) for paragraph in text.split("\n\n"))
    return "\n\n".join(paragraph for paragraph in kept if paragraph is not None) + "\n"


def day_in_words(day: date) -> str:
    """A date as people say it, such as "Friday 10 July 2026"."""
    return f"{day:%A} {day.day} {day:%B %Y}"


def whats_new_in_words(events: Sequence[PublicEvent], whole: int) -> str:
    """A line for what and one for when and where; of more than fit, how many more there are.

    >>> at = datetime.fromisoformat("2026-07-10T09:00:00+00:00")
    >>> tea = PublicEvent(title="Tea", town="Didcot", is_online=False, starts_at=at)
    >>> print(whats_new_in_words([tea], 2))
    Tea
      Friday 10 July 2026, 10:00, Didcot
    <BLANKLINE>
    And 1 more
    """
    lines = [
        f"{' '.join(event.title.split())}\n"
        f"  {time_in_words(event.starts_at)}, {'online' if event.is_online else event.town}"
        for event in events
    ]
    more = whole - len(events)
    return "\n\n".join([*lines, f"And {more} more"] if more else lines)


def time_in_words(instant: datetime) -> str:
    """By England's clocks, such as "Friday 10 July 2026, 18:30"."""
    wall = instant.astimezone(ENGLAND)
    return f"{day_in_words(wall.date())}, {wall:%H:%M}"


def _paragraph(paragraph: str, facts: Mapping[str, str]) -> str | None:
    try:
        return paragraph.format(**facts)
    except KeyError:
        return None


def _facts(notice: Notice) -> dict[str, str]:
    facts = {}
    if notice.answer_by is not None:
        facts["answer_by"] = day_in_words(notice.answer_by)
    if notice.answer_at is not None:
        facts["answer_at"] = time_in_words(notice.answer_at)
    if notice.starts_at is not None:
        facts["starts_at"] = time_in_words(notice.starts_at)
    return facts
