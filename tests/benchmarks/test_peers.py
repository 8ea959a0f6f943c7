"""Joining and tables of the comparison with peers; no peer is installed for this."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks.peers import corpus, loading, tables
from benchmarks.peers.comparing import Compared
from benchmarks.peers.engine import VECTORS, Stopwatch, once_each, read_passages
from benchmarks.peers.known import KnownVectors
from benchmarks.peers.loading import Loaded, Size
from benchmarks.peers.process import Taken
from index.golden import read_golden

PRODUCT = Compared(
    name="factcontext", set_name="a set", claims=3, ndcg_at_10=0.8, map_at_5=0.6, p50_ms=20.0,
    p99_ms=40.0, made_s=9.0, opens_s=3.0, peak_mib=300.0, disk_mib=50.0,
)  # fmt: skip
TAKEN = Taken(
    wall_s=12.0, cpu_s=10.0, before_s=1.5, peak_mib=400.0,
    parts_s={"encoder": 7.5, "rebuild": 8.0},
)  # fmt: skip
LOADED = Loaded(
    name="factcontext", passages=1_000, whole=TAKEN, disk_mib=2.0,
    more=replace(TAKEN, cpu_s=0.5), one_s=0.25,
)  # fmt: skip


def test_a_peer_is_better_only_where_the_table_shows_it() -> None:
    peer = replace(PRODUCT, name="bm25", ndcg_at_10=0.8004, map_at_5=0.61, p50_ms=1.0)
    assert tables.beaten(PRODUCT, peer) == ["map_at_5", "p50_ms"]


def test_the_best_of_a_column_is_bold_whoever_it_is() -> None:
    peer = replace(PRODUCT, name="bm25", ndcg_at_10=0.5, p50_ms=2.0, p99_ms=50.0, peak_mib=400.0)
    first, second = tables.comparison([PRODUCT, peer]).splitlines()[2:]
    assert first == (
        "| a set (3) | factcontext | **0.800** | **0.600** | 20.0 | **40.0** | **3.0** | **9.0** "
        "| **300** | **50** | 1.00 |  |"
    )
    assert second == (
        "|  | BM25 alone (bm25s) | 0.500 | **0.600** | **2.0** | 50.0 | **3.0** | **9.0** "
        "| 400 | **50** | 0.10 | p50 |"
    )


def test_each_set_is_compared_with_the_product_on_that_set() -> None:
    other = replace(PRODUCT, set_name="another", p50_ms=10.0)
    rows = tables.comparison([PRODUCT, other, replace(other, name="txtai", p50_ms=20.0)])
    assert rows.splitlines()[4].split("|")[11].strip() == "2.00"


def test_a_load_is_told_as_ratios_and_by_what_the_encoder_had_no_part_in() -> None:
    peer = replace(LOADED, name="chroma", whole=replace(TAKEN, cpu_s=20.0), one_s=0.2)
    first, second = tables.loads([LOADED, peer]).splitlines()[2:]
    assert first == ("| factcontext | 100 | 1.00 | 10.0 | 2.5 | 1.5 | 0.50 | 0.25 | 400 | 2 |  |")
    assert second == (
        "| chromadb | 50 | 2.00 | 20.0 | 12.5 | 1.5 | 0.50 | 0.20 | 400 | 2 | one article more |"
    )


def test_a_rebuild_is_told_apart_from_the_reading_of_files() -> None:
    assert tables.rebuild_alone(LOADED) == (
        "Of the product's 10.0 s are 2.0 s `add` and 8.0 s `rebuild`, 0.5 s (6.2%) of it "
        "outside the encoder."
    )


def test_what_was_kept_of_several_runs_is_joined_in_one_order(tmp_path: Path) -> None:
    peer = replace(LOADED, name="chroma")
    for one in (peer, LOADED):
        (tmp_path / f"{one.name}.json").write_text(json.dumps(asdict(one)))
    read = loading.read(tmp_path)
    assert [one.name for one in read] == ["factcontext", "chroma"]
    assert read[0].whole.outside_s == 2.5


def test_engines_that_were_measured_are_not_measured_again(tmp_path: Path) -> None:
    (tmp_path / "factcontext.json").write_text(json.dumps(asdict(LOADED)))
    assert [
        one.passages for one in loading.measure(tmp_path, Size(passages=20), ["factcontext"])
    ] == [1_000]


def test_peers_get_what_the_encoder_gets_with_the_title_in_front(tmp_path: Path) -> None:
    judged_set = corpus.starter_set(tmp_path)
    for passage in read_passages(tmp_path):
        assert passage.text.startswith(f"{passage.article}\n")
    articles = {passage.article for passage in read_passages(tmp_path)}
    assert {title for query in judged_set.judged for title in query.judged} <= articles


def test_golden_claims_find_their_article_by_title_and_by_address(tmp_path: Path) -> None:
    judged_set = corpus.starter_set(tmp_path)
    wanted = [query.document for query in read_golden(corpus.SEEDS / "golden.jsonl")]
    assert len(judged_set.judged) > 0.9 * sum(document is not None for document in wanted)


def test_an_article_stands_where_its_best_passage_stands() -> None:
    assert once_each(["b", "a", "b", "c", "a"]) == ["b", "a", "c"]


def test_a_stopwatch_counts_what_fails_too() -> None:
    watch = Stopwatch()

    def fail() -> None:
        raise ValueError("It fails.")

    with pytest.raises(ValueError, match="It fails"):
        watch.timed(fail)()
    assert watch.seconds["encoder"] > 0


def test_corpora_follow_one_another_and_ready_vectors_belong_to_their_texts(
    tmp_path: Path,
) -> None:
    size = Size(passages=20, ready=True)
    parts = loading.corpora(tmp_path, size)
    numbers = [[passage.number for passage in read_passages(part)] for part in parts]
    assert numbers == [list(range(20)), list(range(20, 30)), list(range(30, 40))]
    rows = np.load(parts[0] / VECTORS)
    watch = Stopwatch()
    known = KnownVectors(watch)
    known.learn(parts[0])
    texts = [passage.text for passage in read_passages(parts[0])]
    assert (known.of([texts[3].replace("\n", " "), texts[1]]) == rows[[3, 1]]).all()
    assert known.of([texts[3], "no passage"]) is None
    assert watch.seconds["encoder"] > 0
