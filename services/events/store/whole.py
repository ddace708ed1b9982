"""All of events' SQL in one transaction, by noun."""

from kernel.db import Turn
from services.events.store.apart import Apart
from services.events.store.attendance import Attendance
from services.events.store.bookings import Bookings
from services.events.store.calendars import Calendars
from services.events.store.cards import Cards
from services.events.store.charges import ChargeRules, Charges
from services.events.store.clashes import Clashes
from services.events.store.desks import CallBacks, Desks
from services.events.store.eligibility import Askings, EligibilityRules
from services.events.store.entries import Entries
from services.events.store.erasing import Erasing
from services.events.store.events import Events
from services.events.store.feedback import Feedback
from services.events.store.gates import Fundings, Gates
from services.events.store.groups import Groups
from services.events.store.guests import Guests
from services.events.store.history import History
from services.events.store.inviting import Invites
from services.events.store.kept_clear import HoursKeptClear
from services.events.store.leavers import Leavers
from services.events.store.members import Board, Members
from services.events.store.offerings import Offerings, Sittings, Venues
from services.events.store.offers import Offers
from services.events.store.overrides import Overrides
from services.events.store.programme import Programme
from services.events.store.reminders import Reminders
from services.events.store.ringing import Ringing
from services.events.store.slots import Slots
from services.events.store.staffing import Staffing
from services.events.store.still_coming import StillComings
from services.events.store.swapping import Swaps
from services.events.store.talk_topics import TalkTopics
from services.events.store.told import Told
from services.events.store.topics import Topics


class Whole:
    def __init__(self, turn: Turn) -> None:
        self.turn = turn
        self.cards = Cards(turn)
        self.apart = Apart(turn)
        self.topics = Topics(turn)
        self.offerings = Offerings(turn)
        self.venues = Venues(turn)
        self.events = Events(turn)
        self.erasing = Erasing(turn)
        self.sittings = Sittings(turn)
        self.programme = Programme(turn)
        self.slots = Slots(turn)
        self.bookings = Bookings(turn)
        self.entries = Entries(turn)
        self.offers = Offers(turn)
        self.overrides = Overrides(turn)
        self.told = Told(turn)
        self.desks = Desks(turn)
        self.call_backs = CallBacks(turn)
        self.eligibility_rules = EligibilityRules(turn)
        self.gates = Gates(turn)
        self.fundings = Fundings(turn)
        self.askings = Askings(turn)
        self.attendance = Attendance(turn)
        self.clashes = Clashes(turn)
        self.history = History(turn)
        self.kept_clear = HoursKeptClear(turn)
        self.leavers = Leavers(turn)
        self.calendars = Calendars(turn)
        self.groups = Groups(turn)
        self.members = Members(turn)
        self.board = Board(turn)
        self.feedback = Feedback(turn)
        self.guests = Guests(turn)
        self.staffing = Staffing(turn)
        self.charge_rules = ChargeRules(turn)
        self.charges = Charges(turn)
        self.reminders = Reminders(turn)
        self.ringing = Ringing(turn)
        self.talk_topics = TalkTopics(turn)
        self.invites = Invites(turn)
        self.still_comings = StillComings(turn)
        self.swaps = Swaps(turn)
