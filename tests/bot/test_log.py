"""Log lines carry no token and no local variable, in either format."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog
from telegram import Bot

from bot.log import REDACTED, configure_logging, redact
from bot.settings.logs import LogFormat, LogLevel

TOKEN = "7351846209" + ":" + "AAHk9vQy0uX3bLmN7pRsTzW1cDeFgHiJkLm"


@pytest.fixture(autouse=True)
def restored_logging() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


PRIVATE = "what a person " + "wrote"


def failing(text: str) -> None:
    raise RuntimeError(f"POST /bot{TOKEN}/sendMessage failed")


def logged(form: LogFormat, level: LogLevel = LogLevel.INFO) -> str:
    stream = io.StringIO()
    configure_logging(level, form, stream)
    log = logging.getLogger("bot.test")
    log.debug("quiet")
    log.info("answered", extra={"took_ms": 12})
    try:
        failing(PRIVATE)
    except RuntimeError:
        log.exception("failed", extra={"incident": "ab12"})
    return stream.getvalue()


@pytest.mark.parametrize("form", list(LogFormat))
def test_a_token_is_cut_out_of_messages_and_tracebacks(form: LogFormat) -> None:
    lines = logged(form)
    assert TOKEN not in lines
    assert REDACTED in lines


@pytest.mark.parametrize("form", list(LogFormat))
async def test_what_the_library_cannot_read_of_updates_is_not_printed(
    form: LogFormat, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = io.StringIO()
    configure_logging(LogLevel.INFO, form, stream)
    bot = Bot(TOKEN)

    async def unreadable(*_arguments: object, **_named: object) -> list[dict[str, object]]:
        return [{"update_id": 1, "message": {"text": PRIVATE}}]

    monkeypatch.setattr(bot, "_post", unreadable)
    with pytest.raises((TypeError, KeyError)):
        await bot.get_updates()
    assert PRIVATE not in stream.getvalue()


@pytest.mark.parametrize("form", list(LogFormat))
def test_tracebacks_hold_no_local_variables(form: LogFormat) -> None:
    lines = logged(form)
    assert "RuntimeError" in lines
    assert PRIVATE not in lines


def test_json_lines_are_one_object_each_with_their_fields() -> None:
    first, second = (json.loads(line) for line in logged(LogFormat.JSON).splitlines())
    assert (first["event"], first["level"], first["took_ms"]) == ("answered", "info", 12)
    assert (second["event"], second["incident"]) == ("failed", "ab12")


def test_the_level_holds() -> None:
    assert "answered" not in logged(LogFormat.CONSOLE, LogLevel.WARNING)


def test_context_is_on_every_line() -> None:
    stream = io.StringIO()
    configure_logging(LogLevel.INFO, LogFormat.JSON, stream)
    with structlog.contextvars.bound_contextvars(answer="x7"):
        logging.getLogger("bot.test").info("one")
    assert json.loads(stream.getvalue())["answer"] == "x7"


def test_request_urls_of_the_http_client_are_not_logged() -> None:
    stream = io.StringIO()
    configure_logging(LogLevel.DEBUG, LogFormat.CONSOLE, stream)
    logging.getLogger("httpx").info("HTTP Request: POST /bot%s/getMe", TOKEN)
    logging.getLogger("telegram.ext.ExtBot").debug("an update with a text")
    assert stream.getvalue() == ""


def test_redact_leaves_ordinary_numbers_alone() -> None:
    assert redact("12:30 and 100200300:short") == "12:30 and 100200300:short"


@pytest.mark.parametrize("form", list(LogFormat))
def test_a_line_of_the_web_server_says_its_message_once(form: LogFormat) -> None:
    stream = io.StringIO()
    configure_logging(LogLevel.INFO, form, stream)
    extra = {"color_message": "Started \x1b[36m[%d]\x1b[0m"}
    logging.getLogger("uvicorn.error").info("Started [%d]", 7, extra=extra)
    assert "Started [7]" in stream.getvalue()
    assert "color_message" not in stream.getvalue()


def test_a_flood_of_one_warning_is_summed_up_without_the_number_of_another_update() -> None:
    stream = io.StringIO()
    configure_logging(LogLevel.INFO, LogFormat.JSON, stream)
    log = logging.getLogger("bot.test")
    for n in range(1_000):
        with structlog.contextvars.bound_contextvars(turn=n):
            log.warning("turned away %d", n)
    with structlog.contextvars.bound_contextvars(turn="last"):
        logging.getLogger().handlers[0].close()
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [line["turn"] for line in lines[:-1]] == list(range(20))
    assert lines[-1]["event"].startswith("turned away 999 (left out: 980 more")
    assert "turn" not in lines[-1]
