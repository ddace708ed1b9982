"""What a stranger may read over a shoulder, and what only the reader sees."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from kernel.messages import NoticeKind
from services.notify.main import templates
from services.notify.model import Notice, NoticeId, NoticeState
from services.notify.render import Templates, fill, parse
from services.notify.rules import ANSWERED_BY_LINK
from tests.notify.cards import named

WORDS = templates()
# Nothing by which somebody who sees the mail could tell what it is about (domain.md E23).
BANNED = re.compile(
    r"adopt|mentor|famil|child|parent|agency|social|match|pair|buddy|worr|concern|safeguard|"
    r"postcode|RG\d|order|placement|consent",
    re.IGNORECASE,
)
NOTICE = Notice(
    id=NoticeId(named("a notice")),
    kind=NoticeKind.PROPOSAL_TO_MENTOR,
    account_id=named("mina"),
    agency="ATV",
    subject_id=named("a proposal"),
    other_family_id=None,
    answer_by=date(2026, 7, 10),
    account_version=0,
    family_version=0,
    other_family_version=0,
    state=NoticeState.QUEUED,
    reason=None,
    wanted_at=datetime(2026, 7, 3, tzinfo=UTC),
    due_at=datetime(2026, 7, 3, tzinfo=UTC),
    tries=0,
    lease=0,
    settled_at=None,
    shown_at=None,
    read_at=None,
)


@pytest.mark.parametrize("kind", NoticeKind)
def test_a_mail_says_nothing_that_a_stranger_could_use(kind: NoticeKind) -> None:
    subject, text = WORDS.mail(replace(NOTICE, kind=kind), web_url="https://kith.example.org")

    assert not BANNED.findall(subject)
    assert not BANNED.findall(text)
    assert "!" not in subject + text


@pytest.mark.parametrize("kind", sorted(set(NoticeKind) - ANSWERED_BY_LINK))
def test_a_mail_links_to_the_message_and_nowhere_else(kind: NoticeKind) -> None:
    _, text = WORDS.mail(replace(NOTICE, kind=kind), web_url="https://kith.example.org")

    links = re.findall(r"https?://\S+", text)
    assert links == [
        f"https://kith.example.org/messages/{NOTICE.id}",
        "https://kith.example.org/settings",
    ]


@pytest.mark.parametrize("kind", [NoticeKind.PROPOSAL_TO_MENTOR, NoticeKind.PROPOSAL_TO_FAMILY])
def test_the_day_to_answer_by_is_said_as_people_say_it(kind: NoticeKind) -> None:
    notice = replace(NOTICE, kind=kind)

    assert "Friday 10 July 2026" in WORDS.mail(notice, web_url="")[1]
    assert "Friday 10 July 2026" in WORDS.inbox(notice).text


def test_a_paragraph_whose_fact_we_do_not_have_is_left_out() -> None:
    text = fill("Hello,\n\nPlease answer by {answer_by}.\n\nGoodbye.", {})

    assert text == "Hello,\n\nGoodbye.\n"


def test_a_kind_without_a_template_is_a_fault() -> None:
    with pytest.raises(AssertionError, match="no template for"):
        Templates({}, "", {})


def test_a_template_is_read_in_its_parts() -> None:
    words = parse("subject: S\nheading: H: h\naction: A\n---\nmail\n---\ninbox\n")

    assert (words.subject, words.heading, words.action) == ("S", "H: h", "A")
    assert (words.mail, words.inbox) == ("mail", "inbox")
