"""The register's graph as one schema: where each noun's questions and changes join."""

from __future__ import annotations

import strawberry

from kernel import entities
from kernel.schema import Schema, build_schema
from services.matching.graph.agency_settings import AgencySettingsMutation, AgencySettingsQuery
from services.matching.graph.answers import AnswerMutation, AnswerQuery
from services.matching.graph.audit import AuditQuery
from services.matching.graph.concerns import ConcernMutation, ConcernQuery
from services.matching.graph.desk import DeskQuery
from services.matching.graph.emergencies import EmergencyMutation, EmergencyQuery
from services.matching.graph.erasures import ErasureMutation, ErasureQuery
from services.matching.graph.families import FamilyQuery
from services.matching.graph.family_changes import ConsentMutation, FamilyMutation
from services.matching.graph.improving import ImprovingMutation, ImprovingQuery
from services.matching.graph.invitations import InvitationMutation, InvitationQuery
from services.matching.graph.leaving import LeavingQuery
from services.matching.graph.lending import LendingMutation, LendingQuery
from services.matching.graph.mentor_changes import MentorMutation
from services.matching.graph.mentors import MentorQuery
from services.matching.graph.pair_rules import PairRuleMutation, PairRuleQuery
from services.matching.graph.people import PeopleMutation, PeopleQuery
from services.matching.graph.places import PlaceQuery
from services.matching.graph.proposals import ProposalMutation, ProposalQuery
from services.matching.graph.registers import RegisterQuery
from services.matching.graph.request_changes import RequestMutation
from services.matching.graph.requests import RequestQuery
from services.matching.graph.retiring import RetiringMutation, RetiringQuery
from services.matching.graph.run_settings import RunSettingsMutation, RunSettingsQuery
from services.matching.graph.runs import RunMutation, RunQuery
from services.matching.graph.sign_ins import SignInMutation, SignInQuery
from services.matching.graph.viewer import ViewerQuery
from services.matching.graph.weighting import WeightingMutation, WeightingQuery


@strawberry.type
class Query(
    AgencySettingsQuery,
    AnswerQuery,
    AuditQuery,
    ConcernQuery,
    DeskQuery,
    EmergencyQuery,
    ErasureQuery,
    FamilyQuery,
    ImprovingQuery,
    InvitationQuery,
    LeavingQuery,
    LendingQuery,
    MentorQuery,
    PairRuleQuery,
    PeopleQuery,
    PlaceQuery,
    ProposalQuery,
    RegisterQuery,
    RequestQuery,
    RetiringQuery,
    RunQuery,
    RunSettingsQuery,
    SignInQuery,
    ViewerQuery,
    WeightingQuery,
): ...


@strawberry.type
class Mutation(
    AgencySettingsMutation,
    AnswerMutation,
    ConcernMutation,
    ConsentMutation,
    EmergencyMutation,
    ErasureMutation,
    FamilyMutation,
    ImprovingMutation,
    InvitationMutation,
    LendingMutation,
    MentorMutation,
    PairRuleMutation,
    PeopleMutation,
    ProposalMutation,
    RequestMutation,
    RetiringMutation,
    RunMutation,
    RunSettingsMutation,
    SignInMutation,
    WeightingMutation,
): ...


def build(*, introspection: bool = False) -> Schema:
    """Its families are entities, which the gateway asks for when others refer to them."""
    return build_schema(
        query=Query, mutation=Mutation, types=entities.assemble(), introspection=introspection
    )
