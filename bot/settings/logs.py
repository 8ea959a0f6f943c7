"""What is written about the running bot."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, Field


class LogFormat(StrEnum):
    """How log lines are written."""

    CONSOLE = "console"
    JSON = "json"


class LogLevel(StrEnum):
    """The least important log line that is written."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class LogSettings(BaseModel):
    """What is written about the running bot."""

    log_level: LogLevel = Field(LogLevel.INFO, description="Least important log line written.")
    log_format: LogFormat = Field(
        LogFormat.CONSOLE, description="`console` for people, `json` for a log collector."
    )
