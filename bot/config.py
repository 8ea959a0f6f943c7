"""Settings: read once at start from the environment and `factcontext.toml`, refused when wrong."""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, get_args

from pydantic import SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from bot.errors import SettingsError
from bot.settings.answers import AnswerSettings
from bot.settings.collection import CollectionSettings
from bot.settings.encoding import EncodingSettings
from bot.settings.feeds import FeedSettings
from bot.settings.fetching import FetchSettings
from bot.settings.incoming import IncomingSettings
from bot.settings.later import LaterSettings
from bot.settings.logs import LogSettings
from bot.settings.outgoing import OutgoingSettings
from bot.settings.pictures import PictureSettings
from bot.settings.reranking import RerankingSettings
from bot.settings.telegram import TOKEN, TelegramSettings
from bot.settings.web import WebSettings

PREFIX = "FACTCONTEXT_"
CONFIG_VARIABLE = f"{PREFIX}CONFIG"
DEFAULT_CONFIG = Path("factcontext.toml")


HIDDEN = "(hidden)"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownValue:
    """A setting without its secret."""

    name: str
    value: object
    origin: str
    """`environment`, the file, or `default`."""


class Settings(
    # Pydantic lists the fields of the last one first, and so does docs/settings.md.
    LogSettings,
    FeedSettings,
    FetchSettings,
    LaterSettings,
    PictureSettings,
    WebSettings,
    CollectionSettings,
    RerankingSettings,
    AnswerSettings,
    EncodingSettings,
    IncomingSettings,
    OutgoingSettings,
    TelegramSettings,
    BaseSettings,
):
    """Every setting, with its default, bounds and unit; the description is its documentation."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_ignore_empty=True,
        extra="forbid",
        frozen=True,
        populate_by_name=True,
        hide_input_in_errors=True,
    )
    _config_file: ClassVar[Path | None] = None

    @property
    def file(self) -> Path | None:
        """The file that they were read from."""
        return self._config_file

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment wins over the file; an empty variable is as good as none."""
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
    return "TELEGRAM_BOT_TOKEN" if name == TOKEN else PREFIX + name.upper()


def shown_values(settings: Settings) -> list[ShownValue]:
    """Every setting as it may be shown to anybody, and where its value comes from."""
    in_file = tomllib.loads(settings.file.read_text("utf-8")) if settings.file else {}
    rows = []
    for name in Settings.model_fields:
        value = getattr(settings, name)
        if os.environ.get(variable(name)):
            origin = "environment"
        elif name in in_file or variable(name) in in_file:
            origin = str(settings.file)
        else:
            origin = "default"
        secret = _is_secret(name) and value is not None
        rows.append(ShownValue(name=name, value=HIDDEN if secret else value, origin=origin))
    return rows


def _config_path(config: Path | None) -> Path | None:
    in_environment = os.environ.get(CONFIG_VARIABLE)
    named = config or (Path(in_environment) if in_environment else None)
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
            f"No setting is called {', '.join(unknown)}; docs/settings.md lists them all."
        )


def _is_secret(name: str) -> bool:
    field = Settings.model_fields.get(name)
    return field is not None and SecretStr in get_args(field.annotation)


def _explain(error: ValidationError, path: Path | None) -> str:
    lines = []
    for fault in error.errors(include_url=False, include_context=False):
        name = str(fault["loc"][0]) if fault["loc"] else "settings"
        if fault["type"] == "extra_forbidden":
            lines.append(f"{name} in {path} is no setting; docs/settings.md lists them all.")
            continue
        field_name = TOKEN if name == "TELEGRAM_BOT_TOKEN" else name
        value = HIDDEN if _is_secret(field_name) else repr(fault["input"])
        lines.append(f"{field_name} ({variable(field_name)}) is {value}: {fault['msg']}.")
    return "\n".join(lines)
