"""The names of things in the register: random UUIDs, told apart by type."""

from typing import NewType
from uuid import UUID

FamilyId = NewType("FamilyId", UUID)
AdultId = NewType("AdultId", UUID)
ChildId = NewType("ChildId", UUID)
AccountId = NewType("AccountId", UUID)
RoleHeldId = NewType("RoleHeldId", UUID)
MentorId = NewType("MentorId", UUID)
RequestId = NewType("RequestId", UUID)
RunId = NewType("RunId", UUID)
ProposalId = NewType("ProposalId", UUID)
MentoringId = NewType("MentoringId", UUID)
PairRuleId = NewType("PairRuleId", UUID)
AgreementId = NewType("AgreementId", UUID)
LoanId = NewType("LoanId", UUID)
ConcernId = NewType("ConcernId", UUID)
EmergencyId = NewType("EmergencyId", UUID)
ErasureId = NewType("ErasureId", UUID)
AgencyId = NewType("AgencyId", str)  # the short code of the reference table, such as ATV
CouncilCode = NewType("CouncilCode", str)  # nine-character GSS code, such as E06000038
DeskCode = NewType("DeskCode", str)  # who is rung: an agency's code, or a council's own desk
Outcode = NewType("Outcode", str)  # outward code, such as RG30: never a full postcode
