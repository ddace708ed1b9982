"""What the queue and the clock ask of notify: take in messages, send what is due."""

from __future__ import annotations

import asyncio

import structlog

from services.notify.actions import sending
from services.notify.actions.sending import Post, Worker
from services.notify.channels.channel import Channel, ChannelError
from services.notify.model import Handover

log = structlog.get_logger()

STOP_AFTER_S = 5.0
"""When to leave the rest to the next job: with one slow hand-over (8 s) it stays below 15 s."""


async def deliver(ask: Worker, post: Post, channel: Channel) -> int:
    """Send what is due for the agency that `ask` names. Returns how many notices were looked at."""
    loop = asyncio.get_running_loop()
    stop_at = loop.time() + STOP_AFTER_S
    looked_at = 0
    while loop.time() < stop_at:
        judged = await sending.take_next(ask, post)
        if judged is None:
            break
        looked_at += 1
        if judged.handover is not None:
            await hand_over(ask, judged.handover, channel)
    return looked_at


async def hand_over(ask: Worker, handover: Handover, channel: Channel) -> None:
    """Outside any transaction: a slow mail server holds no row."""
    try:
        await channel.send(handover.letter)
    except ChannelError as fault:
        log.warning(
            "notice_not_sent",
            notice=str(handover.notice.id),
            permanent=fault.permanent,
            detail=fault.detail,
        )
        await sending.mark_not_sent(ask, handover, permanent=fault.permanent, detail=fault.detail)
    else:
        await sending.mark_sent(ask, handover)
