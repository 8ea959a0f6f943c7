"""`factcontext ask`: the bot's own answer, in the terminal."""

from __future__ import annotations

import asyncio
import sys
from datetime import datetime
from typing import Annotated

import typer

from bot.answer_json import to_json
from bot.config import Settings
from bot.console import AS_JSON, err, out, print_json
from bot.terminal import print_answer
from index.model import Claim, Scope
from index.service import AnswerService

GREETING = (
    "Paste a claim and press Enter; the answer is what the Telegram bot would reply. "
    "An empty line or Ctrl-D ends."
)


def ask(
    context: typer.Context,
    claim: Annotated[
        str | None, typer.Argument(help="The claim; without it a conversation starts.")
    ] = None,
    source: Annotated[
        list[str] | None,
        typer.Option(help="Only this source (domain or name); may be given several times."),
    ] = None,
    since: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Only documents dated from here.")
    ] = None,
    until: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Only documents dated up to here."),
    ] = None,
    as_json: AS_JSON = False,
) -> None:
    """Find context for a claim, as the Telegram bot would.

    Nothing close to it in the collection is an answer too, and says nothing about the claim.
    """
    scope = Scope(
        sources=frozenset(source or ()),
        since=since.date() if since else None,
        until=until.date() if until else None,
    )
    asyncio.run(_ask(context.obj, claim, scope, as_json=as_json))


async def _ask(settings: Settings, claim: str | None, scope: Scope, *, as_json: bool) -> None:
    from bot.wiring import answer_service

    async with answer_service(settings) as service:
        if claim is not None:
            await _answer(service, claim, scope, settings, as_json=as_json)
            return
        if sys.stdin.isatty():
            err.print(GREETING)
        while line := (await asyncio.to_thread(_read_line)).strip():
            await _answer(service, line, scope, settings, as_json=as_json)


async def _answer(
    service: AnswerService, text: str, scope: Scope, settings: Settings, *, as_json: bool
) -> None:
    claim = Claim(text=text[: settings.max_claim_chars])
    (answer,) = await service.answer([claim], scope)
    if as_json:
        print_json(to_json(answer))
    else:
        print_answer(answer, out)


def _read_line() -> str:
    if sys.stdin.isatty():
        err.print("\n[bold]claim>[/bold] ", end="")
    return sys.stdin.readline()
