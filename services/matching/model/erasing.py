"""What becomes of each column that can hold words, places or days when a family is erased.

The migrations' `erase_family` does what stands here. `tests/suite/test_erasure_policy.py` walks the
catalogue: a new column has to be put in this table before it may be there. Source: domain.md E49.
"""

from kernel.messages import Fate, Fates

ERASING: Fates = {
    Fate.DELETED: {
        "agency_span": ("kept_by", "from_on", "until_on", "desk"),  # those of children
        "child": ("birth_month",),
        "identity": ("first_name", "last_name", "sort_name"),
        "placement": ("placed_on", "order_on", "placing_council"),
        "renewal_handle": ("hash",),
    },
    Fate.BLANKED: {
        "account": ("issuer", "subject", "first_name", "last_name"),
        "concern": ("words",),  # of one that is closed; while one is open nothing is erased
        "emergency_access": ("reason",),
        "erasure": ("how_asked", "held_because"),
        "family": ("reference", "outcode", "stage_on", "languages"),
        "household_left": ("reason",),
        "invitation": ("code_hash",),
        "left_out": ("told",),
        "pair_rule": ("reason",),
        "proposal": ("explained", "override_reason", "ended_because", "held_back_because"),
        "proposal_card": ("words",),
        "requirement": ("seen_by",),
        "run_record": ("input", "result"),
        "support_request": ("wishes", "must_haves", "note"),
    },
    Fate.FOLLOWS: {
        "block": ("other_agency",),
        "concern": ("raised_by_role",),
        "family": ("council",),  # reports count by it
        "hand_over_call": ("call_on",),
        "household_left": ("left_on",),
        "loan": ("lender", "borrower"),
        "requirement": ("met_on", "expires_on"),
        "retirement": ("last_on",),
        "sign_in": ("proof_hash", "role"),
        "support_request": ("channels",),
        "erasure": ("asked_on",),
    },
    Fate.NOBODYS: {
        "agency_settings": ("settings", "why"),
        "invitation": ("first_name", "last_name"),  # of staff alone, who have no family
        "lending_agreement": ("lender", "borrower", "from_on", "until_on", "proposed_by"),
        "lending_year": ("lender", "borrower"),
        "run": ("step", "fault"),
        "run_record": ("settings",),
        "run_settings": ("settings",),
    },
}
