"""Write the tables of docs/settings.md and of README.md from the settings themselves."""

from __future__ import annotations

import re
import types
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Any, Union, get_args, get_origin

import readme
from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from bot.config import Settings, variable
from bot.reloading import RELOADABLE

PAGE = readme.ROOT / "docs" / "settings.md"
_KINDS = {
    bool: "`true` or `false`", int: "whole number", float: "number", str: "text", Path: "path",
    SecretStr: "secret text",
}  # fmt: skip
_UNITS = {
    "per_min": "a minute", "per_s": "a second", "s": "seconds", "min": "minutes", "days": "days",
    "mib": "MiB", "megapixels": "megapixels", "chars": "characters",
}  # fmt: skip
_FIRST = (
    "telegram_bot_token", "data_dir", "model", "articles_shown", "http_port", "public_url",
    "operate_token", "picture_languages", "feed_rebuild", "log_format",
)  # fmt: skip


def page() -> str:
    """Every group with its settings, for docs/settings.md."""
    return "\n".join(map(_section, _groups()))


def table() -> str:
    """What people set first, for README.md."""
    rows = ["| setting | default | what it does |", "| --- | --- | --- |"]
    for name in _FIRST:
        field = Settings.model_fields[name]
        rows.append(f"| `{variable(name)}` | {_default(field)} | {field.description} |")
    return "\n".join(rows)


def _groups() -> list[type[BaseModel]]:
    """In the order of the fields."""
    groups = [base for base in Settings.__bases__ if base.__module__.startswith("bot.settings.")]
    return groups[::-1]


def _own(group: type[BaseModel]) -> dict[str, FieldInfo]:
    return {name: Settings.model_fields[name] for name in group.model_fields}


def _heading(group: type[BaseModel]) -> str:
    return re.split(r"[.:;]", _words(group))[0]


def _words(group: type[BaseModel]) -> str:
    return " ".join((group.__doc__ or "").split())


def _section(group: type[BaseModel]) -> str:
    rows = "\n".join(_row(name, field) for name, field in _own(group).items())
    more = _words(group).removeprefix(_heading(group)).strip(".:; ")
    return (
        f"## {_heading(group)}\n"
        + (f"{more[:1].upper()}{more[1:]}.\n\n" if more else "")
        + "| setting | value | default | changes | what it does |\n"
        f"| --- | --- | --- | --- | --- |\n{rows}\n"
    )


def _row(name: str, field: FieldInfo) -> str:
    when = "at once" if name in RELOADABLE else "at start"
    cells = (f"`{variable(name)}`", _value(name, field), _default(field), when, field.description)
    return f"| {' | '.join(map(str, cells))} |"


def _default(field: FieldInfo) -> str:
    return "" if field.default in (None, "") else f"`{_shown(field.default)}`"


def _shown(default: object) -> str:
    """As it is written into the file or the environment."""
    return str(default).lower() if isinstance(default, bool) else str(default)


def _value(name: str, field: FieldInfo) -> str:
    """Type, unit and bounds in words."""
    annotation = _without_none(field.annotation)
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        return ", ".join(f"`{member.value}`" for member in annotation)
    unit = next((words for end, words in _UNITS.items() if name.endswith(f"_{end}")), "")
    joint = " " if unit.startswith("a ") else ", in "
    words = _KINDS[annotation] + (joint + unit if unit else "")
    return ", ".join([words, *_bounds(field)])


def _without_none(annotation: Any) -> Any:  # noqa: ANN401 - an annotation is any object
    """The type of a value that may be left out."""
    if get_origin(annotation) in (Union, types.UnionType):
        return next(one for one in get_args(annotation) if one is not type(None))
    return annotation


def _bounds(field: FieldInfo) -> Iterator[str]:
    bounds = {
        kind: getattr(one, kind)
        for one in field.metadata
        for kind in ("ge", "gt", "le", "min_length", "max_length")
        if getattr(one, kind, None) is not None
    }
    low = f"{bounds['ge']:,}" if "ge" in bounds else ""
    if "gt" in bounds:
        low = f"above {bounds['gt']:,}"
    high = f"{bounds['le']:,}" if "le" in bounds else ""
    if low and high:
        yield f"{low}, at most {high}" if "gt" in bounds else f"{low} to {high}"
    elif low:
        yield low if "gt" in bounds else f"{low} or more"
    if bounds.get("min_length", 1) > 1:
        yield f"{bounds['min_length']} characters or more"
    if "max_length" in bounds:
        yield f"at most {bounds['max_length']:,} characters"


def main() -> None:
    """Write both."""
    readme.put("settings", page(), PAGE)
    readme.put("settings", table())


if __name__ == "__main__":
    main()
