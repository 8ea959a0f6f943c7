"""Structured logs: counts and times, never texts; the token is cut out wherever it turns up."""

from __future__ import annotations

import logging
import math
import re
import sys
from collections.abc import MutableMapping
from contextvars import Context
from typing import Any, TextIO

import structlog

from bot.repeats import Repeats
from bot.settings.logs import LogFormat, LogLevel

# A bot token is the bot's number, a colon and 35 characters; it stands in every Bot API URL.
_TOKEN = re.compile(r"\d{6,12}:[A-Za-z0-9_-]{30,}")
REDACTED = "[token]"
# These log request URLs (with the token) at INFO, whole updates (with texts) at DEBUG, or how
# they looked for their own files.
_TALKATIVE = (
    "httpx", "httpcore", "telegram", "aiohttp", "sentence_transformers", "alembic", "faiss",
)  # fmt: skip


_UPDATES_IN_FULL = "Error while parsing updates"
"""How the library begins a line with all that it could not read; the inbox says so in numbers."""


def _holds_no_updates(record: logging.LogRecord) -> bool:
    return not str(record.msg).startswith(_UPDATES_IN_FULL)


def redact(text: str) -> str:
    """Replace everything shaped like a bot token."""
    return _TOKEN.sub(REDACTED, text)


class _RedactingHandler(logging.StreamHandler[TextIO]):
    """Cuts tokens out of the finished line, traceback included; bounds what comes repeatedly."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__(stream)
        self._repeats = Repeats()

    def emit(self, record: logging.LogRecord) -> None:
        self._sum_up(record.created)
        if self._repeats.lets(record):
            super().emit(record)

    def close(self) -> None:
        self._sum_up(math.inf)
        super().close()

    def _sum_up(self, now: float) -> None:
        for line in self._repeats.ended(now):
            # It belongs to no update, least of all to the one that is logged next.
            Context().run(super().emit, line)

    def format(self, record: logging.LogRecord) -> str:
        return redact(super().format(record))


def configure_logging(level: LogLevel, form: LogFormat, stream: TextIO | None = None) -> None:
    """Send every log line of the process to `stream` (stderr if None), redacted."""
    shared = (
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    )
    handler = _RedactingHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _one_wording,
                *_tail(form),
            ],
        )
    )
    handler.addFilter(_holds_no_updates)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)


def _tail(form: LogFormat) -> list[structlog.typing.Processor]:
    if form is LogFormat.JSON:
        return [
            structlog.processors.dict_tracebacks,
            _only_places,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ]
    # Plain tracebacks: the pretty ones print local variables, which hold people's texts.
    return [
        structlog.dev.ConsoleRenderer(
            colors=False, exception_formatter=structlog.dev.plain_traceback
        )
    ]


def _one_wording(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Drop the copy of its message, with colours, that uvicorn gives to its own formatter."""
    event.pop("color_message", None)
    return event


def _only_places(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Drop local variables from JSON tracebacks for the same reason."""
    for trace in event.get("exception", ()):
        for frame in trace.get("frames", ()):
            frame.pop("locals", None)
    return event
