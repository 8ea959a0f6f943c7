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
from bot.claims import stated_in
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
        typer.Option(
            metavar="SOURCE", help="Only this one (domain or name); may be given several times."
        ),
    ] = None,
    language: Annotated[
        list[str] | None,
        typer.Option(
            metavar="CODE",
            help="Only texts in this language (en, de, …); may be given several times.",
        ),
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
    scope = Scope(
        sources=frozenset(source or ()),
        languages=frozenset(code.strip().lower() for code in language or ()),
        since=since,
        until=until,
    )
    with _conversation(context.obj, scope) as conversation:
        if claim is not None:
            conversation.reply(claim, as_json=as_json)
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

    def reply(self, text: str, *, as_json: bool, one_line: bool = False) -> None:
        """Print what the bot would answer; as JSON it is one answer to the text as a whole."""
        claims = stated_in(text, max_chars=self._max_chars)
        if as_json:
            if len(claims) != 1:
                claims = (Claim(text=text[: self._max_chars]),)
            (answer,) = self._answers(claims)
            print_json(to_json(answer), one_line=one_line)
            return
        if not claims:
            out.print("There is no claim in this; write a sentence that states something.")
        for answer in self._answers(claims):
            print_answer(answer, out)

    def _answers(self, claims: tuple[Claim, ...]) -> tuple[Answer, ...]:
        return self._runner.run(self._service.answer(claims, self._scope)) if claims else ()


@contextmanager
def _conversation(settings: Settings, scope: Scope) -> Iterator[_Conversation]:
    from bot.wiring import answer_service

    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        try:
            with waiting("Loading the model"):
                service = runner.run(stack.enter_async_context(answer_service(settings)))
            runner.run(_check_sources(service, scope.sources))
            runner.run(_check_languages(service, scope.languages))
            yield _Conversation(runner, service, scope, settings.max_claim_chars)
        finally:
            runner.run(stack.aclose())


async def _check_sources(service: AnswerService, wanted: frozenset[str]) -> None:
    """A misspelt source would look like a collection that holds nothing close."""
    known = {
        name.casefold()
        for source in await service.sources()
        for name in (source.name, source.domain, *source.also)
        if name
    }
    for name in sorted(wanted):
        key = name.strip().casefold()
        if not {key, key.removeprefix("www.")} & known:
            raise CommandError(f'No source is called {name!r}; "factcontext status" lists them.')


async def _check_languages(service: AnswerService, wanted: frozenset[str]) -> None:
    known = {count.language for count in await service.languages()} - {None}
    for code in sorted(wanted - known):
        raise CommandError(
            f"Nothing in the collection is known to be in the language {code!r}; "
            '"factcontext status" lists the codes there are.'
        )


def _converse(conversation: _Conversation, *, as_json: bool) -> bool:
    """Answer line after line until the end; whether every line got an answer."""
    if sys.stdin.isatty():
        err.print(GREETING)
    complete = True
    while line := _read_line():
        if not line.strip():
            continue
        try:
            conversation.reply(line.strip(), as_json=as_json, one_line=True)
        except (SearchError, EmbeddingError) as error:
            complain(str(error))
            complete = False
        sys.stdout.flush()
    return complete


def _read_line() -> str:
    """The next line with its end, or nothing when there is no more."""
    if not sys.stdin.isatty():
        return sys.stdin.readline()
    try:
        err.print("\n[bold]claim>[/bold] ", end="")
        return sys.stdin.readline()
    except KeyboardInterrupt:
        err.print()
        return ""
