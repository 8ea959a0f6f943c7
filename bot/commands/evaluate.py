"""`factcontext evaluate`: how good are ranking and abstention, on queries with known answers?"""

from __future__ import annotations

from contextlib import ExitStack, closing
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from bot.config import Settings
from bot.console import AS_JSON, count, err, out, print_json, print_table, progress_bar, waiting
from bot.terminal import printable
from index.evaluate import Evaluation, QueryResult
from index.judgements import read_judged

_QUALITIES = ("nDCG@10", "MRR@10", "R@10", "R@100", "MAP@5")
_FILE = {"exists": True, "dir_okay": False, "readable": True}


def evaluate(
    context: typer.Context,
    queries: Annotated[
        Path, typer.Argument(**_FILE, help="JSON Lines with _id and text; may be gzip.")
    ],
    qrels: Annotated[
        Path, typer.Argument(**_FILE, help="query-id, corpus-id and score between tabs.")
    ],
    worst: Annotated[int, typer.Option(min=0, help="How many of the worst queries to show.")] = 5,
    as_json: AS_JSON = False,
) -> None:
    """Measure the index in use on queries whose relevant documents are known (BEIR layout).

    Load the set's corpus.jsonl with `factcontext add` first: its `_id` is what the judgements
    name. Ranking is judged by article; abstention by asking each query with and without its
    evidence. The lines `dense` and `bm25` show what either leg does alone.
    """
    from bot.wiring import open_generation_of, workshop
    from index.evaluate import evaluate as run

    settings: Settings = context.obj
    judged = read_judged(queries, qrels)
    with ExitStack() as stack:
        with waiting("Loading the model"):
            tools = stack.enter_context(workshop(settings))
        generation = stack.enter_context(closing(open_generation_of(tools)))
        advance = stack.enter_context(progress_bar("Evaluating", "queries"))
        evaluation = run(tools.library, generation, tools.encoder, judged, progress=advance)
    if as_json:
        print_json(_as_json(evaluation, worst))
    else:
        _print(evaluation, worst)


def _print(evaluation: Evaluation, worst: int) -> None:
    if evaluation.missing:
        err.print(
            f"Not in the index: {count(len(evaluation.missing), 'relevant document')}; "
            "what is missing counts as not found.",
            style="yellow",
        )
    queries = f"{len(evaluation.results):,} judged queries"
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
    for result in evaluation.worst(worst):
        for line in (
            f"\n{result.query_id}: {result.text}",
            f"  wanted {', '.join(sorted(result.relevant))}",
            f"  found  {', '.join(result.found) or 'nothing'}",
        ):
            out.print(printable(line), markup=False)


def _as_json(evaluation: Evaluation, worst: int) -> dict[str, object]:
    return {
        "generation": evaluation.generation,
        "queries": len(evaluation.results),
        "missing": sorted(evaluation.missing),
        "quality": {leg.value: asdict(quality) for leg, quality in evaluation.quality.items()},
        "abstention": asdict(evaluation.abstention),
        "worst": [_result(result) for result in evaluation.worst(worst)],
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
