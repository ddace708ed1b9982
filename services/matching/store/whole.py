"""All stores of the service over one transaction: what actions are handed."""

from kernel.db import Turn
from services.matching.places.places import Places
from services.matching.store.account_cards import AccountCards
from services.matching.store.adults import Adults, Children
from services.matching.store.agency_settings import SettingsKept
from services.matching.store.cards import Cards
from services.matching.store.concerns import Concerns
from services.matching.store.consents import Blocks, Consents
from services.matching.store.desks import Desks
from services.matching.store.emergencies import Emergencies
from services.matching.store.erasures import Erasures
from services.matching.store.families import Families
from services.matching.store.hand_overs import HandOvers
from services.matching.store.households import Households
from services.matching.store.lending import Lending, Loans
from services.matching.store.lent_mentors import LentMentors
from services.matching.store.mentorings import Mentorings
from services.matching.store.mentors import Mentors, Requirements
from services.matching.store.pair_rules import PairRules
from services.matching.store.people import People
from services.matching.store.people_roles import PeopleRoles
from services.matching.store.proposals import Proposals
from services.matching.store.recent import Recent
from services.matching.store.reckonings import Reckonings
from services.matching.store.registers import Registers
from services.matching.store.requests import Requests
from services.matching.store.runs import Runs
from services.matching.store.spans import Spans
from services.matching.store.trails import Trails


class Whole:
    """One attribute for each noun; `turn` for what the kernel keeps, `places` for the facts,
    `recent` for answers that this process holds.
    """

    def __init__(self, turn: Turn, places: Places, recent: Recent | None = None) -> None:
        self.turn = turn
        self.places = places
        self.recent = recent or Recent()
        self.account_cards = AccountCards(turn)
        self.agency_settings = SettingsKept(turn)
        self.families = Families(turn)
        self.households = Households(turn)
        self.adults = Adults(turn)
        self.children = Children(turn)
        self.spans = Spans(turn)
        self.consents = Consents(turn)
        self.blocks = Blocks(turn)
        self.mentors = Mentors(turn)
        self.requirements = Requirements(turn)
        self.registers = Registers(turn)
        self.requests = Requests(turn)
        self.people = People(turn)
        self.people_roles = PeopleRoles(turn)
        self.concerns = Concerns(turn)
        self.emergencies = Emergencies(turn)
        self.erasures = Erasures(turn)
        self.runs = Runs(turn)
        self.reckonings = Reckonings(turn)
        self.pair_rules = PairRules(turn)
        self.proposals = Proposals(turn)
        self.cards = Cards(turn)
        self.mentorings = Mentorings(turn)
        self.hand_overs = HandOvers(turn)
        self.lending = Lending(turn)
        self.loans = Loans(turn)
        self.lent_mentors = LentMentors(turn)
        self.trails = Trails(turn)
        self.desks = Desks(turn)
