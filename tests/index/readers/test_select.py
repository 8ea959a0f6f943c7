from __future__ import annotations

import gzip
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from index.errors import MalformedError, ReadError, UnknownFormatError
from index.model import Document
from index.readers import READERS, SourceFile, read_path, select, walk

Read = Callable[..., list[Document]]

PROSE = (
    "No ferry\n\nThe ferry between the two islands will not sail this winter, because the only "
    "engineer who knows its engine has retired.\n\nPassengers will be taken by a bus.\n"
)
RECORD = '{"title": "No ferry", "text": "It is off."}\n'
PAGE = json.dumps({"url": "https://example.org/x", "text": PROSE}) + "\n"
FRONT = "---\ntitle: No ferry\n---\nIt is off.\n"


def reader_of(tmp_path: Path, name: str, content: str | bytes) -> str:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return select(SourceFile.on_disk(path)).name


@pytest.mark.parametrize("name", ["a.txt", "a", "a.dat", "a.jsonl", "A.TXT", "a.md"])
@pytest.mark.parametrize(
    ("content", "reader"), [(RECORD, "JSON Lines"), (PAGE, "JSON Lines"), (FRONT, "Markdown")]
)
def test_the_content_decides_and_not_the_suffix(
    tmp_path: Path, name: str, content: str, reader: str
) -> None:
    assert reader_of(tmp_path, name, content) == reader


@pytest.mark.parametrize("name", ["a.txt", "a.TEXT", "a", "a.article"])
def test_prose_is_plain_text_under_any_unclaimed_suffix(tmp_path: Path, name: str) -> None:
    assert reader_of(tmp_path, name, PROSE) == "plain text"


@pytest.mark.parametrize("content", [PROSE, RECORD, FRONT])
def test_gzip_is_seen_through(tmp_path: Path, content: str) -> None:
    plain = reader_of(tmp_path, "a.txt", content)
    assert reader_of(tmp_path, "a.txt.gz", gzip.compress(content.encode())) == plain
    assert reader_of(tmp_path, "b.txt", gzip.compress(content.encode())) == plain


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_byte_order_marks_are_seen_through(tmp_path: Path, encoding: str) -> None:
    assert reader_of(tmp_path, "a.txt", PROSE.encode(encoding)) == "plain text"
    assert reader_of(tmp_path, "a.md", FRONT.encode(encoding)) == "Markdown"


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("README.md", "# Hello\n\nA text.\n", "front matter"),
        ("queries.jsonl", '{"_id": "1", "text": "It is off."}\n', '"title"'),
        ("golden.jsonl", '{"claim": "It is off.", "document": "x"}\n', '"title"'),
        ("test.tsv", "query-id\tcorpus-id\tscore\n1\t2\t1\n", 'no "title" with a "text"'),
        ("a.txt", "<div><p>It is off.</p>\n\n<p>So.</p></div>", "recognises"),
        ("a.json", '{"title": "No ferry",\n\n "note": "It is off."}', "JSON Lines"),
        ("a.json", '[{"title": "No ferry", "note": "It is off."}]', "JSON Lines"),
        ("RS.zst", b"\x28\xb5\x2f\xfd\x04\0", "packed by zstd"),
        ("a.tar.bz2", b"BZh91AY\0", "packed by bzip2"),
        ("robots.txt", "User-agent: *\n\nDisallow: /search\n", "recognises"),
        ("LICENSE", PROSE, "recognises"),
        ("a.py", "import os\n\n\nprint(os)\n", "recognises"),
        ("a.bin", bytes(range(256)), "binary"),
        ("a.txt", bytes(range(256)), "binary"),
        ("a.txt", "", "empty"),
        ("a.txt", " \n\n\t\n", "empty"),
        ("a.jsonl", "", "empty"),
        ("story.txt.meta.json", '{"title": "No ferry"}', "sidecar"),
    ],
)
def test_what_is_no_document_is_unknown_with_the_reason(
    tmp_path: Path, name: str, content: str | bytes, why: str
) -> None:
    with pytest.raises(UnknownFormatError, match="is not a document") as fault:
        reader_of(tmp_path, name, content)
    assert why in str(fault.value)


def test_readers_have_different_names() -> None:
    assert len({reader.name for reader in READERS}) == len(READERS)


# ---------------------------------------------------------------- one file


@pytest.mark.parametrize("missing", ["nowhere.txt", "nowhere/a.txt", "."])
def test_what_is_no_file_is_a_fault(tmp_path: Path, missing: str) -> None:
    with pytest.raises(ReadError):
        list(read_path(tmp_path / missing))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.txt")
    with pytest.raises(ReadError, match="no file"):
        list(read_path(tmp_path / "a.txt"))


@pytest.mark.parametrize("lost", [1, 9, 30])
def test_truncated_gzip_is_malformed(read: Read, lost: int) -> None:
    with pytest.raises(MalformedError, match="gzip"):
        read(gzip.compress(RECORD.encode() * 50)[:-lost], "a.jsonl.gz")


def test_damaged_gzip_is_malformed(read: Read) -> None:
    packed = bytearray(gzip.compress(os.urandom(5_000)))
    packed[2_000] ^= 0xFF
    with pytest.raises(ReadError):
        read(bytes(packed), "a.txt.gz")


def test_a_file_that_changes_while_it_is_read_is_a_fault(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(RECORD)
    documents = read_path(path)
    next(documents)
    path.write_text(RECORD * 2)
    with pytest.raises(MalformedError, match="changed while"):
        list(documents)


def test_documents_are_streamed(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(RECORD + "{broken\n")
    documents = read_path(path)
    assert next(documents).title == "No ferry"
    with pytest.raises(MalformedError, match="line 2"):
        next(documents)


# ---------------------------------------------------------------- folders


def names(root: Path, *paths: Path) -> list[str]:
    return [str(path.relative_to(root)) for path in walk(paths)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in (
        "b.txt",
        "a.txt",
        "a.txt.meta.json",
        ".hidden.txt",
        "c/d.md",
        ".git/x.txt",
        "B.txt",
    ):
        path = tmp_path / "root" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return tmp_path / "root"


def test_a_folder_is_walked_in_a_stable_order(folder: Path) -> None:
    assert names(folder, folder) == ["B.txt", "a.txt", "b.txt", "c/d.md"]


def test_no_file_comes_twice(folder: Path) -> None:
    assert names(folder, folder / "b.txt", folder, folder / "c") == [
        *("b.txt", "B.txt", "a.txt", "c/d.md")
    ]


def test_a_named_file_comes_as_it_was_named(folder: Path) -> None:
    given = [folder / ".hidden.txt", folder / "nowhere.txt", folder / "a.txt.meta.json"]
    assert list(walk(given)) == given[:2]


def test_links_out_of_a_folder_are_not_followed(folder: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.txt").write_text("x")
    (folder / "link.txt").symlink_to(outside / "secret.txt")
    (folder / "linked").symlink_to(outside)
    (folder / "broken.txt").symlink_to(outside / "nowhere.txt")
    (folder / "loop").symlink_to(folder)
    assert names(folder, folder) == ["B.txt", "a.txt", "b.txt", "c/d.md"]


def test_a_link_to_a_file_of_the_same_folder_is_that_file_once(folder: Path) -> None:
    (folder / "again.txt").symlink_to(folder / "b.txt")
    assert names(folder, folder) == ["B.txt", "a.txt", "again.txt", "c/d.md"]
