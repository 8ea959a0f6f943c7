"""Evaluations as a picture, for whoever has matplotlib."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.errors import CommandError
from index.evaluation import Evaluation, Leg

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SUFFIXES = (".png", ".svg")
_MEASURES = {
    "ndcg_at_10": "nDCG@10",
    "mrr_at_10": "MRR@10",
    "recall_at_10": "R@10",
    "map_at_5": "MAP@5",
}
_WIDTH = 0.8


def check_plot(path: Path | None) -> None:
    """Refuse before the work begins what could not be drawn after it.

    Raises:
        CommandError: the file's name has another ending, its folder is not there, or matplotlib
            is not installed.
    """
    if path is None:
        return
    if path.suffix.lower() not in SUFFIXES:
        raise CommandError(f"{path} is no picture that can be drawn; name a .png or .svg file.")
    if not path.absolute().parent.is_dir():
        raise CommandError(f"The folder of {path} is not there; make it, or name another file.")
    _figure()


def draw(path: Path, evaluations: Mapping[str, Evaluation]) -> None:
    """Draw ranking by leg, and how often what is called probable is right.

    Args:
        path: a .png or .svg file.
        evaluations: one or several over the same queries, by what they are called.

    Raises:
        CommandError: matplotlib is not installed, or the file cannot be written.
    """
    figure = _figure()(figsize=(11, 4.5), layout="constrained")
    ranking, reliability = figure.subplots(1, 2)
    _ranking(ranking, evaluations)
    _reliability(reliability, evaluations)
    try:
        figure.savefig(path, dpi=110)
    except OSError as error:
        raise CommandError(f"{path} cannot be written ({error.strerror}).") from error


def _figure() -> Any:  # noqa: ANN401 - matplotlib may not be there
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise CommandError(
            'Pictures need matplotlib; install it with: pip install "factcontext[plot]".'
        ) from error
    return Figure


def _ranking(axes: Axes, evaluations: Mapping[str, Evaluation]) -> None:
    bars = [
        (leg.value if len(evaluations) == 1 else f"{name}, {leg.value}", evaluation.quality[leg])
        for name, evaluation in evaluations.items()
        for leg in Leg
    ]
    for number, (label, quality) in enumerate(bars):
        places = [n + (number - (len(bars) - 1) / 2) * _WIDTH / len(bars) for n in range(4)]
        heights = [getattr(quality, measure) for measure in _MEASURES]
        axes.bar(places, heights, _WIDTH / len(bars), label=label)
    axes.set_xticks(range(len(_MEASURES)), list(_MEASURES.values()))
    axes.set_ylim(0, 1)
    axes.set_title("Ranking by article")
    axes.legend(loc="lower right")


def _reliability(axes: Axes, evaluations: Mapping[str, Evaluation]) -> None:
    axes.plot([0, 1], [0, 1], color="0.7", linestyle="--")
    for name, evaluation in evaluations.items():
        bins = evaluation.reliability()
        said, kept = [b.probability for b in bins], [b.right for b in bins]
        axes.plot(said, kept, marker="o", label=name)
        for one in bins:
            axes.annotate(str(one.queries), (one.probability, one.right), (4, -10),
                          textcoords="offset points", fontsize=8)  # fmt: skip
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1.02)
    axes.set_xlabel("probability that the first passage is evidence")
    axes.set_ylabel("share that is")
    axes.set_title("Reliability (queries in each bin)")
    axes.legend(loc="lower right")
