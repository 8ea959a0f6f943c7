"""Quality against latency, a panel for each set."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter

from benchmarks.peers.comparing import Compared
from benchmarks.peers.process import LABELS, PRODUCT


def draw(path: Path, found: Sequence[Compared]) -> None:
    """Draw what was compared; the line of an engine goes from its p50 to its p99."""
    sets = {name: list(group) for name, group in groupby(found, key=lambda one: one.set_name)}
    figure = Figure(figsize=(5.5 * len(sets), 4.5), layout="constrained")
    panels = figure.subplots(1, len(sets), squeeze=False)[0]
    for axes, (name, together) in zip(panels, sets.items(), strict=True):
        _panel(axes, name, together)
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=3, frameon=False)
    figure.savefig(path, dpi=110)


def _panel(axes: Axes, name: str, together: Sequence[Compared]) -> None:
    for one in together:
        axes.plot(
            (one.p50_ms, one.p99_ms),
            (one.ndcg_at_10, one.ndcg_at_10),
            marker="o",
            markevery=[0],
            markersize=9 if one.name == PRODUCT else 6,
            label=LABELS[one.name],
        )
    axes.set(
        title=f"{name}, {together[0].claims} claims",
        xlabel="a query, ms: p50 (dot) to p99 (end of line)",
        ylabel="nDCG@10",
        xscale="log",
    )
    # The same in every panel, and no words at the lines between, which overlap.
    least, most = min(one.p50_ms for one in together), max(one.p99_ms for one in together)
    axes.set_xlim(min(0.3, least), max(100.0, most))
    axes.xaxis.set_major_formatter("{x:g}")
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.grid(alpha=0.3)
