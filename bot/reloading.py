"""SIGHUP: the settings are read again, and those that can change while the bot runs do."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bot.config import Settings, load_settings, variable
from bot.errors import SettingsError

RELOADABLE = (
    "log_level",
    "log_format",
    "query_timeout_s",
    "max_wait_s",
    "max_waiting_claims",
    "articles_shown",
    "passages_per_article",
    "threads_shown",
    "remarks_per_thread",
)
"""What takes effect without a restart."""

_log = logging.getLogger(__name__)


@contextmanager
def reload_on_hangup(settings: Settings, apply: Callable[[Settings], None]) -> Iterator[None]:
    """Read the settings file again at each SIGHUP, for as long as the block lasts.

    In a terminal the signal says that the terminal is gone, and ends the bot as ever.

    Args:
        settings: what holds now.
        apply: gets the new settings; only those in `RELOADABLE` may differ for it.
    """
    if sys.stdin is not None and sys.stdin.isatty():
        yield
        return
    loop = asyncio.get_running_loop()
    held = settings

    def on_hangup() -> None:
        nonlocal held
        held = _reloaded(held, apply)

    loop.add_signal_handler(signal.SIGHUP, on_hangup)
    try:
        yield
    finally:
        loop.remove_signal_handler(signal.SIGHUP)


def _reloaded(held: Settings, apply: Callable[[Settings], None]) -> Settings:
    """The settings that hold from now on."""
    try:
        read = load_settings(held.file)
    except (SettingsError, OSError) as error:
        _log.error("the settings stay as they are: %s", error)
        return held
    changed = [name for name in Settings.model_fields if _differs(name, held, read)]
    now = [name for name in changed if name in RELOADABLE]
    later = [variable(name) for name in changed if name not in RELOADABLE]
    if later:
        _log.warning("these take effect at the next start: %s", ", ".join(later))
    updated = held.model_copy(update={name: getattr(read, name) for name in now})
    apply(updated)
    _log.info("settings read again, changed: %s", ", ".join(map(variable, now)) or "none")
    return updated


def _differs(name: str, held: Settings, read: Settings) -> bool:
    return bool(getattr(held, name) != getattr(read, name))
