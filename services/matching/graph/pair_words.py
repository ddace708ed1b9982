"""The states of runs, pairs and proposals as the graph's enums: the same words, in capitals."""

import strawberry

from services.matching.model.card import Answer, CardState
from services.matching.model.pair_rule import PairRuleKind
from services.matching.model.proposal import MentoringEnd, MentoringState, ProposalState, Side
from services.matching.model.retirement import CallOutcome
from services.matching.model.run import Result, RunState
from services.matching.model.weighting import Word

for _states in (
    CardState,
    MentoringEnd,
    MentoringState,
    PairRuleKind,
    ProposalState,
    RunState,
    Side,
):
    strawberry.enum(_states)
strawberry.enum(Answer, name="ProposalAnswer")
strawberry.enum(Result, name="RunResult")
strawberry.enum(CallOutcome, name="HandOverCallOutcome")
strawberry.enum(Word, name="WeightWord")
