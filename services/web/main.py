"""The web front, wired: settings, the site map as one list, and the app."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
from starlette.applications import Starlette
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Scope

from kernel.db import Db
from kernel.settings import Mode, needs_https, setting
from services.web.gateway import Gateway
from services.web.guard import Guard
from services.web.identity import Client, Provider, Register
from services.web.page import Front
from services.web.pages import (
    account,
    agency_settings,
    answers,
    asking_for_a_mentor,
    bookings,
    can_we_come,
    concerns,
    desk,
    emergencies,
    events,
    families,
    family_members,
    family_new,
    front_door,
    gallery,
    gates,
    heard,
    home,
    improving,
    invitations,
    leaving,
    mentors,
    messages,
    own_sign_ins,
    pairs,
    people,
    programme,
    proposals,
    reckonings,
    register,
    requests,
    retiring,
    run_settings,
    runs,
    settings,
    weights,
    why_not,
)
from services.web.registry import load_registry
from services.web.session import Sessions
from services.web.site import (
    ACCOUNTS,
    ADMINS,
    ANYBODY,
    AUDITORS,
    COORDINATORS,
    DESKS,
    HOUSEHOLDS,
    IN_EMERGENCY,
    KEEPERS,
    LEADS,
    MENTOR_KEEPERS,
    PLANNERS,
    REGISTER_READERS,
    Place,
    error_page,
    routes,
    see,
    send,
)
from services.web.templating import environment

SITE: Sequence[Place] = (
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
    see("/families/{id}/adults/{member}/invite", invitations.ask_adult, DESKS),
    send("/families/{id}/adults/{member}/invite", invitations.invite_adult, DESKS),
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
    see("/events", events.events),
    see("/events/topics", events.topics, HOUSEHOLDS),
    see("/events/{id}", programme.event, HOUSEHOLDS),
    send("/events/{id}/book", programme.book, HOUSEHOLDS),
    send("/events/{id}/wait", programme.wait, HOUSEHOLDS),
    see("/bookings", bookings.mine, HOUSEHOLDS),
    see("/bookings/{id}", bookings.booking, HOUSEHOLDS),
    send("/bookings/{id}/cancel", bookings.cancel, HOUSEHOLDS),
    send("/bookings/{id}/party", bookings.change_party, HOUSEHOLDS),
    send("/bookings/{id}/transfer", bookings.transfer, HOUSEHOLDS),
    see("/waiting/{id}", bookings.waiting, HOUSEHOLDS),
    send("/waiting/{id}/leave", bookings.leave, HOUSEHOLDS),
    send("/waiting/{id}/answer", bookings.answer_offer, HOUSEHOLDS),
    send("/events/{code}/ask", events.register, HOUSEHOLDS),
    send("/events/{code}/leave", events.withdraw, HOUSEHOLDS),
    see("/contact", front_door.contact, ANYBODY),
    see("/contact/{code}/hours", front_door.hours, ADMINS),
    send("/contact/{code}/hours", front_door.change_hours, ADMINS),
    see("/call-back", front_door.call_back, HOUSEHOLDS),
    send("/call-back", front_door.ask_to_be_rung, HOUSEHOLDS),
    send("/call-back/{id}/take-back", front_door.take_back, HOUSEHOLDS),
    see("/call-backs", front_door.call_backs, PLANNERS),
    send("/call-backs/{id}", front_door.settle, PLANNERS),
    see("/can-we-come", can_we_come.services, HOUSEHOLDS),
    see("/can-we-come/{service}", can_we_come.answer, HOUSEHOLDS),
    send("/can-we-come/{service}", can_we_come.ask_to_come, HOUSEHOLDS),
    see("/gates", gates.events, PLANNERS),
    see("/gates/{event}", gates.clearance, PLANNERS),
    see("/gates/{event}/wanted", gates.wanted, PLANNERS),
    send("/gates/{event}/wanted", gates.set_gates, PLANNERS),
    see("/gates/{event}/places/{booking}", gates.place, PLANNERS),
    send("/gates/{event}/places/{booking}/mark", gates.mark, PLANNERS),
    send("/gates/{event}/places/{booking}/funding", gates.keep_funding, PLANNERS),
    see("/held-places", gates.held, HOUSEHOLDS),
    see("/eligibility", can_we_come.rules, PLANNERS),
    see("/eligibility/new/{service}", can_we_come.new_rule, ADMINS),
    send("/eligibility/new/{service}", can_we_come.add_rule, ADMINS),
    see("/eligibility/{id}", can_we_come.rule, PLANNERS),
    send("/eligibility/{id}", can_we_come.change_rule, ADMINS),
    see("/families/{id}/can-they-come", can_we_come.services_for, PLANNERS),
    see("/families/{id}/can-they-come/{service}", can_we_come.answer_for, PLANNERS),
    send("/families/{id}/can-they-come/{service}", can_we_come.ask_for, PLANNERS),
    send("/families/{id}/can-they-come/{service}/ring", can_we_come.ring_for, PLANNERS),
    see("/worried", concerns.worried, ANYBODY),
    send("/worried", concerns.raise_concern),
    see("/concerns", concerns.concerns, LEADS),
    see("/concerns/{id}", concerns.concern, LEADS),
    send("/concerns/{id}", concerns.move_concern, LEADS),
    see("/emergency", emergencies.ask, IN_EMERGENCY),
    send("/emergency", emergencies.open_family, IN_EMERGENCY),
    see("/emergency/{id}", emergencies.family, IN_EMERGENCY),
    see("/emergencies", emergencies.emergencies, LEADS),
    send("/emergencies/{id}/end", emergencies.end, LEADS),
    see("/families", families.families, REGISTER_READERS),
    see("/families/new", family_new.start, KEEPERS),
    send("/families/new", family_new.go_on, KEEPERS),
    see("/families/{id}", families.family, REGISTER_READERS),
    see("/families/{id}/correct/{what}", families.correct, KEEPERS),
    send("/families/{id}/correct/{what}", families.save_correction, KEEPERS),
    see("/families/{id}/stage", families.stage, KEEPERS),
    send("/families/{id}/stage", families.move_stage, KEEPERS),
    see("/families/{id}/adults/new", family_members.add_adult, KEEPERS),
    send("/families/{id}/adults/new", family_members.save_new_adult, KEEPERS),
    see("/families/{id}/adults/{member}", family_members.correct_adult, KEEPERS),
    send("/families/{id}/adults/{member}", family_members.save_adult, KEEPERS),
    send("/families/{id}/adults/{member}/consent", family_members.change_consent, KEEPERS),
    see("/families/{id}/adults/{member}/left", leaving.ask, KEEPERS),
    send("/families/{id}/adults/{member}/left", leaving.save, KEEPERS),
    see("/families/{id}/children/new", family_members.add_child, KEEPERS),
    send("/families/{id}/children/new", family_members.save_new_child, KEEPERS),
    see("/families/{id}/children/{member}", family_members.correct_child, KEEPERS),
    send("/families/{id}/children/{member}", family_members.save_child, KEEPERS),
    see("/mentors", mentors.mentors, KEEPERS),
    see("/mentors/new", mentors.start_new, MENTOR_KEEPERS),
    send("/mentors/new", mentors.go_on_new, MENTOR_KEEPERS),
    see("/mentors/{id}", mentors.mentor, KEEPERS),
    send("/mentors/{id}/move", mentors.move, KEEPERS),
    see("/mentors/{id}/leaving", retiring.hand_over, COORDINATORS),
    send("/mentors/{id}/leaving", retiring.plan, COORDINATORS),
    send("/mentors/{id}/leaving/stay", retiring.stay, COORDINATORS),
    send("/mentors/{id}/leaving/propose", retiring.propose, COORDINATORS),
    send("/mentors/{id}/leaving/{mentoring}/call", retiring.call, COORDINATORS),
    see("/mentors/{id}/leaving/{mentoring}/part", retiring.parting, COORDINATORS),
    send("/mentors/{id}/leaving/{mentoring}/part", retiring.part, COORDINATORS),
    see("/mentors/{id}/correct/{what}", mentors.correct, MENTOR_KEEPERS),
    send("/mentors/{id}/correct/{what}", mentors.save_correction, MENTOR_KEEPERS),
    see("/mentors/{id}/requirements/new", mentors.requirement, MENTOR_KEEPERS),
    send("/mentors/{id}/requirements/new", mentors.record_requirement, MENTOR_KEEPERS),
    see("/requests", requests.requests, KEEPERS),
    see("/requests/new", requests.start_new, COORDINATORS),
    send("/requests/new", requests.go_on_new, COORDINATORS),
    see("/requests/{id}", requests.request, KEEPERS),
    send("/requests/{id}/move", requests.move, KEEPERS),
    see("/requests/{id}/correct", requests.correct, COORDINATORS),
    send("/requests/{id}/correct", requests.save_correction, COORDINATORS),
    see("/desk", desk.desk, COORDINATORS),
    send("/desk/run", desk.start_run, COORDINATORS),
    send("/desk/send", desk.send, COORDINATORS),
    see("/runs", runs.runs, COORDINATORS),
    see("/runs/settings", run_settings.settings, DESKS),
    see("/runs/settings/change", run_settings.change, DESKS),
    send("/runs/settings/change", run_settings.save, DESKS),
    see("/runs/improve", improving.improve, COORDINATORS),
    send("/runs/improve/{id}", improving.take, COORDINATORS),
    see("/runs/what-if", improving.what_if, COORDINATORS),
    send("/runs/what-if", improving.try_it, COORDINATORS),
    see("/runs/weights", weights.weights, COORDINATORS),
    see("/runs/weights/{programme}", weights.change, COORDINATORS),
    send("/runs/weights/{programme}", weights.save, COORDINATORS),
    see("/runs/{id}", runs.run, COORDINATORS),
    see("/runs/{id}/compare", reckonings.compare, COORDINATORS),
    send("/runs/{id}/compare", reckonings.choose, COORDINATORS),
    see("/runs/{id}/pictures", reckonings.pictures, COORDINATORS),
    see("/runs/{id}/why/{request}", why_not.why_not, COORDINATORS),
    send("/runs/{id}/cancel", runs.cancel, COORDINATORS),
    see("/proposals/{id}", proposals.proposal, COORDINATORS),
    send("/proposals/{id}/read", proposals.read, COORDINATORS),
    send("/proposals/{id}/send", proposals.send, COORDINATORS),
    see("/proposals/{id}/choose", proposals.choose, COORDINATORS),
    send("/proposals/{id}/choose", proposals.choose_another, COORDINATORS),
    see("/proposals/{id}/heard", heard.heard, COORDINATORS),
    send("/proposals/{id}/heard", heard.write_down, COORDINATORS),
    see("/proposals/{id}/{decision}", proposals.decision, COORDINATORS),
    send("/proposals/{id}/{decision}", proposals.decide, COORDINATORS),
    see("/pairs", pairs.pairs, COORDINATORS),
    send("/pairs/{id}/lift", pairs.lift, COORDINATORS),
    see("/answers/{id}", answers.card, HOUSEHOLDS),
    send("/answers/{id}", answers.answer, HOUSEHOLDS),
    see("/mentoring", answers.mentoring, HOUSEHOLDS),
    see("/ask-for-a-mentor", asking_for_a_mentor.ask, HOUSEHOLDS),
    see("/ask-for-a-mentor/start", asking_for_a_mentor.start, HOUSEHOLDS),
    send("/ask-for-a-mentor/start", asking_for_a_mentor.go_on, HOUSEHOLDS),
    see("/ask-for-a-mentor/correct", asking_for_a_mentor.correct, HOUSEHOLDS),
    send("/ask-for-a-mentor/correct", asking_for_a_mentor.save_correction, HOUSEHOLDS),
    send("/ask-for-a-mentor/withdraw", asking_for_a_mentor.withdraw, HOUSEHOLDS),
    see("/our-family", register.our_family, HOUSEHOLDS),
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
GRAPH_TIMEOUT_S = 12.0
ASSETS = Path("build/web")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """In the small site nothing goes by network to graph and register: the suite gives a transport,
    and the two addresses are names only.
    """

    mode: Mode = setting("production or development", default=Mode.PRODUCTION)
    web_dsn: str = setting("Where the web front's own database is, as its serving role")
    web_url: str = setting("The one address by which browsers reach the front, without a path")
    graph_url: str = setting("Where the graph is", default="http://graph.internal")
    register_url: str = setting("Where the register is", default="http://graph.internal")
    oidc_issuer: str = setting("The sign-in provider's issuer, an https address")
    oidc_client_id: str = setting("Kith's name at the sign-in provider")
    oidc_client_secret: str = setting("Kith's secret at the provider, if it has one", default="")
    assets: Path = setting("The folder of built styles, scripts and icons", default=ASSETS)

    def faults(self) -> list[str]:
        return [
            *needs_https("web_url", self.web_url, self.mode),
            *needs_https("oidc_issuer", self.oidc_issuer, self.mode),
        ]


def build(
    settings: Settings,
    db: Db,
    transport: httpx2.AsyncBaseTransport | None = None,
    *,
    outside: httpx2.AsyncBaseTransport | None = None,
) -> ASGIApp:
    """The front as one app. `transport` reaches graph and register within the same process,
    `outside` the sign-in provider; without them both go by network.
    """
    public_url = settings.web_url.rstrip("/")
    front = Front(
        templates=environment(settings.assets),
        gateway=Gateway(_client(settings.graph_url, transport), load_registry()),
        sessions=Sessions(db, secure=public_url.startswith("https://")),
        provider=Provider(_known_as(settings, public_url), outside),
        register=Register(_client(settings.register_url, transport)),
        demo=settings.mode is Mode.DEVELOPMENT,
    )
    every: list[BaseRoute] = [
        Route("/live", _live),
        Mount("/static", GZipMiddleware(Assets(directory=settings.assets))),
        *routes(front, SITE),
    ]
    return Guard(
        Starlette(routes=every),
        public_url,
        not_from_here=error_page(front, 403),
        form_targets=(_origin(settings.oidc_issuer),),
    )


class Assets(StaticFiles):
    """What the build made. Pages ask for it with its hash, so a browser may keep it for a year."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        if response.status_code == 200 and scope["query_string"]:
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        else:
            response.headers["Cache-Control"] = "public, max-age=3600"
        return response


async def _live(_request: Request) -> Response:
    return PlainTextResponse("alive")


def _client(url: str, transport: httpx2.AsyncBaseTransport | None) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(base_url=url, transport=transport, timeout=GRAPH_TIMEOUT_S)


def _known_as(settings: Settings, public_url: str) -> Client:
    return Client(
        issuer=settings.oidc_issuer,
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret,
        redirect_uri=f"{public_url}/sign-in/back",
        home_uri=f"{public_url}/signed-out",
    )


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
