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
QUIET = ("httpx2", "httpcore2", "asyncio", "arq", "uvicorn.access", "strawberry.execution")


def configure(*, plain: bool = False) -> None:
    """Send everything, our own lines and the libraries', to standard error in one shape.

    `plain` is for people at a terminal of a demo: it also shows what an exception says. Machines
    get one JSON object a line, with the exception's kind and its places alone: what it says may
    hold a name, as PostgreSQL's details do.
    """
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _with_words_of_exceptions if plain else _without_words_of_exceptions,
    ]
    ending: Any = (
        structlog.dev.ConsoleRenderer(colors=False, pad_event_to=0)
        if plain
        else structlog.processors.JSONRenderer(default=str)
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
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, ending],
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.INFO, force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    # Its pool tells of each try to reach a database that is away; our own lines say that it is.
    logging.getLogger("asyncpg").setLevel(logging.ERROR)


def logger(name: str) -> Logger:
    """A logger; facts go in as keywords: `log.info("mail sent", notice=notice_id)`."""
    found: Logger = structlog.stdlib.get_logger(name)
    return found


@contextmanager
def about(**facts: str) -> Iterator[None]:
    """Put ids (a request's, a job's) on every line that is written inside."""
    with structlog.contextvars.bound_contextvars(**facts):
        yield


def _without_words_of_exceptions(_logger: object, _method: str, event: EventDict) -> EventDict:
    raised = _raised(event)
    if raised is not None:
        event["error"] = type(raised).__name__
        event["places"] = [
            f"{frame.filename}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(raised.__traceback__)
        ]
    return event


def _with_words_of_exceptions(_logger: object, _method: str, event: EventDict) -> EventDict:
    """The usual traceback, without local variables."""
    raised = _raised(event)
    if raised is not None:
        event["exception"] = "".join(traceback.format_exception(raised))
    return event


def _raised(event: EventDict) -> BaseException | None:
    told = event.pop("exc_info", None)
    if told is True:
        told = sys.exc_info()
    if isinstance(told, tuple):
        told = told[1]
    return told if isinstance(told, BaseException) else None
