"""Log lines: JSON or plain, each with its request id, none with a name, an address or a text."""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import structlog
from structlog.typing import EventDict

Logger = structlog.stdlib.BoundLogger
# Libraries that would log what people typed, or each line of traffic.
QUIET = ("httpx2", "httpcore2", "asyncio", "arq.worker", "uvicorn.access", "strawberry.execution")


def configure(*, plain: bool = False) -> None:
    """Send everything, our own lines and the libraries', to standard error in one shape.

    `plain` is for people at a terminal; machines get one JSON object a line.
    """
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _tell_exceptions_bare,
    ]
    ending: list[Any] = (
        [structlog.dev.ConsoleRenderer(colors=False, pad_event_to=0)]
        if plain
        else [structlog.processors.JSONRenderer()]
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *ending],
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.INFO, force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def _tell_exceptions_bare(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Put what was raised as its first line and its places in the code, without any values.

    What follows the first line (PostgreSQL's DETAIL), and local variables, may hold a name.
    """
    raised = event.pop("exc_info", None)
    if raised is True:
        raised = sys.exc_info()
    if isinstance(raised, BaseException):
        raised = (type(raised), raised, raised.__traceback__)
    if raised and raised[1] is not None:
        first_line = str(raised[1]).partition("\n")[0]
        event["error"] = f"{type(raised[1]).__name__}: {first_line}"
        event["places"] = [
            f"{frame.filename}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(raised[2])
        ]
    return event


def logger(name: str) -> Logger:
    """A logger; facts go in as keywords: `log.info("mail sent", notice=notice_id)`."""
    found: Logger = structlog.stdlib.get_logger(name)
    return found


@contextmanager
def about(**facts: str) -> Iterator[None]:
    """Put ids (a request's, a job's) on every line that is written inside."""
    with structlog.contextvars.bound_contextvars(**facts):
        yield
