"""`factcontext status`: what the collection holds and which index answers."""

from __future__ import annotations

from collections.abc import Sequence

import typer
from rich.table import Table

from bot.config import Settings
from bot.console import AS_JSON, out, print_json
from index.generation import GenerationSummary
from index.library import LibraryState, SourceSummary

_MIB = 1024**2


def status(context: typer.Context, as_json: AS_JSON = False) -> None:
    """Show what is stored, by source, and which built index answers.

    Loads no model and needs no token.
    """
    from bot.wiring import generations_folder, open_library
    from index.generation import generations

    settings: Settings = context.obj
    with open_library(settings, create=False) as library:
        state, sources = library.state(), library.sources()
    summaries = generations(generations_folder(settings))
    used = next((summary for summary in summaries if summary.current), None)
    stale = used is None or used.revision != state.revision
    if as_json:
        print_json(_as_json(settings, state, sources, used, stale=stale))
        return
    _print(settings, state, sources, used, stale=stale)


def _print(
    settings: Settings,
    state: LibraryState,
    sources: Sequence[SourceSummary],
    used: GenerationSummary | None,
    *,
    stale: bool,
) -> None:
    facts = Table.grid(padding=(0, 2))
    facts.add_row("data folder", str(settings.data_dir))
    facts.add_row("documents", f"{state.documents:,} with {state.comments:,} comments")
    facts.add_row(
        "passages", ", ".join(f"{number:,} {lane}" for lane, number in state.passages.items())
    )
    facts.add_row("index in use", _describe(used))
    if stale:
        facts.add_row("", "[yellow]the library has changed since: run factcontext rebuild[/]")
    out.print(facts)
    table = Table("source", "domain", "documents", "note", box=None, header_style="bold")
    for source in sources:
        table.add_row(
            source.name or "(not stated)",
            source.domain or "",
            f"{source.documents:,}",
            source.note or "",
        )
    out.print(table)


def _describe(used: GenerationSummary | None) -> str:
    if used is None:
        return "none yet"
    if used.problem is not None:
        return f"{used.name}: {used.problem}"
    built = f"{used.built_at:%Y-%m-%d %H:%M} UTC" if used.built_at else "?"
    size = (used.size_bytes or 0) / _MIB
    return f"{used.name}, built {built}, {size:.1f} MiB, {used.fingerprint}"


def _as_json(
    settings: Settings,
    state: LibraryState,
    sources: Sequence[SourceSummary],
    used: GenerationSummary | None,
    *,
    stale: bool,
) -> dict[str, object]:
    return {
        "data_dir": str(settings.data_dir),
        "documents": state.documents,
        "comments": state.comments,
        "passages": {lane.value: number for lane, number in state.passages.items()},
        "revision": state.revision,
        "generation": None
        if used is None
        else {
            "name": used.name,
            "problem": used.problem,
            "built_at": used.built_at and used.built_at.isoformat(),
            "encoder": used.fingerprint,
            "size_bytes": used.size_bytes,
        },
        "stale": stale,
        "sources": [
            {"name": s.name, "domain": s.domain, "note": s.note, "documents": s.documents}
            for s in sources
        ],
    }
