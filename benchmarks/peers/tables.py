"""What was measured as Markdown: the best of each column in bold, and who beats the product.

Seconds are of the processor, for others use the machine too; a query's milliseconds are not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby

from benchmarks.peers.comparing import Compared
from benchmarks.peers.engine import REBUILD
from benchmarks.peers.loading import Loaded
from benchmarks.peers.process import LABELS, PRODUCT

_MEASURES = {"ndcg_at_10": "nDCG@10", "map_at_5": "MAP@5"}
_COSTS = {
    "p50_ms": "p50", "p99_ms": "p99", "opens_s": "opens", "made_s": "made",
    "peak_mib": "memory", "disk_mib": "disk",
}  # fmt: skip
_COMPARED = {**_MEASURES, **_COSTS}
_DIGITS = {"peak_mib": 0, "disk_mib": 0}
_UNITS = {"ms": "ms", "s": "s", "mib": "MiB"}


def comparison(found: Sequence[Compared]) -> str:
    """A row for each engine on each set."""
    costs = [f"{name}, {_UNITS[field.rpartition('_')[2]]}" for field, name in _COSTS.items()]
    ratio = "p50, times the product's"
    head = ("set", "", *_MEASURES.values(), *costs, ratio, "better than factcontext in")
    rows = []
    for set_name, grouped in groupby(found, key=lambda one: one.set_name):
        together = list(grouped)
        product = next(one for one in together if one.name == PRODUCT)
        for one in together:
            name = f"{set_name} ({one.claims})" if one is together[0] else ""
            values = [_value(one, field, together) for field in _COMPARED]
            times = f"{one.p50_ms / product.p50_ms:.2f}"
            better = ", ".join(_COMPARED[field] for field in beaten(product, one))
            rows.append((name, LABELS[one.name], *values, times, better))
    return _markdown(head, rows)


def beaten(product: Compared, peer: Compared) -> list[str]:
    """In which fields a peer is better by the digits that are shown."""
    return [
        field
        for field in _COMPARED
        if (
            _rounded(peer, field) > _rounded(product, field)
            if field in _MEASURES
            else _rounded(peer, field) < _rounded(product, field)
        )
    ]


def loads(found: Sequence[Loaded]) -> str:
    """A row for each engine: the whole load, then more of it."""
    product = next(one for one in found if one.name == PRODUCT)
    head = (
        "", "passages/s", "time, times the product's", "whole load, s", "outside the encoder, s",
        "share of it", "starts, s", "1 % more, s", "one article more, s", "peak MiB", "disk MiB",
    )  # fmt: skip
    return _markdown(head, (_load_row(one, product) for one in found))


def rebuild_alone(product: Loaded) -> str:
    """A sentence on the part of the product's load that is its rebuild."""
    whole = product.whole
    rebuild_s = whole.parts_s[REBUILD]
    outside_s = rebuild_s - whole.encoder_s
    return (
        f"Of the product's {whole.cpu_s:,.1f} s are {whole.cpu_s - rebuild_s:,.1f} s `add` and "
        f"{rebuild_s:,.1f} s `rebuild`, {outside_s:,.1f} s ({outside_s / rebuild_s:.1%}) of it "
        "outside the encoder."
    )


def _load_row(one: Loaded, product: Loaded) -> tuple[str, ...]:
    whole = one.whole
    return (
        LABELS[one.name],
        f"{one.passages / whole.cpu_s:,.0f}",
        f"{whole.cpu_s / product.whole.cpu_s:.2f}",
        f"{whole.cpu_s:,.1f}",
        f"{whole.outside_s:,.1f}",
        f"{whole.outside_s / whole.cpu_s:.1%}",
        f"{one.more.before_s:,.1f}",
        f"{one.more.cpu_s:,.2f}",
        f"{one.one_s:,.2f}",
        f"{whole.peak_mib:,.0f}",
        f"{one.disk_mib:,.0f}",
    )


def _value(one: Compared, field: str, together: Sequence[Compared]) -> str:
    best: Callable[[Iterable[float]], float] = max if field in _MEASURES else min
    value = _rounded(one, field)
    text = f"{value:,.{_digits(field)}f}"
    return f"**{text}**" if value == best(_rounded(each, field) for each in together) else text


def _rounded(one: Compared, field: str) -> float:
    value: float = getattr(one, field)
    return round(value, _digits(field))


def _digits(field: str) -> int:
    return 3 if field in _MEASURES else _DIGITS.get(field, 1)


def _markdown(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
