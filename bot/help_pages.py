"""Help for people: names of what is given in capitals, and no value behind a switch."""

from __future__ import annotations

import typer
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption


def show_plainly(command: object, context: typer.Context | None = None) -> None:
    """Do so for a command and all below it; typer writes `<bool>` behind a switch.

    Args:
        command: what typer made of the functions.
        context: any, where there is one already.
    """
    if not isinstance(command, TyperCommand | TyperGroup):
        return
    context = context or typer.Context(command)
    for given in command.get_params(context):
        if isinstance(given, TyperOption) and given.is_flag:
            given.metavar = ""
        elif isinstance(given, TyperArgument) and given.metavar is None:
            given.metavar = (given.name or "").upper()
    if isinstance(command, TyperGroup):
        for below in command.commands.values():
            show_plainly(below, context)
