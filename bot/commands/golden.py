"""`factcontext golden`: do the claims whose answer is known get it?"""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from bot.config import Settings
from bot.console import AS_JSON, count, err, out, print_json, print_table, waiting
from bot.errors import CommandError
from index.errors import NoGenerationError
from index.golden import Comparison, Figures, GoldenQuery, figures

_MOST_SHOWN = 20
_SHOWN_CHARS = 90


def golden(
    context: typer.Context,
    queries: Annotated[
        Path | None,
        typer.Argument(help="JSON Lines; without it the file that `rebuild` asks."),
    ] = None,
    worst: Annotated[int, typer.Option(min=0, help="How many of the worst to show.")] = 10,
    as_json: AS_JSON = False,
) -> None:
    """Ask the golden queries of the index in use.

    A line holds a `claim` and what should come back: `document` (its link or title), `passage`,
    `comments`, `not_comments` (words of them), or `"nothing": true`. `factcontext rebuild` asks
    them of the new index before it puts that to use.
    """
    from bot.golden import Examination, golden_file
    from bot.wiring import workshop
    from index.generation import current

    settings: Settings = context.obj
    path = golden_file(settings, queries)
    if path is None:
        raise CommandError(
            "There are no golden queries: name a file, or put golden.jsonl into the data folder."
        )
    with ExitStack() as stack:
        with waiting("Loading the model"):
            tools = stack.enter_context(workshop(settings))
        name = current(tools.folder)
        if name is None:
            raise NoGenerationError
        examination = Examination.of(tools, settings, path)
        assert examination is not None  # noqa: S101 - there is a path
        scores = examination.scores(name)
    asked = examination.queries
    found = figures(asked, scores)
    ranked = sorted(asked, key=lambda query: scores[query.key])
    bad = [query for query in ranked if scores[query.key] < 1][:worst]
    if as_json:
        print_json(
            {
                "generation": name,
                "queries": len(asked),
                **as_dict(found),
                "worst": [
                    {"query": q.query_id, "claim": q.claim, "score": round(scores[q.key], 4)}
                    for q in bad
                ],
            }
        )
        return
    queries_asked = count(len(asked), "golden query", "golden queries")
    out.print(f"Generation {name}, {queries_asked}: {in_words(found)}.")
    if bad:
        rows = ((q.query_id, f"{scores[q.key]:.2f}", short(q)) for q in bad)
        print_table(("worst", "score", "claim"), rows, numbers=("score",))


def in_words(found: Figures) -> str:
    """The figures of which there are any."""
    parts = []
    if found.quality is not None:
        parts.append(f"quality {found.quality:.3f}")
    if found.false_answers is not None:
        parts.append(f"false answers {found.false_answers:.1%}")
    return ", ".join(parts)


def as_dict(found: Figures) -> dict[str, float | None]:
    """The figures for programs."""
    return {
        "quality": None if found.quality is None else round(found.quality, 4),
        "false_answers": None if found.false_answers is None else round(found.false_answers, 4),
    }


def short(query: GoldenQuery) -> str:
    """The claim in one line."""
    claim = " ".join(query.claim.split())
    return claim if len(claim) <= _SHOWN_CHARS else f"{claim[:_SHOWN_CHARS]}..."


def print_comparison(comparison: Comparison) -> None:
    """Both indexes, and which queries got worse, on standard error."""
    err.print(
        f"Golden queries, {comparison.queries:,}: {in_words(comparison.before)} before; "
        f"{in_words(comparison.after)} now.",
        markup=False,
    )
    rows = (
        (fall.query.query_id, f"{fall.before:.2f}", f"{fall.after:.2f}", short(fall.query))
        for fall in comparison.worse[:_MOST_SHOWN]
    )
    if comparison.worse:
        print_table(
            ("got worse", "before", "now", "claim"), rows, numbers=("before", "now"), to=err
        )
    if more := len(comparison.worse[_MOST_SHOWN:]):
        err.print(f"and {more:,} more, by less.")


def comparison_as_dict(comparison: Comparison) -> dict[str, object]:
    """Both indexes, for programs."""
    return {
        "queries": comparison.queries,
        "before": as_dict(comparison.before),
        "after": as_dict(comparison.after),
        "worse": [
            {
                "query": fall.query.query_id,
                "before": round(fall.before, 4),
                "after": round(fall.after, 4),
            }
            for fall in comparison.worse
        ],
    }
