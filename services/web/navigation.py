"""Which pages each role finds in its header, and in the phone's tab bar."""

from services.web.frame import Link

COORDINATING = (
    Link("/desk", "Desk"),
    Link("/requests", "Requests"),
    Link("/mentors", "Mentors"),
    Link("/families", "Families"),
    Link("/pairs", "Pairs"),
    Link("/events", "Events"),
    Link("/messages", "Messages"),
)
REGISTER = (
    Link("/", "Today"),
    Link("/families", "Families"),
    Link("/mentors", "Mentors"),
    Link("/messages", "Messages"),
)
ADMIN = (*REGISTER, Link("/audit", "Audit"))
HOUSEHOLD = (
    Link("/", "Home", "house"),
    Link("/mentoring", "Mentoring", "users"),
    Link("/events", "Events", "calendar-days"),
    Link("/messages", "Messages", "message-circle"),
)
IN_PART = (
    Link("/", "Today"),
    Link("/families", "Families"),
    Link("/events", "Events"),
    Link("/messages", "Messages"),
    Link("/emergency", "Emergency"),
)
PLANNING = (*IN_PART, Link("/call-backs", "Calls"), Link("/eligibility", "Rules"))
MEETING_FAMILIES = (
    Link("/", "Home"),
    Link("/events", "Events"),
    Link("/messages", "Messages"),
    Link("/emergency", "Emergency"),
)
NEWCOMER = (Link("/", "Home"), Link("/events", "Events"), Link("/messages", "Messages"))
LEADING = (Link("/", "Home"), Link("/groups", "Groups"), Link("/messages", "Messages"))

BELONGS = {
    "/concerns": ("/kept-apart", "/kept-clear"),
    "/desk": ("/runs", "/proposals"),
    "/families": ("/erasures",),
    "/mentoring": ("/answers", "/ask-for-a-mentor"),
    "/agency-settings": ("/runs/settings", "/lending"),
    "/events": (
        "/groups",
        "/memberships",
        "/leaders",
        "/bookings",
        "/waiting",
        "/can-we-come",
        "/held-places",
        "/gates",
        "/registers",
        "/overrides",
        "/place-settings",
        "/charges",
        "/mailing-list",
    ),
    "/my-slots": ("/registers",),
    "/pairs": ("/lending",),
    "/people": ("/invitations",),
    "/call-backs": ("/contact",),
}
"""Pages that have no link of their own, by the link that leads to them."""

BY_ROLE: dict[str, tuple[Link, ...]] = {
    "coordinator": (*COORDINATING, Link("/call-backs", "Calls"), Link("/audit", "Audit")),
    "organiser": PLANNING,
    "assessing_social_worker": (*IN_PART, Link("/my-slots", "Your slots")),
    "facilitator": MEETING_FAMILIES,
    "group_leader": LEADING,
    "partner": NEWCOMER,
    "data_protection_lead": (*NEWCOMER, Link("/erasures", "Erasures"), Link("/audit", "Audit")),
    "agency_admin": (
        *REGISTER,
        Link("/events", "Events"),
        Link("/people", "People"),
        Link("/agency-settings", "Settings"),
        Link("/call-backs", "Calls"),
        Link("/eligibility", "Rules"),
        Link("/audit", "Audit"),
    ),
    "safeguarding_lead": (
        Link("/concerns", "Concerns"),
        *ADMIN,
        Link("/emergencies", "Emergencies"),
    ),
    "nobody": (),
    "adopter": HOUSEHOLD,
    "mentor": HOUSEHOLD,
}


def navigation(role: str, path: str) -> tuple[Link, ...]:
    """The header's links for a role, the one that holds `path` marked as here."""
    links = BY_ROLE.get(role, NEWCOMER)
    held = [link.href for link in links if holds(link.href, path)]
    deepest = max(held, key=len, default=None)
    return tuple(Link(link.href, link.text, link.icon, link.href == deepest) for link in links)


def tabs(role: str, path: str) -> tuple[Link, ...]:
    """The phone's tab bar: for adopters and mentors; staff have the menu."""
    return navigation(role, path) if BY_ROLE.get(role) is HOUSEHOLD else ()


def holds(href: str, path: str) -> bool:
    roots = (href, *BELONGS.get(href, ()))
    return path == href or any(root != "/" and f"{path}/".startswith(f"{root}/") for root in roots)
