"""`factcontext feed`: feeds that are followed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from bot.config import Settings
from bot.console import (
    AS_JSON,
    QUIET,
    complain_of,
    count,
    err,
    out,
    print_json,
    print_table,
    waiting,
)
from bot.errors import CommandError
from bot.exits import ExitCode
from bot.store.feeds import FeedTable
from index.errors import RefusedUrlError
from index.feeds.values import Feed
from index.library import Change
from index.readers.urls import canonical

if TYPE_CHECKING:
    from index.feeds.polling import FeedPoller, Polled

_T = TypeVar("_T")
_NONE_YET = "None yet; [bold]factcontext feed add URL[/bold] follows one."

feed = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help="Follow RSS and Atom feeds: what is new in them is loaded, with comments.",
)


@feed.command("add")
def add_feed(
    context: typer.Context,
    urls: Annotated[list[str], typer.Argument(metavar="URL", help="Addresses of feeds.")],
    as_json: AS_JSON = False,
) -> None:
    """Follow feeds from now on; each is fetched once to see that it is one.

    `factcontext feed poll` loads what is in them, and `factcontext serve` looks for news on a
    schedule.
    """
    settings: Settings = context.obj
    found = [_checked(url, settings) for url in dict.fromkeys(urls)]

    async def store(table: FeedTable) -> list[bool]:
        return [await table.add(each) for each in found]

    added = _with_table(settings, store)
    if as_json:
        print_json({"feeds": [_as_json(each) for each in found]})
        return
    for each, new in zip(found, added, strict=True):
        out.print(
            f"{'Followed from now on' if new else 'Followed already'}: {each.title or each.url}",
            markup=False,
        )
    err.print("Next: [bold]factcontext feed poll[/bold] loads what is in them.")


@feed.command("list")
def list_feeds(context: typer.Context, as_json: AS_JSON = False) -> None:
    """List the feeds that are followed, when each was looked at, and why it could not be read."""
    found = _with_table(context.obj, lambda table: table.feeds())
    if as_json:
        print_json({"feeds": [_as_json(each) for each in found]})
    elif found:
        print_table(
            ("feed", "title", "looked at", "next look", "failures", "last failure"),
            (
                (
                    each.url,
                    each.title,
                    _minute(each.checked),
                    _minute(each.due),
                    f"{each.failures:,}",
                    each.error,
                )
                for each in found
            ),
            numbers=("failures",),
        )
        if any(each.failures for each in found):
            err.print("[bold]factcontext feed remove URL[/bold] ends following one that is gone.")
    else:
        err.print(_NONE_YET)


@feed.command("poll")
def poll_feeds(
    context: typer.Context,
    urls: Annotated[
        list[str] | None, typer.Argument(metavar="URL", help="Only these; else all.")
    ] = None,
    due: Annotated[
        bool, typer.Option("--due", help="Only those whose time has come, as `serve` does it.")
    ] = False,
    as_json: AS_JSON = False,
    quiet: QUIET = False,
) -> None:
    """Look at the feeds now, and load what is new in them.

    Where a feed holds only summaries, the pages of its articles are fetched as far as their
    site allows; so are feeds of comments. A feed or page that cannot be fetched is named, the
    others load, and the exit code is 3.
    """
    with waiting("Looking at feeds"):
        polled = asyncio.run(_poll(context.obj, urls or [], due=due))
    for each in polled:
        for fault in (each.fault, *each.faults):
            if fault:
                complain_of(each.feed.url, fault)
    _report(polled, due=due, as_json=as_json, quiet=quiet)
    if any(each.fault or each.faults for each in polled):
        raise typer.Exit(ExitCode.PARTLY)


@feed.command("remove")
def remove_feeds(
    context: typer.Context,
    urls: Annotated[list[str], typer.Argument(metavar="URL", help="As the list shows them.")],
    as_json: AS_JSON = False,
) -> None:
    """Follow feeds no more. What was loaded stays; `factcontext remove URL` takes that out."""
    wanted = [_known_as(url) for url in dict.fromkeys(urls)]

    async def remove(table: FeedTable) -> list[str]:
        known = {each.url for each in await table.feeds()}
        if strangers := [url for url in wanted if url not in known]:
            raise CommandError(_not_followed(strangers[0]))
        return [url for url in wanted if await table.remove(url)]

    removed = _with_table(context.obj, remove)
    if as_json:
        print_json({"removed": removed})
    else:
        whose = "its" if len(removed) == 1 else "their"
        out.print(f"{count(len(removed), 'feed')} followed no more; {whose} documents stay.")


def _checked(url: str, settings: Settings) -> Feed:
    """A feed with its title, if there is one at the address.

    Raises:
        ReadError: there is none.
    """
    from bot.commands.fetching import fetching
    from index.fetch.documents import source_file
    from index.readers import Limits
    from index.readers.feed import read_items

    with fetching(settings) as fetch:
        file = source_file(fetch(url), Limits())
    title, _ = read_items(file)
    return Feed(url=_known_as(url), title=title)


def _known_as(url: str) -> str:
    try:
        return canonical(url)
    except ValueError as error:
        raise RefusedUrlError(f"{url} is no address of a feed: {error}.") from error


def _not_followed(url: str) -> str:
    return f'{url} is not followed; "factcontext feed list" shows what is.'


def _with_table(settings: Settings, work: Callable[[FeedTable], Awaitable[_T]]) -> _T:
    from bot.wiring import open_store

    async def run() -> _T:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        database = open_store(settings)
        try:
            return await work(FeedTable(database))
        finally:
            await database.aclose()

    return asyncio.run(run())


async def _poll(settings: Settings, urls: list[str], *, due: bool) -> list[Polled]:
    from bot.wiring import open_library, open_store
    from bot.wiring_feeds import feed_poller

    with open_library(settings) as library:
        database = open_store(settings)
        try:
            async with feed_poller(settings, database, library) as poller:
                return await _looked(poller, await FeedTable(database).feeds(), urls, due=due)
        finally:
            await database.aclose()


async def _looked(
    poller: FeedPoller, feeds: Sequence[Feed], urls: list[str], *, due: bool
) -> list[Polled]:
    wanted = [_known_as(url) for url in urls]
    known = {each.url: each for each in feeds}
    if strangers := [url for url in wanted if url not in known]:
        raise CommandError(_not_followed(strangers[0]))
    chosen = [known[url] for url in dict.fromkeys(wanted)] if wanted else list(feeds)
    return await poller.poll(each for each in chosen if not due or each.due <= time.time())


def _report(polled: list[Polled], *, due: bool, as_json: bool, quiet: bool) -> None:
    totals = {c: sum(each.changes.get(c, 0) for each in polled) for c in Change}
    if as_json:
        facts = [
            {
                **_as_json(each.feed),
                **{change.value: each.changes.get(change, 0) for change in Change},
                "faults": list(each.faults),
            }
            for each in polled
        ]
        print_json({"feeds": facts, **{c.value: number for c, number in totals.items()}})
        return
    if not quiet and not polled and not due:
        err.print(_NONE_YET)
    elif not quiet:
        words = ", ".join(f"{number:,} {change.value}" for change, number in totals.items())
        out.print(f"{count(len(polled), 'feed')}: {words}")
    if any(each.news for each in polled):
        err.print("Next: [bold]factcontext rebuild[/bold] makes it findable.")


def _as_json(each: Feed) -> dict[str, object]:
    return {
        "url": each.url,
        "title": each.title or None,
        "checked": _iso(each.checked),
        "due": _iso(each.due) if each.due else None,
        "failures": each.failures,
        "error": each.error or None,
    }


def _iso(seconds: float | None) -> str | None:
    if seconds is None:
        return None
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")


def _minute(seconds: float | None) -> str:
    if not seconds:
        return ""
    return datetime.fromtimestamp(seconds).astimezone().strftime("%Y-%m-%d %H:%M")
