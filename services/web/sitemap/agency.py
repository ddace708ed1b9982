"""People of the agency, its settings, the audit, and pages about Kith itself."""

from collections.abc import Sequence

from services.web.pages import (
    agency_settings,
    audit,
    gallery,
    lending,
    people,
    register,
)
from services.web.site import (
    ADMINS,
    ANYBODY,
    AUDITORS,
    COORDINATORS,
    DESKS,
    KEEPERS,
    Place,
    see,
    send,
)

PAGES: Sequence[Place] = (
    see("/people", people.people, ADMINS),
    see("/people/{id}", people.person, ADMINS),
    send("/people/{id}/roles", people.give_role, ADMINS),
    see("/people/{id}/roles/{role}/end", people.ending, ADMINS),
    send("/people/{id}/roles/{role}/end", people.end_role, ADMINS),
    see("/agency-settings", agency_settings.agency_settings, KEEPERS),
    see("/agency-settings/versions", agency_settings.versions, KEEPERS),
    see("/agency-settings/versions/{version}", agency_settings.restore, ADMINS),
    send("/agency-settings/versions/{version}", agency_settings.go_back, ADMINS),
    see("/agency-settings/{section}", agency_settings.change, ADMINS),
    send("/agency-settings/{section}", agency_settings.save, ADMINS),
    see("/lending", lending.lending, KEEPERS),
    see("/lending/new", lending.propose, DESKS),
    send("/lending/new", lending.save_proposal, DESKS),
    see("/lending/{id}", lending.agreement, KEEPERS),
    see("/lending/{id}/loans/{loan}/give-back", lending.ask_give_back, COORDINATORS),
    send("/lending/{id}/loans/{loan}/give-back", lending.give_back, COORDINATORS),
    see("/lending/{id}/{move}", lending.ask_why, ADMINS),
    send("/lending/{id}/{move}", lending.move, DESKS),
    see("/audit", audit.audit, AUDITORS),
    see("/about-the-data", register.about_the_data, ANYBODY),
    see("/gallery", gallery.gallery, ANYBODY),
)
