"""What becomes of each column that can hold words, places or days when a family is erased.

The migrations' `erase_family` does what stands here. `tests/suite/test_erasure_policy.py` walks the
catalogue: a new column has to be put in this table before it may be there. Source: domain.md E49.
"""

from kernel.messages import Fate, Fates

ERASING: Fates = {
    Fate.DELETED: {
        "calendar_link": ("digest",),
        "feedback_link": ("digest",),
        "group_post": ("words",),
        "interest": ("topic",),
        "leader_check": ("until_on",),
        "newly_placed": ("placed_on",),
        "talk_topic": ("words",),
        "whom_to_ring": ("contact", "telephone", "needs"),
    },
    Fate.BLANKED: {
        "asked_override": ("why", "declined_because"),
        "booking": ("ended_because",),
        "call_back": ("reference", "words", "telephone"),
        "charge_reversal": ("why",),
        "family_card": (
            "reference",
            "stage",
            "child_age_bands",
            "access_needs",
            "consents",
            "children",
            "lives_with",
            "approved_by",
        ),
        "offer": ("made_because",),
        "waiting_entry": ("said",),
    },
    Fate.FOLLOWS: {
        "booking": ("children",),  # how many of which ages came: reports count them
        "call_back": ("desk", "family_agency", "service", "due_on"),
        "eligibility_asking": ("service", "asked_on", "contact"),
        "gate_mark": ("kind", "marked_on"),
        "waiting_entry": ("children", "passed_because"),
    },
    Fate.KEPT_BY_LAW: {
        # Funding evidence: the financial year and six more (E52).
        "child_funding": ("assessed_on", "applied_on", "approved_on", "reference"),
    },
    Fate.EXPIRES: {"guest": ("first_name",)},  # nobody of the register; gone with the date
    Fate.NOBODYS: {
        "charge_rule": ("why", "ended_because"),
        "desk_hours": ("desk",),
        "eligibility_rule": (
            "desks",
            "from_on",
            "until_on",
            "contact",
            "words",
            "source",
            "reason",
        ),
        "event": ("town", "decide_on", "cancelled_because"),
        "event_gate": ("by_on", "detail"),
        "event_private": ("join_link", "note"),
        "fair_access_limit": ("from_on", "source"),
        "feedback_count": ("question", "choice"),
        "feedback_words": ("words",),  # given without a name, and kept beside none
        "front_desk": ("code", "name", "website", "telephone", "email", "signposts"),
        "offering": ("topic", "title", "summary", "age_bands", "provider", "link"),
        "kept_clear": ("first_on", "last_on"),
        "public_told": ("body",),
        "peer_group": ("town", "ended_because"),
        "place_settings": ("why",),
        "venue": ("name", "town", "address", "arriving"),
        "workshop_topic": ("code", "title", "summary"),
    },
}
