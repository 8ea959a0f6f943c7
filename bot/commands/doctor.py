"""`factcontext doctor`: is everything as it should be, and if not, what to do?"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Annotated

import typer
from rich.text import Text

from bot.config import Settings
from bot.console import AS_JSON, out, print_json, waiting
from bot.doctor.findings import Finding, Level
from bot.exits import ExitCode
from bot.terminal import printable

_STYLES = {Level.OK: "green", Level.WARN: "yellow", Level.FAIL: "bold red"}


def doctor(
    context: typer.Context,
    offline: Annotated[
        bool, typer.Option("--offline", help="Ask nobody outside this machine.")
    ] = False,
    as_json: AS_JSON = False,
) -> None:
    """Look at everything that the bot needs, and say what to do about what is wrong.

    Settings, versions, the data folder and its permissions, the disk, text in pictures, what the
    bot keeps and its key, the model, the library, every file of the index in use; and at Telegram
    the token, privacy mode, inline mode, the webhook and the clock. Nothing is changed; a model
    that was not used before is converted first. May run while `factcontext serve` does.

    Exit code 4 when a line says fail.
    """
    from bot.doctor import collection, machine, telegram

    settings: Settings = context.obj
    found: list[Finding] = []

    def told(findings: Iterator[Finding]) -> None:
        for finding in findings:
            found.append(finding)
            if not as_json:
                _print(finding)

    async def asked() -> list[Finding]:
        return [finding async for finding in telegram.examine(settings)]

    told(machine.examine(settings))
    with waiting("Reading everything through"):
        told(collection.examine(settings))
    if not offline:
        with waiting("Asking Telegram"):
            answers = asyncio.run(asked())
        told(iter(answers))
    if as_json:
        print_json([_as_json(finding) for finding in found])
    if any(finding.level is Level.FAIL for finding in found):
        raise typer.Exit(ExitCode.PROBLEMS)


def _print(finding: Finding) -> None:
    line = Text.assemble(
        (f"{finding.level.value:<5}", _STYLES[finding.level]),
        (f"{finding.matter}: ", "bold"),
        printable(finding.says),
    )
    if finding.advice:
        line.append(f"\n      {printable(finding.advice)}")
    out.print(line, soft_wrap=True)


def _as_json(finding: Finding) -> dict[str, str]:
    return {
        "matter": finding.matter,
        "level": finding.level.value,
        "says": finding.says,
        "advice": finding.advice,
    }
