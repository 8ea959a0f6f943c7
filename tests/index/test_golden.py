from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.answers import answer, article, excerpt, remark, thread

from index.errors import EvaluationError
from index.golden import GoldenQuery, compare, figures, read_golden, score
from index.model import Answer, Strength

SEEDS = Path(__file__).resolve().parents[2] / "seeds"


def query(number: int = 1, **fields: object) -> GoldenQuery:
    return GoldenQuery(query_id=str(number), claim=f"Claim {number}", **fields)  # type: ignore[arg-type]


def full() -> Answer:
    """Two articles and a discussion of two comments."""
    return answer(
        reporting=(
            article(excerpt("The dam\nholds."), excerpt("It rained."), title="First", url=None),
            article(excerpt("Fish came back."), title="Second"),
        ),
        discussion=(
            thread(remark("I live below it."), remark("You sleep deeply."), title="Third"),
        ),
    )


def written(tmp_path: Path, *records: object) -> Path:
    path = tmp_path / "golden.jsonl"
    path.write_text("".join(f"{json.dumps(record)}\n" for record in records))
    return path


# ---------------------------------------------------------------- one answer


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({"document": "First"}, 1),
        ({"document": "Second"}, 1 / 2),
        ({"document": "https://harbourpost.example/sel?page=1&all=yes"}, 1),
        ({"document": "Third"}, 1),
        ({"document": "Fourth"}, 0),
        ({"passage": "The dam holds"}, 1),
        ({"passage": "Fish came"}, 1 / 3),
        ({"passage": "Birds came"}, 0),
        ({"comments": ("I live",)}, 1),
        ({"comments": ("I live", "Nobody wrote this")}, 1 / 2),
        ({"comments": ("I live",), "not_comments": ("You sleep",)}, 1 / 2),
        ({"comments": ("I live",), "not_comments": ("Nobody wrote this",)}, 1),
        ({"document": "Second", "passage": "The dam"}, 3 / 4),
        ({"nothing": True}, 0),
    ],
)
def test_an_answer_scores_the_mean_of_what_is_stated(
    wanted: dict[str, object], expected: float
) -> None:
    assert score(query(**wanted), full()) == pytest.approx(expected)


def test_silence_is_right_where_nothing_is_wanted_and_wrong_where_something_is() -> None:
    silent = answer(strength=Strength.NONE)
    assert score(query(nothing=True), silent) == 1
    assert score(query(document="First", passage="x", comments=("y",)), silent) == 0


# ---------------------------------------------------------------- two indexes

ASKED = [query(1, document="a"), query(2, document="b"), query(3, nothing=True)]
KEYS = [one.key for one in ASKED]


def test_figures_keep_quality_and_false_answers_apart() -> None:
    found = figures(ASKED, dict(zip(KEYS, (1.0, 0.5, 0.0), strict=True)))
    assert (found.quality, found.false_answers) == (0.75, 1.0)


def test_what_was_not_asked_has_no_figure() -> None:
    found = figures(ASKED, {KEYS[0]: 1.0})
    assert (found.quality, found.false_answers) == (1.0, None)


def test_the_largest_falls_come_first_and_rises_are_no_falls() -> None:
    before, after = (1.0, 0.5, 1.0), (0.5, 1.0, 0.0)
    found = compare(
        ASKED, dict(zip(KEYS, before, strict=True)), dict(zip(KEYS, after, strict=True))
    )
    assert found is not None
    assert [fall.query.query_id for fall in found.worse] == ["3", "1"]
    assert (found.before.quality, found.after.quality) == (0.75, 0.75)


def test_only_queries_that_both_were_asked_are_compared() -> None:
    found = compare(ASKED, {KEYS[0]: 1.0}, dict(zip(KEYS, (1.0, 0.0, 0.0), strict=True)))
    assert found is not None
    assert (found.queries, found.worse) == (1, ())
    assert compare(ASKED, {}, {KEYS[0]: 1.0}) is None


@pytest.mark.parametrize(
    ("after", "exceeds"),
    [
        ((1.0, 1.0, 1.0), False),
        ((0.9, 1.0, 1.0), False),
        ((0.8, 1.0, 1.0), False),
        ((0.7, 1.0, 1.0), True),
        ((1.0, 1.0, 0.0), True),
    ],
)
def test_a_fall_up_to_the_limit_is_allowed(
    after: tuple[float, float, float], exceeds: bool
) -> None:
    ones = dict.fromkeys(KEYS, 1.0)
    found = compare(ASKED, ones, dict(zip(KEYS, after, strict=True)))
    assert found is not None
    assert found.exceeds(max_fall=0.1, max_rise=0.5) is exceeds


def test_another_wording_is_another_query_and_the_key_tells_no_words() -> None:
    assert query(1, document="a").key != query(1, document="b").key
    assert len(KEYS[0]) == 16


# ---------------------------------------------------------------- the file


def test_the_golden_file_of_the_starter_corpus_is_read() -> None:
    queries = read_golden(SEEDS / "golden.jsonl")
    assert len(queries) >= 120
    assert {q.nothing for q in queries} == {True, False}


def test_a_line_needs_a_claim_and_what_is_wanted(tmp_path: Path) -> None:
    path = written(
        tmp_path, {"claim": "It fell.", "document": "a"}, {"claim": "x", "nothing": True}
    )
    first, second = read_golden(path)
    assert (first.query_id, first.document, first.comments) == ("1", "a", ())
    assert (second.query_id, second.nothing) == ("2", True)


@pytest.mark.parametrize(
    "record",
    [
        {"document": "a"},
        {"claim": " ", "document": "a"},
        {"claim": "x"},
        {"claim": "x", "document": 7},
        {"claim": "x", "document": "a", "nothing": True},
        {"claim": "x", "comments": "words"[:0]},
        {"claim": "x", "comments": [1]},
        {"claim": "x", "nothing": "yes"},
        [],
    ],
)
def test_a_broken_line_is_named(tmp_path: Path, record: object) -> None:
    path = written(tmp_path, {"claim": "x", "document": "a"}, record)
    with pytest.raises(EvaluationError, match=r"golden\.jsonl, line 2"):
        read_golden(path)


def test_the_same_id_twice_is_refused(tmp_path: Path) -> None:
    line = {"id": "g1", "claim": "x", "document": "a"}
    with pytest.raises(EvaluationError, match="'g1' comes twice"):
        read_golden(written(tmp_path, line, line))


def test_a_file_without_queries_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match="no query"):
        read_golden(written(tmp_path))
