"""The choices of the register as the graph's enums: the same words, in capitals."""

import strawberry

from kernel.messages import Purpose, Role
from services.matching.model.concern import ConcernState
from services.matching.model.family import Stage
from services.matching.model.lending import AgreementState, LoanState
from services.matching.model.mentor import MentorState, RequirementKind
from services.matching.model.request import BesidePartner, RequestState, WishKind
from services.matching.model.words import (
    AccessNeed,
    AgeBand,
    Channel,
    Form,
    Identity,
    Language,
    Programme,
    Topic,
)
from services.matching.states.concerns import ConcernMove
from services.matching.states.lending import AgreementMove
from services.matching.states.mentors import MentorMove
from services.matching.states.requests import RequestMove

for _choice in (
    AccessNeed,
    AgeBand,
    BesidePartner,
    Channel,
    ConcernMove,
    ConcernState,
    Form,
    Identity,
    Language,
    MentorMove,
    MentorState,
    Programme,
    Purpose,
    RequestMove,
    RequestState,
    RequirementKind,
    Role,
    Stage,
    Topic,
    WishKind,
):
    strawberry.enum(_choice)
strawberry.enum(AgreementState, name="LendingAgreementState")
strawberry.enum(AgreementMove, name="LendingAgreementMove")
strawberry.enum(LoanState)
