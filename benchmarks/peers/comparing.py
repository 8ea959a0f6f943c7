"""Quality and latency of every engine on the same judged claims.

Quality is that of the product's own measures, by article. For latency all engines are open at
once and each claim goes to them in turn, so that a busy machine slows all of them alike. Corpora
and stores are kept from run to run.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median, quantiles

import numpy as np

from benchmarks.peers.corpus import JudgedSet
from benchmarks.peers.engine import VECTORS, read_passages
from benchmarks.peers.loading import disk_mib
from benchmarks.peers.process import PRODUCT, Running
from bot.config import load_settings
from bot.wiring import open_generation_of, workshop
from embeddings.batches import unit_rows
from index.evaluate import Leg, evaluate
from index.metrics import Quality, mean, quality
from index.passages import text_hash

ENGINES = (PRODUCT, "chroma", "txtai", "txtai_hybrid", "langchain", "bm25")
_WARM = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One engine on one set."""

    name: str
    set_name: str
    claims: int
    ndcg_at_10: float
    map_at_5: float
    p50_ms: float
    p99_ms: float
    made_s: float
    """Processor seconds to put the set into the store, without those of the encoder."""
    opens_s: float
    """Processor seconds from the start of a process to its first answer."""
    peak_mib: float
    disk_mib: float


def measure(
    folder: Path, judged_set: JudgedSet, engines: Sequence[str] = ENGINES
) -> list[Compared]:
    """Load a set into every engine, and ask all of its claims.

    The product goes first. The peers are given the vectors of passages that it has made, for the
    same model would make the same ones again; claims are encoded by each engine itself.

    Args:
        folder: where stores lie; those of an earlier run are asked again.
        judged_set: what is loaded and asked.
        engines: which to compare.
    """
    stores = {name: folder / name for name in sorted(engines, key=ENGINES.index)}
    made = {}
    for name, store in stores.items():
        made[name] = _made(name, store, judged_set.corpus)
        if name == PRODUCT:
            _lend_vectors(store, judged_set.corpus)
    asked = _asked(stores, [query.text for query in judged_set.judged])
    return [
        _compared(store, judged_set, made[name], asked[name]) for name, store in stores.items()
    ]


def keep(path: Path, compared: Sequence[Compared]) -> None:
    """Write what was found, for tables and pictures."""
    path.write_text(json.dumps([asdict(one) for one in compared]))


def read(path: Path) -> list[Compared]:
    """What was kept; nothing where there is none."""
    return [Compared(**values) for values in json.loads(path.read_text())] if path.exists() else []


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answers:
    """Of one engine, in the order of the claims."""

    rankings: Sequence[Sequence[str]]
    ms: Sequence[float]
    opens_s: float
    peak_mib: float


def _lend_vectors(store: Path, corpus: Path) -> None:
    """Put what the product keeps of each passage of a corpus beside it, in float32 again."""
    keys = [text_hash(passage.text) for passage in read_passages(corpus)]
    with workshop(load_settings(data_dir=store)) as tools:
        kept = tools.vectors.get(keys)
    if set(keys) - set(kept):
        raise SystemExit(f"{store} holds an earlier state of the set; run it with --again.")
    np.save(corpus / VECTORS, unit_rows(np.stack([kept[key] for key in keys])))


def _made(name: str, store: Path, corpus: Path) -> float:
    """Processor seconds outside the encoder, of this run or of the one that made the store."""
    kept = store.with_suffix(".json")
    if not kept.exists():
        shutil.rmtree(store, ignore_errors=True)
        with Running(name, store) as running:
            taken = running.ask("add", corpus=str(corpus))
        kept.write_text(json.dumps(taken.outside_s))
    seconds: float = json.loads(kept.read_text())
    return seconds


def _asked(stores: Mapping[str, Path], claims: Sequence[str]) -> dict[str, _Answers]:
    with ExitStack() as stack:
        engines, opens_s = {}, {}
        for name, store in stores.items():
            engines[name] = engine = stack.enter_context(Running(name, store))
            engine.ask("open")
            first = engine.ask("search", claim=claims[0])
            opens_s[name] = first.before_s + first.cpu_s
            for claim in claims[:_WARM]:
                engine.ask("search", claim=claim)
        taken = [
            {name: engine.ask("search", claim=claim) for name, engine in engines.items()}
            for claim in claims
        ]
    return {
        name: _Answers(
            rankings=[one[name].articles for one in taken],
            ms=[1_000 * one[name].wall_s for one in taken],
            opens_s=opens_s[name],
            peak_mib=taken[-1][name].peak_mib,
        )
        for name in stores
    }


def _quality(store: Path, judged_set: JudgedSet, answers: _Answers) -> Quality:
    if store.name == PRODUCT:
        return _quality_of_product(store, judged_set)
    pairs = zip(answers.rankings, judged_set.judged, strict=True)
    return mean([quality(ranking, query.judged) for ranking, query in pairs])


def _quality_of_product(store: Path, judged_set: JudgedSet) -> Quality:
    """Of its ranking, as `factcontext evaluate` judges it: an answer shows only its beginning."""
    with (
        workshop(load_settings(data_dir=store)) as tools,
        closing(open_generation_of(tools)) as generation,
    ):
        found = evaluate(tools.library, generation, tools.encoder, judged_set.judged)
    return found.quality[Leg.FUSED]


def _compared(store: Path, judged_set: JudgedSet, made_s: float, answers: _Answers) -> Compared:
    found = _quality(store, judged_set, answers)
    return Compared(
        name=store.name,
        set_name=judged_set.name,
        claims=len(judged_set.judged),
        ndcg_at_10=found.ndcg_at_10,
        map_at_5=found.map_at_5,
        p50_ms=median(answers.ms),
        p99_ms=quantiles(answers.ms, n=100)[98],
        made_s=made_s,
        opens_s=answers.opens_s,
        peak_mib=answers.peak_mib,
        disk_mib=disk_mib(store),
    )
