"""What every lexical index promises; add an engine to `ENGINES` to hold it to the same."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.passage_rows import row, rows

from index.filters import RowFilter
from index.languages import number_of
from index.lexical import LexicalIndex, TantivyLexical
from index.lexical_writer import LexicalWriter
from index.library import PassageRow

Built = Callable[[Sequence[PassageRow]], LexicalIndex]


def _tantivy(folder: Path) -> Built:
    number = 0

    def built(passages: Sequence[PassageRow]) -> TantivyLexical:
        nonlocal number
        number += 1
        writer = LexicalWriter(folder / str(number))
        writer.add(passages)
        writer.finish()
        return TantivyLexical.open(folder / str(number))

    return built


ENGINES = {"tantivy": _tantivy}


@pytest.fixture(params=list(ENGINES))
def built(request: pytest.FixtureRequest, tmp_path: Path) -> Built:
    return ENGINES[request.param](tmp_path)


KNOWN = [
    row(5, "Militias fight in Syria", source_id=1, days=(100, 100), language="de"),
    row(6, "The militia of the border fights", source_id=2, days=(100, 200)),
    row(9, "A fair in the village", title="Militia news", source_id=2, language="en"),
    row(12, "I agree", context="The militias are ready", source_id=3, days=(300, 300)),
    row(15, "Nothing of the kind"),
]


def test_passages_that_share_words_are_found_whatever_their_inflection(built: Built) -> None:
    assert set(built(KNOWN).search("militia fighting", 9).ids) == {5, 6, 9, 12}


def test_the_text_itself_weighs_more_than_title_and_context(built: Built) -> None:
    hits = built(KNOWN).search("militias", 9)

    assert hits.ids.tolist() == [5, 6, 9, 12]
    assert (np.diff(hits.scores) <= 0).all()
    assert (hits.ids.dtype, hits.scores.dtype) == (np.int64, np.float32)


def test_rare_words_weigh_more_than_common_ones(built: Built) -> None:
    index = built(rows(["common rare"] + ["common thing"] * 20 + ["rare thing"]))

    assert index.search("common rare", 2).ids.tolist() == [1, 22]


def test_score_is_bm25(built: Built) -> None:
    # One field, k1 = 1.2, b = .75, all of average length: idf * (k1 + 1) * tf / (tf + k1).
    index = built(rows(["alpha beta", "gamma delta", "epsilon zeta", "eta theta"]))

    idf = np.log(1 + (4 - 1 + 0.5) / (1 + 0.5))

    assert index.search("alpha", 1).scores.tolist() == pytest.approx([idf * 2.2 / (1 + 1.2)])


def test_given_passages_score_as_in_a_search(built: Built) -> None:
    index = built(KNOWN)
    hits = index.search("militias in Syria", 9)
    asked = np.array([15, 12, 9, 6, 5])

    scores = index.scores("militias in Syria", asked)

    found = dict(zip(hits.ids.tolist(), hits.scores.tolist(), strict=True))
    assert scores.tolist() == pytest.approx([found.get(i, 0.0) for i in asked], rel=1e-5)
    assert scores[0] == 0
    assert scores.dtype == np.float32


def test_unknown_and_no_passages_score_nothing(built: Built) -> None:
    index = built(KNOWN)

    assert index.scores("militia", np.array([99, 5]))[0] == 0
    assert index.scores("militia", np.empty(0, np.int64)).shape == (0,)
    assert index.scores("zzz", np.array([5, 6])).tolist() == [0, 0]


@pytest.mark.parametrize("k", [0, -1])
def test_no_wish_gives_no_hits(built: Built, k: int) -> None:
    assert len(built(KNOWN).search("militia", k)) == 0


def test_empty_index_answers(built: Built) -> None:
    index = built([])

    assert len(index.search("militia", 5)) == 0
    assert index.scores("militia", np.array([1])).tolist() == [0]


def test_nothing_in_common_gives_no_hits(built: Built) -> None:
    assert len(built(KNOWN).search("quarterly dividends", 5)) == 0


@pytest.mark.parametrize("text", ["", " ", "?!", "\x00", "\ud800", "🙂"])
def test_text_without_words_gives_no_hits(built: Built, text: str) -> None:
    assert len(built(KNOWN).search(text, 5)) == 0


@pytest.mark.parametrize(
    "text",
    [
        'body:militia AND (title:"x" OR',
        "militia*^5 ~2 +[1 TO 2}",
        "-militia",
        "NOT militia",
        "militia\ud800",
    ],
)
def test_text_is_never_query_syntax(built: Built, text: str) -> None:
    assert set(built(KNOWN).search(text, 9).ids) == {5, 6, 9, 12}


def test_long_text_is_bounded_and_searched_by_its_rarest_words(built: Built) -> None:
    common = [f"w{i}" for i in range(100)]
    index = built(rows(["needle", *[" ".join(common)] * 3]))

    assert 1 in index.search(" ".join(common) + " needle", 9).ids
    assert len(index.search("militia " * 1_000_000, 5)) == 0


def test_words_that_say_nothing_are_left_out_unless_there_are_no_others(built: Built) -> None:
    index = built(rows(["to be or not", "the militia", "other words"]))

    assert index.search("not the militia", 9).ids.tolist() == [2]
    assert index.search("to be", 9).ids.tolist() == [1]


@pytest.mark.parametrize(
    ("stored", "asked"),
    [
        ("Zürich bans cars", "zurich"),
        ("Выборы прошли в Москве", "выборы"),
        ("الانتخابات في العراق", "العراق"),
        ("世界卫生组织宣布新的指南", "卫生组织"),
        ("องค์การอนามัยโลกประกาศ", "อนามัย"),
        ("東京でマラソンが開催", "マラソン"),
    ],
)
def test_other_scripts_are_found(built: Built, stored: str, asked: str) -> None:
    index = built(rows([stored, "English words of no matter", "другие слова", "別的文字"]))

    assert index.search(asked, 1).ids.tolist() == [1]


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        (RowFilter(), {5, 6, 9, 12}),
        (RowFilter(source_ids=frozenset({2})), {6, 9}),
        (RowFilter(source_ids=frozenset()), set()),
        (RowFilter(source_ids=frozenset({99})), set()),
        (RowFilter(languages=frozenset({number_of("de")})), {5}),
        (RowFilter(languages=frozenset({number_of("de"), number_of("en")})), {5, 9}),
        (RowFilter(languages=frozenset({number_of("fr")})), set()),
        (RowFilter(languages=frozenset()), set()),
        (RowFilter(since=100), {5, 6, 12}),
        (RowFilter(since=101), {6, 12}),
        (RowFilter(until=100), {5, 6}),
        (RowFilter(until=99), set()),
        (RowFilter(since=150, until=160), {6}),
        (RowFilter(since=201, until=299), set()),
        (RowFilter(source_ids=frozenset({1, 3}), since=200), {12}),
    ],
)
def test_filter_keeps_exactly_what_passes(
    built: Built, where: RowFilter, expected: set[int]
) -> None:
    assert set(built(KNOWN).search("militia fight", 9, where).ids) == expected


def test_filter_does_not_change_scores(built: Built) -> None:
    index = built(KNOWN)
    everything = index.search("militia fight", 9)

    filtered = index.search("militia fight", 9, RowFilter(since=100, until=200))

    kept = np.isin(everything.ids, [5, 6])
    assert filtered.ids.tolist() == everything.ids[kept].tolist()
    assert filtered.scores == pytest.approx(everything.scores[kept], rel=1e-6)


def test_equal_passages_come_in_order_of_ids(built: Built) -> None:
    index = built([row(number * 3, "the same words") for number in range(1, 60)])

    assert index.search("same words", 20).ids.tolist() == [n * 3 for n in range(1, 21)]


def test_a_second_build_scores_the_same(built: Built) -> None:
    first, second = (built(KNOWN).search("militias fight at the border", 9) for _ in range(2))

    assert first.ids.tolist() == second.ids.tolist()
    assert first.scores.tolist() == second.scores.tolist()


_WORDS = st.lists(st.sampled_from(["red", "green", "blue", "white"]), min_size=1, max_size=6)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    bodies=st.lists(_WORDS, min_size=1, max_size=20),
    query=_WORDS,
    wanted=st.frozensets(st.integers(0, 2)),
    since=st.integers(0, 25),
)
def test_any_filter_equals_searching_everything_and_dropping(
    built: Built, bodies: list[list[str]], query: list[str], wanted: frozenset[int], since: int
) -> None:
    passages = [
        row(i, " ".join(body), source_id=i % 3, days=(i, i + 1) if i % 4 else None)
        for i, body in enumerate(bodies, start=1)
    ]
    index = built(passages)
    text = " ".join(query)

    found = index.search(text, 100, RowFilter(source_ids=wanted, since=since))

    everything = index.search(text, 100).ids.tolist()
    passing = [i for i in everything if i % 3 in wanted and i % 4 and i + 1 >= since]
    assert sorted(found.ids.tolist()) == sorted(passing)
