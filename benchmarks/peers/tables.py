"""What was measured as Markdown: the best of each column in bold, and who beats the product.

Seconds are of the processor, for others use the machine too; a query's milliseconds are not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
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


_LOADS: Mapping[str, tuple[str, str, Callable[[Loaded], float]]] = {
    "whole load": ("s", ",.1f", lambda one: one.whole.cpu_s),
    "outside the encoder": ("s", ",.1f", lambda one: one.whole.outside_s),
    "start": ("s", ",.1f", lambda one: one.more.before_s),
    "1 % more": ("s", ",.2f", lambda one: one.more.cpu_s),
    "one article more": ("s", ",.2f", lambda one: one.one_s),
    "memory": ("MiB", ",.0f", lambda one: one.whole.peak_mib),
    "disk": ("MiB", ",.0f", lambda one: one.disk_mib),
}
"""What less is better of: its unit, how it is written, and where it stands."""


def loads(found: Sequence[Loaded]) -> str:
    """A row for each engine: the whole load, then more of it."""
    product = next(one for one in found if one.name == PRODUCT)
    costs = [f"{name}, {unit}" for name, (unit, *_) in _LOADS.items()]
    head = ("", "passages/s", "time, times the product's", *costs, "better than factcontext in")
    return _markdown(head, (_load_row(one, product) for one in found))


def _load_row(one: Loaded, product: Loaded) -> tuple[str, ...]:
    costs = {name: format(cost(one), shown) for name, (_, shown, cost) in _LOADS.items()}
    better = [
        name
        for name, (_, shown, cost) in _LOADS.items()
        if cost(one) < cost(product) and costs[name] != format(cost(product), shown)
    ]
    return (
        LABELS[one.name],
        f"{one.passages / one.whole.cpu_s:,.0f}",
        f"{one.whole.cpu_s / product.whole.cpu_s:.2f}",
        *costs.values(),
        ", ".join(better),
    )


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
