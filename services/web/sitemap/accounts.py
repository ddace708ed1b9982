"""Home, signing in, roles, invitations, messages and what a person sets for themself."""

from collections.abc import Sequence

from services.web.pages import (
    account,
    home,
    invitations,
    messages,
    own_sign_ins,
    settings,
)
from services.web.site import (
    ACCOUNTS,
    ADMINS,
    ANYBODY,
    DESKS,
    Place,
    see,
    send,
)

PAGES: Sequence[Place] = (
    see("/", home.home, ACCOUNTS),
    see("/sign-in", account.sign_in, ANYBODY),
    send("/sign-in", account.start, ANYBODY),
    see("/sign-in/back", account.back, ANYBODY),
    see("/signed-out", account.signed_out, ANYBODY),
    see("/role", account.roles, ACCOUNTS),
    send("/role", account.take_role, ACCOUNTS),
    send("/sign-out", account.sign_out, ACCOUNTS),
    see("/still-here", account.still_here, ACCOUNTS, touches=False),
    send("/still-here", account.stay, ACCOUNTS),
    see("/invitation", invitations.use, ANYBODY),
    send("/invitation", invitations.go_and_use, ANYBODY),
    see("/invitations", invitations.invitations, DESKS),
    send("/invitations", invitations.invite, ADMINS),
    see("/invitations/mail", invitations.mailing, DESKS),
    send("/invitations/mail", invitations.mail, DESKS),
    send("/invitations/{id}/code", invitations.reissue, DESKS),
    send("/invitations/{id}/revoke", invitations.revoke, DESKS),
    see("/messages", messages.inbox),
    see("/messages/{id}", messages.message),
    send("/messages/{id}/open", messages.open_message),
    see("/settings", settings.settings),
    see("/settings/sign-ins", own_sign_ins.own_sign_ins),
    send("/settings/sign-ins/{id}/end", own_sign_ins.end),
    send("/settings", settings.set_contact),
    see("/settings/undelivered", settings.undelivered, DESKS),
    see("/settings/contacts/{account}", settings.contact, DESKS),
    send("/settings/contacts/{account}", settings.mend_contact, DESKS),
)
