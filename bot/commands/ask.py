"""`factcontext ask`: the bot's own answer, in the terminal."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from datetime import date, datetime
from typing import Annotated

import typer

from bot.answer_json import to_json
from bot.config import Settings
from bot.console import AS_JSON, complain, err, out, print_json, waiting
from bot.errors import CommandError
from bot.exits import ExitCode
from bot.terminal import print_answer
from embeddings.errors import EmbeddingError
from index.errors import SearchError
from index.model import Answer, Claim, Scope
from index.service import AnswerService

GREETING = (
    "Paste a claim and press Enter; the answer is what the Telegram bot would reply. Ctrl-D ends."
)


def _day(text: str) -> date:
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is no date; write it like 2024-05-31.") from error


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
        date | None,
        typer.Option(parser=_day, metavar="YYYY-MM-DD", help="Only documents dated from here."),
    ] = None,
    until: Annotated[
        date | None,
        typer.Option(parser=_day, metavar="YYYY-MM-DD", help="Only documents dated up to here."),
    ] = None,
    as_json: AS_JSON = False,
) -> None:
    """Find context for a claim, as the Telegram bot would.

    Nothing close to it in the collection is an answer too, and says nothing about the claim.
    From a pipe every line is a claim; with --json every answer is then a line.
    """
    if claim is not None and not claim.strip():
        raise typer.BadParameter("it is empty; leave it out for a conversation.")
    if since and until and since > until:
        raise typer.BadParameter(f"no day is from {since} on and up to {until}.")
    scope = Scope(sources=frozenset(source or ()), since=since, until=until)
    with _conversation(context.obj, scope) as conversation:
        if claim is not None:
            answer = conversation.answer(claim)
            print_json(to_json(answer)) if as_json else print_answer(answer, out)
        elif not _converse(conversation, as_json=as_json):
            raise typer.Exit(ExitCode.FAILED)


class _Conversation:
    """Asks the service from outside its event loop, so that reading a line never blocks it."""

    def __init__(
        self, runner: asyncio.Runner, service: AnswerService, scope: Scope, max_chars: int
    ) -> None:
        self._runner = runner
        self._service = service
        self._scope = scope
        self._max_chars = max_chars

    def answer(self, text: str) -> Answer:
        claim = Claim(text=text[: self._max_chars])
        (answer,) = self._runner.run(self._service.answer([claim], self._scope))
        return answer


@contextmanager
def _conversation(settings: Settings, scope: Scope) -> Iterator[_Conversation]:
    from bot.wiring import answer_service

    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        try:
            with waiting("Loading the model"):
                service = runner.run(stack.enter_async_context(answer_service(settings)))
            runner.run(_check_sources(service, scope.sources))
            yield _Conversation(runner, service, scope, settings.max_claim_chars)
        finally:
            runner.run(stack.aclose())


async def _check_sources(service: AnswerService, wanted: frozenset[str]) -> None:
    """A misspelt source would look like a collection that holds nothing close."""
    known = {
        name.casefold()
        for source in await service.sources()
        for name in (source.name, source.domain)
        if name
    }
    for name in sorted(wanted):
        key = name.strip().casefold()
        if not {key, key.removeprefix("www.")} & known:
            raise CommandError(f'No source is called {name!r}; "factcontext status" lists them.')


def _converse(conversation: _Conversation, *, as_json: bool) -> bool:
    """Answer line after line until the end; whether every line got an answer."""
    if sys.stdin.isatty():
        err.print(GREETING)
    complete = True
    while line := _read_line():
        if not line.strip():
            continue
        try:
            answer = conversation.answer(line.strip())
        except (SearchError, EmbeddingError) as error:
            complain(str(error))
            complete = False
            continue
        print_json(to_json(answer), one_line=True) if as_json else print_answer(answer, out)
        sys.stdout.flush()
    return complete


def _read_line() -> str:
    """The next line with its end, or nothing when there is no more."""
    if not sys.stdin.isatty():
        return sys.stdin.readline()
    err.print("\n[bold]claim>[/bold] ", end="")
    try:
        return sys.stdin.readline()
    except KeyboardInterrupt:
        err.print()
        return ""
