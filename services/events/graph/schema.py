"""Events' graph as one schema: where each noun's questions and changes join."""

from __future__ import annotations

import strawberry

from kernel import entities
from kernel.schema import Schema, build_schema
from services.events.graph.apart import ApartMutation, ApartQuery
from services.events.graph.attendance import AttendanceMutation, AttendanceQuery
from services.events.graph.audit import AuditQuery
from services.events.graph.booking import BookingMutation
from services.events.graph.calendars import CalendarMutation, CalendarQuery
from services.events.graph.charges import ChargeMutation, ChargeQuery
from services.events.graph.desks import DeskMutation, DeskQuery
from services.events.graph.drafting import DraftingMutation
from services.events.graph.eligibility import EligibilityMutation, EligibilityQuery
from services.events.graph.feedback import FeedbackMutation, FeedbackQuery
from services.events.graph.gates import GateMutation, GateQuery
from services.events.graph.giving import GivingMutation, GivingQuery
from services.events.graph.group_changes import GroupMutation
from services.events.graph.groups import GroupQuery
from services.events.graph.history import HistoryQuery
from services.events.graph.hosting import HostingMutation
from services.events.graph.inviting import InvitingMutation, InvitingQuery
from services.events.graph.kept_clear import KeptClearMutation, KeptClearQuery
from services.events.graph.outcomes import OutcomeQuery
from services.events.graph.overrides import OverrideMutation, OverrideQuery
from services.events.graph.own_slots import OwnSlotQuery
from services.events.graph.places import PlaceQuery
from services.events.graph.programme import ProgrammeQuery
from services.events.graph.reconfirming import ReconfirmingMutation
from services.events.graph.staffing import StaffingMutation, StaffingQuery
from services.events.graph.topics import TopicMutation, TopicQuery


@strawberry.type
class Query(
    ApartQuery,
    AttendanceQuery,
    AuditQuery,
    CalendarQuery,
    ChargeQuery,
    DeskQuery,
    EligibilityQuery,
    FeedbackQuery,
    GateQuery,
    GivingQuery,
    GroupQuery,
    HistoryQuery,
    InvitingQuery,
    KeptClearQuery,
    OutcomeQuery,
    OwnSlotQuery,
    OverrideQuery,
    PlaceQuery,
    ProgrammeQuery,
    StaffingQuery,
    TopicQuery,
): ...


@strawberry.type
class Mutation(
    ApartMutation,
    AttendanceMutation,
    BookingMutation,
    CalendarMutation,
    ChargeMutation,
    DeskMutation,
    DraftingMutation,
    EligibilityMutation,
    FeedbackMutation,
    GateMutation,
    GivingMutation,
    GroupMutation,
    HostingMutation,
    InvitingMutation,
    KeptClearMutation,
    OverrideMutation,
    ReconfirmingMutation,
    StaffingMutation,
    TopicMutation,
): ...


def build(*, introspection: bool = False) -> Schema:
    """Where the register is not in the process, a family is its id and what events adds."""
    return build_schema(
        query=Query, mutation=Mutation, types=entities.assemble(), introspection=introspection
    )
