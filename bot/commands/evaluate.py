"""`factcontext evaluate`: how good are ranking and abstention, on queries with known answers?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from bot.config import Settings
from bot.console import AS_JSON, count, err, out, print_json, print_table, progress_bar, waiting
from bot.kept_figures import as_kept, read_kept
from bot.markup import shorten
from bot.terminal import printable
from index.evaluation import Evaluation, Leg, QueryResult, compared, compared_with
from index.judgements import JudgedQuery, read_judged
from index.pairing import ROUNDS, PairedTest

_QUALITIES = ("nDCG@10", "MRR@10", "R@10", "R@100", "MAP@5")
_RECORDS_SHOWN = 3
_TITLE_UNITS = 80
_FILE = {"exists": True, "dir_okay": False, "readable": True}


def evaluate(
    context: typer.Context,
    queries: Annotated[
        Path, typer.Argument(**_FILE, help="JSON Lines with _id and text; may be gzip.")
    ],
    qrels: Annotated[
        Path, typer.Argument(**_FILE, help="query-id, corpus-id and score between tabs.")
    ],
    against: Annotated[
        str | None,
        typer.Option(
            metavar="WHAT",
            help="Compare with another generation by its name, with dense or bm25 alone, or "
            "with a file of what --json printed before.",
        ),
    ] = None,
    plot: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Draw ranking and reliability (.png or .svg)."),
    ] = None,
    worst: Annotated[int, typer.Option(min=0, help="How many of the worst queries to show.")] = 5,
    as_json: AS_JSON = False,
) -> None:
    """Measure the index in use on queries whose relevant documents are known (BEIR layout).

    Load the set's corpus.jsonl with `factcontext add` first: its `_id` is what the judgements
    name. Ranking is judged by article; abstention by asking each query with and without its
    evidence. The lines `dense` and `bm25` show what either leg does alone. `--against` tells by
    a paired randomisation test whether two rankings of the same queries differ by chance; what
    `--json` printed with other settings, such as another model, can be compared with too.
    """
    from bot.plotting import check_plot, draw

    check_plot(plot)
    settings: Settings = context.obj
    judged = read_judged(queries, qrels)
    leg = Leg(against) if against in set(Leg) else None
    kept = None
    if against is not None and leg is None and Path(against).is_file():
        kept = read_kept(Path(against))
    alone = against is None or leg is not None or kept is not None
    names = [None] if alone else [None, against]
    (evaluation, *others), titles = _evaluations(settings, judged, names, worst)
    tests = {}
    if kept is not None:
        tests = compared_with(evaluation, kept)
    elif leg or others:
        tests = compared(evaluation, others[0] if others else evaluation, leg or Leg.FUSED)
    if plot is not None:
        draw(plot, {e.generation: e for e in (evaluation, *others)})
    if as_json:
        print_json(_as_json(evaluation, worst, tests))
    else:
        _print(evaluation)
        for result in evaluation.worst(worst):
            _print_result(result, titles)
        _print_tests(against, tests)


def _evaluations(
    settings: Settings, judged: Sequence[JudgedQuery], names: Sequence[str | None], worst: int
) -> tuple[list[Evaluation], Mapping[str, str]]:
    """The same queries on several generations, the one in use where there is no name.

    Returns:
        The evaluations, and the titles of the records that the worst queries show.
    """
    from bot.wiring import open_generation_of, workshop
    from index.evaluate import evaluate as run

    found = []
    with ExitStack() as stack:
        with waiting("Loading the model"):
            tools = stack.enter_context(workshop(settings))
        for name in names:
            with ExitStack() as one:
                generation = one.enter_context(closing(open_generation_of(tools, name)))
                advance = one.enter_context(progress_bar("Evaluating", "queries"))
                found.append(
                    run(tools.library, generation, tools.encoder, judged, progress=advance)
                )
        shown = found[0].worst(worst)
        named = {name for one in shown for name in (*one.relevant, *one.found)}
        absent = dict.fromkeys(named & found[0].missing, "not in the index")
        titles = tools.library.titles(named) | absent
    return found, titles


def _print(evaluation: Evaluation) -> None:
    if evaluation.missing:
        err.print(
            f"Not in the index: {count(len(evaluation.missing), 'relevant document')}; "
            "what is missing counts as not found.",
            style="yellow",
        )
    many = len(evaluation.results)
    queries = f"{many:,} judged {'query' if many == 1 else 'queries'}"
    out.print(f"Generation {evaluation.generation}, {queries}")
    print_table(
        ("ranking by", *_QUALITIES),
        (
            (leg, *(f"{value:.3f}" for value in (
                quality.ndcg_at_10, quality.mrr_at_10, quality.recall_at_10,
                quality.recall_at_100, quality.map_at_5,
            )))
            for leg, quality in evaluation.quality.items()
        ),
        numbers=_QUALITIES,
    )  # fmt: skip
    facts = Table.grid(padding=(0, 2))
    figures = evaluation.abstention
    for name, value in (
        ("abstention, AUROC", figures.auroc),
        ("false answers where 90 % are answered", figures.false_answers_at_90),
        ("answered", figures.answered),
        ("answered with the evidence removed", figures.answered_without_evidence),
        ("called strong", figures.strong),
        ("of these, first passage is evidence", figures.strong_and_right),
    ):
        facts.add_row(name, f"{value:.3f}")
    out.print(facts)


def _print_result(result: QueryResult, titles: Mapping[str, str]) -> None:
    """A query, what should have come back for it, and what did, each with its title."""
    out.print(printable(f"\n{result.query_id}: {result.text}"), markup=False)
    # What was found of it is not what is to be looked at.
    wanted = sorted(result.relevant, key=lambda name: (name in result.found, name))
    for word, names in (("wanted", wanted), ("found", result.found)):
        if not names:
            out.print(f"  {word:6} nothing", markup=False)
        for number, name in enumerate(names[:_RECORDS_SHOWN]):
            title = shorten(titles.get(name, ""), _TITLE_UNITS)
            line = f"  {word if not number else '':6} {name}{': ' if title else ''}{title}"
            out.print(printable(line), markup=False, soft_wrap=True)
        if more := len(names[_RECORDS_SHOWN:]):
            out.print(f"         and {more:,} more", markup=False)


def _print_tests(against: str | None, tests: Mapping[str, PairedTest]) -> None:
    if not tests:
        return
    out.print(f"\nAgainst {against} (paired randomisation, {ROUNDS:,} rounds)", markup=False)
    print_table(
        ("measure", "in use", "other", "difference", "better", "worse", "p"),
        (
            (name, f"{test.first:.3f}", f"{test.second:.3f}", f"{test.difference:+.3f}",
             str(test.better), str(test.worse), f"{test.p:.4f}")
            for name, test in zip(_QUALITIES, tests.values(), strict=True)
        ),
        numbers=("in use", "other", "difference", "better", "worse", "p"),
    )  # fmt: skip


def _as_json(
    evaluation: Evaluation, worst: int, tests: Mapping[str, PairedTest]
) -> dict[str, object]:
    return {
        "generation": evaluation.generation,
        "queries": len(evaluation.results),
        "missing": sorted(evaluation.missing),
        "quality": {leg.value: asdict(quality) for leg, quality in evaluation.quality.items()},
        "abstention": asdict(evaluation.abstention),
        "reliability": [asdict(one) for one in evaluation.reliability()],
        "against": {
            name: {**asdict(test), "difference": test.difference} for name, test in tests.items()
        },
        "worst": [_result(result) for result in evaluation.worst(worst)],
        "each": as_kept(evaluation),
    }


def _result(result: QueryResult) -> dict[str, object]:
    return {
        "query": result.query_id,
        "text": result.text,
        "wanted": sorted(result.relevant),
        "found": list(result.found),
        "strength": result.strength,
        "probability": round(result.probability, 4),
    }
