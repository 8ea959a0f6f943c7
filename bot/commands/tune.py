"""`factcontext tune`: a collection that learns from claims whose answer is known."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from bot.commands.calibrate import DRY_RUN, QRELS, QUERIES, refuse_files, tell_off, tell_unknown
from bot.config import Settings
from bot.console import AS_JSON, out, print_json, print_table, progress_bar
from index.tuning import Gain, Tuned

_NUMBERS = ("claims", "before", "now", "gain")


def tune(
    context: typer.Context,
    queries: QUERIES = None,
    qrels: QRELS = None,
    dry_run: DRY_RUN = False,
    off: Annotated[bool, typer.Option("--off", help="Search as if nothing was learned.")] = False,
    as_json: AS_JSON = False,
) -> None:
    """Learn from claims whose article you know to put the right passage first.

    A linear map of the claims' vectors is trained in a minute or two; no document is encoded
    again. It is put to use only if claims that were held back from the training are answered
    better by more than chance (p < .05), and those about articles that the training never met
    lose less than .01. What it learns is mostly which articles people ask for, and how. It
    changes the order of what is found, never whether something is close. A running `serve` takes
    it over at once, the next rebuilds carry it on, `--off` and `rollback` go back.
    """
    from bot.learning import forget, school

    settings: Settings = context.obj
    if off:
        refuse_files(queries, dry_run=dry_run)
        tell_off(forget(settings, query_map=True), "not tuned", as_json=as_json)
        return
    from index.tuning import tune as run

    with school(settings, queries, qrels) as at:
        if not as_json:
            tell_unknown(at.lessons.unknown)
        vectors = at.vectors(at.lessons.answerable)
        with progress_bar("Training", "maps") as advance:
            tuned = run(at.generation, at.lessons.answerable, vectors, progress=advance)
        name = None
        if tuned.helps and not dry_run:
            learned = replace(at.learned, tuning=_account(tuned), query_map=tuned.query_map)
            name = at.promote(learned)
    if as_json:
        print_json({"generation": name, "unknown": at.lessons.unknown, **_account(tuned)})
    else:
        _print(tuned, name, dry_run=dry_run)


def _print(tuned: Tuned, name: str | None, *, dry_run: bool) -> None:
    out.print("nDCG@10 of claims that were held back from the training:")
    rows = (
        ("all", tuned.all),
        ("about articles that the training met", tuned.seen),
        ("about other articles", tuned.unseen),
    )
    print_table(
        ("", *_NUMBERS), ((label, *_cells(gain)) for label, gain in rows), numbers=_NUMBERS
    )
    out.print(f"p = {tuned.p:.4f}, {tuned.steps} steps")
    if name is not None:
        out.print(f"Generation {name} answers now, tuned.")
    elif tuned.helps and dry_run:
        out.print("Nothing was changed; without --dry-run it would be put to use.")
    else:
        out.print("That is no gain to rely on; nothing was changed.")


def _cells(gain: Gain) -> tuple[str, ...]:
    if not gain.claims:
        return ("0", "", "", "")
    return (
        f"{gain.claims:,}",
        f"{gain.before:.3f}",
        f"{gain.after:.3f}",
        f"{gain.after - gain.before:+.3f}",
    )


def _account(tuned: Tuned) -> dict[str, Any]:
    """How the map was made, kept in the manifest."""
    return {
        "helps": tuned.helps,
        "steps": tuned.steps,
        "p": round(tuned.p, 5),
        "all": asdict(tuned.all),
        "seen": asdict(tuned.seen),
        "unseen": asdict(tuned.unseen),
        "trained_at": datetime.now(UTC).isoformat(timespec="seconds"),
    }
