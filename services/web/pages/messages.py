"""The inbox: what was told, newest first; one message; and on to the thing it is about."""

from __future__ import annotations

from starlette.responses import Response

from services.web.gateway import Refusal
from services.web.page import Page

# Where the button of a message leads. The message itself carries no authority: one signs in.
PATHS = {
    "PROPOSAL_TO_MENTOR": "/answers/{subject}",
    "PROPOSAL_TO_FAMILY": "/answers/{subject}",
    "BOTH_SAID_YES": "/mentoring",
    "HAND_OVER_CALL": "/mentoring",
    "PROPOSAL_OVER": "/mentoring",
    "INVITED": "/invited/{subject}",
    "PAIR_OVER": "/mentoring",
    "REQUEST_RECEIVED": "/ask-for-a-mentor",
    "STILL_WAITING": "/ask-for-a-mentor",
    "CONCERN_RAISED": "/concerns/{subject}",
    "EMERGENCY_OPENED": "/emergencies",
    "KEPT_APART": "/families/{subject}",
    "RESPONSIBILITY_MOVES": "/our-family",
    "BOOKED": "/bookings/{subject}",
    "PLACE_HELD": "/bookings/{subject}",
    "BOOKING_CANCELLED": "/bookings/{subject}",
    "GIVEN_BACK_LATE": "/bookings/{subject}",
    "MOVED_LATE": "/bookings/{subject}",
    "MISSED_CHARGED": "/bookings/{subject}",
    "CHARGE_TAKEN_BACK": "/bookings/{subject}",
    "REMINDER": "/bookings/{subject}",
    "STILL_COMING": "/bookings/{subject}",
    "STILL_COMING_AGAIN": "/bookings/{subject}",
    "PASSED_ON": "/bookings/{subject}",
    "BOOKING_CHANGED": "/bookings/{subject}",
    "PLACE_LOST": "/bookings/{subject}",
    "DATE_MOVED": "/bookings/{subject}",
    "EVENT_OFF_BOOKED": "/bookings/{subject}",
    "EVENT_OFF_OFFERED": "/waiting/{subject}",
    "EVENT_OFF_WAITING": "/waiting/{subject}",
    "ON_WAITING_LIST": "/waiting/{subject}",
    "LIST_MOVED": "/waiting/{subject}",
    "OFFER_MADE": "/waiting/{subject}",
    "OFFER_MOVED": "/waiting/{subject}",
    "OFFER_LAPSED": "/waiting/{subject}",
    "OFFER_GONE": "/waiting/{subject}",
    "WAITING_OVER": "/waiting/{subject}",
    "ASKED_TO_COME": "/waiting/{subject}",
    "NOT_THIS_TIME": "/waiting/{subject}",
    "CHECK_RAN_OUT": "/",
    "GROUP_LEAD": "/groups/{subject}",
    "GROUP_ASKS": "/groups/{subject}",
    "GROUP_JOINED": "/memberships/{subject}",
    "GROUP_TURNED_DOWN": "/memberships/{subject}",
    "GROUP_OVER": "/memberships/{subject}",
    "GROUP_NOTE": "/memberships/{subject}",
    "FEEDBACK_WANTED": "/bookings/{subject}",
    "FOLLOW_UP_WANTED": "/bookings/{subject}",
}


async def inbox(page: Page) -> Response:
    after = page.query.get("after")
    data = await page.ask("Messages", after=after)
    return page.show(
        "messages/inbox.html",
        inbox=data["myNotices"],
        unread=data["myUnreadCount"],
        started=after is None,
    )


async def message(page: Page) -> Response:
    data = await page.ask("Message", id=page.path["id"])
    return page.show("messages/message.html", message=page.found(data["myNotice"]))


async def open_message(page: Page) -> Response:
    """Mark it read, by a POST since that changes something, and go where it leads."""
    answer = await page.do("OpenMessage", id=page.path["id"])
    if isinstance(answer, Refusal):
        page.found(None)
    return page.go(PATHS[answer["kind"]].format(subject=answer["subjectId"]))
