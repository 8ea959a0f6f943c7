"""`factcontext feedback unanswered`: what many chats asked about and nothing was found for."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from bot.config import Settings
from bot.console import AS_JSON, count, err, out, print_json, print_table
from bot.errors import CommandError
from bot.store.unanswered import Asked


def unanswered(
    context: typer.Context,
    delete: Annotated[
        int | None, typer.Option(metavar="NUMBER", help="Delete one, by its number in the list.")
    ] = None,
    delete_all: Annotated[bool, typer.Option("--delete-all", help="Delete all of them.")] = False,
    as_json: AS_JSON = False,
) -> None:
    """List what at least five different chats asked about in vain, most chats first.

    Only where FACTCONTEXT_UNANSWERED_KEPT_DAYS is set. Kept are the words that three or more of
    these chats used, without names and numbers as far as these can be told.
    """
    settings: Settings = context.obj
    if delete is not None and delete_all:
        raise typer.BadParameter("Say --delete or --delete-all.")
    if delete is not None or delete_all:
        _delete(settings, delete)
        return
    rows = asyncio.run(_all(settings))
    if as_json:
        print_json({"unanswered": [_as_json(row) for row in rows]})
    elif rows:
        print_table(
            ("number", "chats", "last", "asked about"),
            [(str(r.id), f"{r.chats:,}", r.last_day, r.text) for r in rows],
            numbers=("number", "chats"),
        )
    elif settings.unanswered_kept_days:
        err.print("Nothing yet; what fewer than five chats asked about is not kept.")
    else:
        err.print(
            "This is switched off; FACTCONTEXT_UNANSWERED_KEPT_DAYS=30 keeps it for 30 days.",
            markup=False,
        )


def _delete(settings: Settings, number: int | None) -> None:
    deleted = asyncio.run(_deleted(settings, number))
    if number is not None and not deleted:
        raise CommandError(
            f"There is no number {number}; nothing deleted. "
            '"factcontext feedback unanswered" lists them.'
        )
    out.print(f"{count(deleted, 'row')} deleted.", markup=False)


async def _all(settings: Settings) -> list[Asked]:
    from bot.wiring import asked_in_vain

    async with asked_in_vain(settings) as store:
        return await store.all() if store else []


async def _deleted(settings: Settings, number: int | None) -> int:
    from bot.wiring import asked_in_vain

    async with asked_in_vain(settings) as store:
        return await store.delete(number) if store else 0


def _as_json(row: Asked) -> dict[str, object]:
    return {"number": row.id, "chats": row.chats, "last": row.last_day, "text": row.text}
