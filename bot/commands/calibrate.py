"""`factcontext calibrate`: how sure is sure, learned from claims whose answer is known."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from bot.config import Settings
from bot.console import AS_JSON, count, err, out, print_json, print_table
from bot.errors import CommandError
from index.calibrating import LEAST_SILENT, Calibrated, Reliability

_FILE = {"exists": True, "dir_okay": False, "readable": True}
QUERIES = Annotated[
    Path | None,
    typer.Argument(
        **_FILE,
        help="Golden queries; without it the file that `rebuild` asks. With QRELS: queries.",
    ),
]
QRELS = Annotated[
    Path | None, typer.Argument(**_FILE, help="Judgements of the queries (BEIR layout).")
]
DRY_RUN = Annotated[bool, typer.Option("--dry-run", help="Only say what would be gained.")]


def calibrate(
    context: typer.Context,
    queries: QUERIES = None,
    qrels: QRELS = None,
    dry_run: DRY_RUN = False,
    off: Annotated[
        bool, typer.Option("--off", help="Go back to the calibration that is shipped.")
    ] = False,
    as_json: AS_JSON = False,
) -> None:
    """Fit the strength of answers to your collection, by claims whose answer you know.

    Decides when the bot says that nothing is close and what it calls a close match. It needs 40
    claims with a known article; with 20 that nothing answers it also fits what counts as close.
    The figures are of claims that were held back from the fit. If they are better, the index in
    use is put to use again with the new calibration, which the next rebuilds take over; a running
    `serve` takes it over at once, and `rollback` goes back.
    """
    from bot.learning import fit_strength, forget, school

    settings: Settings = context.obj
    if off:
        refuse_files(queries, dry_run=dry_run)
        name = forget(settings, calibration=True)
        tell_off(name, "with the calibration that is shipped", as_json=as_json)
        return
    with school(settings, queries, qrels) as at:
        if not as_json:
            tell_unknown(at.lessons.unknown)
        found, name = fit_strength(at, dry_run=dry_run)
    if as_json:
        print_json(_as_json(found, at.lessons.unknown, name))
    else:
        print_fit(found, name, dry_run=dry_run)


def tell_off(name: str | None, state: str, *, as_json: bool) -> None:
    """Say which generation answers after `--off`.

    Args:
        name: the generation, None where there was nothing to turn off.
        state: what is true of it now, as in "not tuned".
        as_json: say it to a program.
    """
    if as_json:
        print_json({"generation": name})
    elif name is None:
        out.print(f"The index in use answers {state} already; nothing was changed.")
    else:
        out.print(f"Generation {name} answers now, {state}.")


def print_fit(found: Calibrated, name: str | None, *, dry_run: bool = False) -> None:
    """Say what a fit brought, and which generation answers by it now, if one does."""
    out.print(
        f"{count(found.answerable, 'claim')} with a known article, "
        f"{found.silent:,} that nothing answers; each judged by a fit on the others."
    )
    if not found.close_refitted:
        err.print(
            f"Fewer than {LEAST_SILENT} claims that nothing answers: what counts as close stays "
            "as it was.",
            style="yellow",
        )
    print_table(
        ("", "before", "now"),
        (
            (label, *(_shown(getattr(side, field)) for side in (found.before, found.after)))
            for label, field in _ROWS
        ),
        numbers=("before", "now"),
    )
    if name is not None:
        out.print(f"Generation {name} answers now, calibrated.")
    elif found.helps and dry_run:
        out.print("Nothing was changed; without --dry-run it would be put to use.")
    else:
        out.print("The present calibration is as good on held-back claims; nothing was changed.")


_ROWS = (
    ("AUROC", "auroc"),
    ("false answers where 90 % are answered", "false_answers_at_90"),
    ("answered", "answered"),
    ("answered though nothing answers", "silent_answered"),
    ("log loss", "loss"),
)


def _shown(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"


def tell_unknown(unknown: int) -> None:
    """Say how many claims could not be used."""
    if unknown:
        err.print(
            f"Left out: {count(unknown, 'claim')} about articles that the index does not hold.",
            style="yellow",
        )


def _as_json(found: Calibrated, unknown: int, name: str | None) -> dict[str, object]:
    def rounded(side: Reliability) -> dict[str, float | None]:
        return {k: None if v is None else round(v, 4) for k, v in asdict(side).items()}

    return {
        "generation": name,
        "helps": found.helps,
        "answerable": found.answerable,
        "silent": found.silent,
        "unknown": unknown,
        "before": rounded(found.before),
        "after": rounded(found.after),
        "calibration": found.calibration.to_dict(),
    }


def refuse_files(queries: Path | None, *, dry_run: bool) -> None:
    """`--off` looks at no claims.

    Raises:
        CommandError: some were given, or a dry run was asked for.
    """
    if queries is not None or dry_run:
        raise CommandError("--off goes alone: it reads no queries and has no dry run.")
