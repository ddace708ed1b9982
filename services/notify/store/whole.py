"""All of notify's SQL in one transaction, by noun, and the words that go with it."""

from kernel.db import Turn
from services.notify.render import Templates
from services.notify.store.cards import Cards
from services.notify.store.contacts import Contacts
from services.notify.store.inbox import Inbox
from services.notify.store.invitation_mails import InvitationMails
from services.notify.store.kept import Kept
from services.notify.store.leased_mails import LeasedMails
from services.notify.store.mailing import Mailing
from services.notify.store.mailing_letters import MailingLetters
from services.notify.store.mailing_mails import MailingMails
from services.notify.store.notices import Notices


class Whole:
    def __init__(self, turn: Turn, templates: Templates) -> None:
        self.turn = turn
        self.templates = templates
        self.cards = Cards(turn)
        self.contacts = Contacts(turn)
        self.inbox = Inbox(turn)
        self.invitation_mails = InvitationMails(turn)
        self.kept = Kept(turn)
        self.leased_mails = LeasedMails(turn)
        self.mailing = Mailing(turn)
        self.mailing_letters = MailingLetters(turn)
        self.mailing_mails = MailingMails(turn)
        self.notices = Notices(turn)
