"""Settings: read once at start from the environment and `factcontext.toml`, refused when wrong."""

from __future__ import annotations

import os
import tomllib
from enum import StrEnum
from pathlib import Path
from typing import Any, ClassVar

from pydantic import AliasChoices, Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from bot.errors import SettingsError
from embeddings.loader import Engine, Precision
from embeddings.models import DEFAULT_MODEL

PREFIX = "FACTCONTEXT_"
CONFIG_VARIABLE = f"{PREFIX}CONFIG"
DEFAULT_CONFIG = Path("factcontext.toml")
_TOKEN = "telegram_bot_token"  # noqa: S105 - a field's name, not a token


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


class Settings(BaseSettings):
    """Every setting, with its default, bounds and unit; the description is its documentation."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        extra="forbid",
        frozen=True,
        populate_by_name=True,
        hide_input_in_errors=True,
    )
    _config_file: ClassVar[Path | None] = None

    telegram_bot_token: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("TELEGRAM_BOT_TOKEN", _TOKEN),
        description="The token that @BotFather gave you. Without it, `serve` refuses to start.",
    )
    telegram_api_url: str = Field(
        "https://api.telegram.org",
        pattern=r"^https?://[^\s/]+[^\s]*$",
        description="Where the Bot API is served; change it for a Bot API server of your own.",
    )
    data_dir: Path = Field(
        Path("data"),
        description="Folder of the library, the kept vectors and the generations.",
    )
    model: str = Field(
        DEFAULT_MODEL,
        min_length=1,
        description="The model that turns text into vectors: a preset's name, a folder, or a "
        "model hub name. Another model needs `factcontext rebuild`.",
    )
    engine: Engine = Field(
        Engine.AUTO,
        description="What computes vectors: `openvino` (fast), `torch` (the reference), or "
        "`auto`: the fast one where it can carry the model.",
    )
    precision: Precision = Field(
        Precision.AUTO,
        description="Number format of the fast engine: `bf16`, `f32`, or `auto`: what the "
        "processor computes natively. Another precision needs `factcontext rebuild`.",
    )
    encoder_threads: int = Field(
        1, ge=1, le=256, description="Processor threads that compute vectors."
    )
    search_threads: int = Field(
        2, ge=1, le=64, description="Threads that search at the same time, one claim each."
    )
    query_timeout_s: float = Field(
        5.0, gt=0, le=120, description="Seconds after which an unfinished answer is given up."
    )
    max_waiting_claims: int = Field(
        256,
        ge=1,
        le=100_000,
        description="Claims that may wait for an answer; further ones are told to try again.",
    )
    max_claim_chars: int = Field(
        2_000, ge=50, le=20_000, description="Characters of a message that are searched with."
    )
    articles_shown: int = Field(5, ge=1, le=20, description="Most articles in one answer.")
    passages_per_article: int = Field(
        2, ge=1, le=10, description="Most passages shown of one article."
    )
    threads_shown: int = Field(5, ge=1, le=20, description="Most discussions in one answer.")
    remarks_per_thread: int = Field(
        3, ge=1, le=10, description="Most comments shown of one discussion."
    )
    answers_kept_days: int = Field(
        30,
        ge=1,
        le=3_650,
        description="Days that the buttons under an answer keep working. What is kept for that "
        "are numbers of passages, no text.",
    )
    keep_generations: int = Field(
        3, ge=1, le=100, description="Built indexes kept on disk, the one in use among them."
    )
    swap_check_interval_s: float = Field(
        1.0,
        gt=0,
        le=3_600,
        description="Seconds between two looks for a newly built index while serving.",
    )
    concurrent_updates: int = Field(
        64, ge=1, le=4_096, description="Telegram updates handled at the same time."
    )
    shutdown_timeout_s: float = Field(
        10.0, ge=0, le=600, description="Seconds that answers in flight get when stopping."
    )
    max_file_mib: int = Field(
        2_048, ge=1, description="Largest document file that is read, in MiB, unpacked."
    )
    log_level: LogLevel = Field(LogLevel.INFO, description="Least important log line written.")
    log_format: LogFormat = Field(
        LogFormat.CONSOLE, description="`console` for people, `json` for a log collector."
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment wins over the file."""
        file = TomlConfigSettingsSource(settings_cls, cls._config_file)
        return init_settings, env_settings, file


def load_settings(config: Path | None = None, **overrides: Any) -> Settings:  # noqa: ANN401 - each field checks its own type
    """Read the settings.

    Args:
        config: the TOML file; without it the file that FACTCONTEXT_CONFIG names, or
            `factcontext.toml` in this folder if it is there.
        overrides: values that win over everything, as from command line options.

    Raises:
        SettingsError: a name is unknown or a value is not allowed; every fault is listed.
    """
    path = _config_path(config)
    _refuse_unknown_variables()

    class FromFile(Settings):
        _config_file: ClassVar[Path | None] = path

    try:
        return FromFile(**overrides)
    except ValidationError as error:
        raise SettingsError(_explain(error, path)) from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path} is no valid TOML: {error}.") from error


def variable(name: str) -> str:
    """The environment variable of a setting."""
    return "TELEGRAM_BOT_TOKEN" if name == _TOKEN else PREFIX + name.upper()


def _config_path(config: Path | None) -> Path | None:
    named = config or (
        Path(os.environ[CONFIG_VARIABLE]) if CONFIG_VARIABLE in os.environ else None
    )
    if named is None:
        return DEFAULT_CONFIG if DEFAULT_CONFIG.is_file() else None
    if not named.is_file():
        raise SettingsError(f"There is no settings file {named}; create it or leave it unnamed.")
    return named


def _refuse_unknown_variables() -> None:
    known = {variable(name) for name in Settings.model_fields} | {CONFIG_VARIABLE}
    unknown = sorted(v for v in os.environ if v.upper().startswith(PREFIX) and v not in known)
    if unknown:
        raise SettingsError(
            f"No setting is called {', '.join(unknown)}; README.md lists them all."
        )


def _explain(error: ValidationError, path: Path | None) -> str:
    lines = []
    for fault in error.errors(include_url=False, include_context=False):
        name = str(fault["loc"][0]) if fault["loc"] else "settings"
        if fault["type"] == "extra_forbidden":
            lines.append(f"{name} in {path} is no setting; README.md lists them all.")
            continue
        field_name = _TOKEN if name == "TELEGRAM_BOT_TOKEN" else name
        value = "(hidden)" if field_name == _TOKEN else repr(fault["input"])
        lines.append(f"{field_name} ({variable(field_name)}) is {value}: {fault['msg']}.")
    return "\n".join(lines)
