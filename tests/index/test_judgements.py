import gzip
from pathlib import Path

import pytest

from index.errors import EvaluationError
from index.judgements import read_judged, read_qrels, read_queries
from index.readers import Limits
from index.readers.records import Record

QUERIES = '{"_id": "1", "text": "first"}\n\n{"_id": 2, "text": "second"}\n'
QRELS = "query-id\tcorpus-id\tscore\n1\ta\t1\n1\tb\t0\n2\tc\t2\n"


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    (tmp_path / "queries.jsonl").write_text(QUERIES)
    (tmp_path / "test.tsv").write_text(QRELS)
    return tmp_path / "queries.jsonl", tmp_path / "test.tsv"


def test_queries_come_with_what_is_judged_relevant(files: tuple[Path, Path]) -> None:
    first, second = read_judged(*files)

    assert (first.query_id, first.text, first.relevant) == ("1", "first", {"a"})
    assert (second.query_id, second.judged) == ("2", {"c": 2})


def test_gzip_is_told_by_content(files: tuple[Path, Path], tmp_path: Path) -> None:
    packed = tmp_path / "packed"
    packed.write_bytes(gzip.compress(QUERIES.encode()))

    assert read_queries(packed) == {"1": "first", "2": "second"}


def test_four_columns_without_a_header_are_read(tmp_path: Path) -> None:
    path = tmp_path / "qrels.txt"
    path.write_text("1 0 a 1\n1 0 b 0\n")

    assert read_qrels(path) == {"1": {"a": 1, "b": 0}}


def test_judgements_may_be_json_lines(tmp_path: Path) -> None:
    path = tmp_path / "test.jsonl"
    path.write_text("""{"query-id": 1, "corpus-id": "a", "score": 2.0}
{"query-id": "1", "corpus-id": "b", "score": 0}
""")

    assert read_qrels(path) == {"1": {"a": 2, "b": 0}}


def test_a_whole_number_may_be_written_with_a_point_from_the_first_line_on(tmp_path: Path) -> None:
    path = tmp_path / "test.tsv"
    path.write_text("1\ta\t1.0\n1\tb\t-1\n")

    assert read_qrels(path) == {"1": {"a": 1, "b": -1}}


def test_an_id_is_kept_as_the_library_keeps_it(tmp_path: Path) -> None:
    path = tmp_path / "test.tsv"
    path.write_text(f"1\tGreat  Barrier\u2028Reef {'x' * 300}\t1\n")

    (record,) = read_qrels(path)["1"]
    assert record == Record(
        values={"_id": f"Great  Barrier\u2028Reef {'x' * 300}"}, where="", limits=Limits()
    ).key("_id")


def test_query_without_a_relevant_record_is_left_out(files: tuple[Path, Path]) -> None:
    files[1].write_text("1\ta\t1\n2\tc\t0\n")

    assert [query.query_id for query in read_judged(*files)] == ["1"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"_id": "1", "text": "a"}\n{"_id": "2"}\n', 'line 2: expected .* "_id" and "text"'),
        ('{"_id": "1", "text": "a"}\n[1]\n', "line 2"),
        ('{"_id": "1", "text": "a"}\n{"_id": "1", "text": "b"}\n', "line 2: query '1' comes"),
        ('{"_id": "1", "text": " "}\n', 'line 1: "text" holds no text'),
        ("not json\n", "line 1"),
        ("[" * 5_000, "line 1"),
    ],
)
def test_broken_queries_are_refused_by_line(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "queries.jsonl"
    path.write_text(content)

    with pytest.raises(EvaluationError, match=message):
        read_queries(path)


@pytest.mark.parametrize(
    "line", ["1\ta", "1\ta\tyes", "1\ta\t1.5", "1\tx\ty\tz\t1", '{"score": 1}']
)
def test_broken_qrels_are_refused_by_line(tmp_path: Path, line: str) -> None:
    path = tmp_path / "test.tsv"
    path.write_text(f"1\ta\t1\n{line}\n")

    with pytest.raises(EvaluationError, match="line 2: expected"):
        read_qrels(path)


def test_a_first_judgement_in_json_is_no_header(tmp_path: Path) -> None:
    path = tmp_path / "test.jsonl"
    path.write_text('{"query-id": 1, "corpus-id": "a", "score": null}\n')

    with pytest.raises(EvaluationError, match="line 1: expected"):
        read_qrels(path)


def test_a_line_without_end_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "test.tsv"
    path.write_bytes(b"x" * (2 << 20))

    with pytest.raises(EvaluationError, match="line 1: longer"):
        read_qrels(path)


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", gzip.compress(QUERIES.encode())[:-12]])
def test_what_is_no_text_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "queries.jsonl"
    path.write_bytes(content)

    with pytest.raises(EvaluationError, match="cannot be read"):
        read_queries(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match=r"nowhere\.tsv cannot be read"):
        read_qrels(tmp_path / "nowhere.tsv")


def test_files_of_two_sets_are_refused(files: tuple[Path, Path]) -> None:
    files[1].write_text("1\ta\t1\n99\tb\t1\n")

    with pytest.raises(EvaluationError, match="judges query '99'"):
        read_judged(*files)


def test_judgements_of_nothing_are_refused(files: tuple[Path, Path]) -> None:
    files[1].write_text("1\ta\t0\n")

    with pytest.raises(EvaluationError, match="nothing relevant"):
        read_judged(*files)
