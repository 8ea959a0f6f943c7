"""`factcontext config show`: which settings hold, and where each comes from."""

from __future__ import annotations

import json

import typer

from bot.config import Settings, shown_values, variable
from bot.console import AS_JSON, print_json, print_table

config = typer.Typer(
    no_args_is_help=True, help="The settings that hold.", rich_markup_mode="markdown"
)


@config.command()
def show(context: typer.Context, as_json: AS_JSON = False) -> None:
    """Show every setting, its value, and whether the environment, the file or nobody set it.

    Tokens, keys and proxies are hidden, in `--json` too. What a setting does stands in
    docs/settings.md.
    """
    settings: Settings = context.obj
    rows = shown_values(settings)
    if as_json:
        print_json(
            {
                row.name: {"variable": variable(row.name), "value": _plain(row.value),
                           "origin": row.origin}
                for row in rows
            }
        )  # fmt: skip
        return
    print_table(
        ("setting", "value", "from"),
        ((variable(row.name), _words(row.value), row.origin) for row in rows),
    )


def _plain(value: object) -> object:
    """What JSON can carry."""
    return value if isinstance(value, int | float | str | None) else str(value)


def _words(value: object) -> str:
    if isinstance(value, bool):
        return json.dumps(value)
    return "" if value is None else str(value)
