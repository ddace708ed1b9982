"""People of the agency, its settings, the audit, and pages about Kith itself."""

from collections.abc import Sequence

from services.web.pages import (
    agency_settings,
    gallery,
    people,
    register,
)
from services.web.site import (
    ADMINS,
    ANYBODY,
    AUDITORS,
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
    see("/audit", register.audit, AUDITORS),
    see("/about-the-data", register.about_the_data, ANYBODY),
    see("/gallery", gallery.gallery, ANYBODY),
)
