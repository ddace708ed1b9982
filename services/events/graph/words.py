"""The choices of events as the graph's enums: the same words, in capitals."""

import strawberry

from services.events.actions.offering import Answer
from services.events.actions.reading import Turn
from services.events.calendar import OnBankHoliday
from services.events.model.attendance import LedTo
from services.events.model.charge import Because, TakenBack
from services.events.model.clash import ClashKind
from services.events.model.desks import BestTime, CallBackState
from services.events.model.eligibility import Answer as MayCome
from services.events.model.eligibility import RuleKind, ServiceKind
from services.events.model.event import CountsBy, EventState, Kind, Standing, Tier
from services.events.model.feedback import Choice, Question, Step
from services.events.model.gate import GateKind, GateState
from services.events.model.group import Decision, GroupState, Joining, MemberState, PostState
from services.events.model.override import Over, OverrideKind, OverrideState
from services.events.model.place import BookingState, EntryState, OfferState, Passed
from services.events.model.staffing import LeaderCheck, Part
from services.events.states.call_backs import CallBackMove
from services.events.states.gates import GateMove
from services.events.states.overrides import OverrideMove

for _choice, _name in (
    (Answer, "OfferAnswer"),
    (Because, "ChargedBecause"),
    (BestTime, "BestTime"),
    (BookingState, "BookingState"),
    (CallBackMove, "CallBackMove"),
    (CallBackState, "CallBackState"),
    (ClashKind, "ClashKind"),
    (Choice, "FeedbackChoice"),
    (CountsBy, "CountsBy"),
    (Decision, "GroupDecision"),
    (EntryState, "WaitingState"),
    (EventState, "EventState"),
    (GateKind, "GateKind"),
    (GateMove, "GateMove"),
    (GateState, "GateState"),
    (GroupState, "GroupState"),
    (Joining, "GroupJoining"),
    (Kind, "EventKind"),
    (LeaderCheck, "LeaderCheck"),
    (LedTo, "LedTo"),
    (MayCome, "EligibilityAnswer"),
    (MemberState, "GroupMemberState"),
    (OfferState, "OfferState"),
    (OnBankHoliday, "OnBankHoliday"),
    (Over, "OverrideOver"),
    (OverrideKind, "OverrideKind"),
    (OverrideMove, "OverrideMove"),
    (OverrideState, "OverrideState"),
    (Part, "TeamPart"),
    (Passed, "PassedOver"),
    (PostState, "GroupNoteState"),
    (Question, "FeedbackQuestion"),
    (RuleKind, "EligibilityRuleKind"),
    (ServiceKind, "ServiceKind"),
    (Standing, "EventStanding"),
    (Step, "FeedbackStep"),
    (TakenBack, "ChargeTakenBack"),
    (Tier, "OfferingTier"),
    (Turn, "WaitingTurn"),
):
    strawberry.enum(_choice, name=_name)
