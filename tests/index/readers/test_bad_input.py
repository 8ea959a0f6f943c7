"""What is hostile or broken, in every format: documents, or a named fault of that file."""

from __future__ import annotations

import gzip
import io
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.formats import BODY, FORMATS, Format, chain, flat

from index.errors import MalformedError, ReadError
from index.model import Document
from index.readers import READERS, Limits, SourceFile, read_path, select

every_format = pytest.mark.parametrize("kind", FORMATS, ids=lambda kind: kind.name)
with_comments = pytest.mark.parametrize(
    "kind", [kind for kind in FORMATS if kind.has_comments], ids=lambda kind: kind.name
)
with_parents = pytest.mark.parametrize(
    "kind", [kind for kind in FORMATS if kind.has_parents], ids=lambda kind: kind.name
)
FUZZ = 40
SOAK = 2_000


def read(kind: Format, data: bytes, limits: Limits | None = None) -> list[Document]:
    faults: list[ReadError] = []
    file = SourceFile(
        name=kind.name, opener=lambda: io.BytesIO(data), limits=limits or Limits(),
        report=faults.append,
    )  # fmt: skip
    documents = list(select(file).read(file))
    if faults and not documents:
        raise faults[0]
    return documents


def checked(kind: Format, data: bytes, limits: Limits | None = None) -> list[Document]:
    """Whatever comes of it can be stored, or it is a fault that names the file."""
    documents, said = [], kind.name
    try:
        documents = read(kind, data, limits)
    except ReadError as error:
        said = str(error)
    assert kind.name in said
    for document in documents:
        keys = {comment.key for comment in document.comments}
        assert document.title
        assert len(keys) == len(document.comments)
        assert all(c.parent is None or c.parent in keys for c in document.comments)
    return documents


def test_every_reader_has_a_format_here() -> None:
    chosen = {
        select(SourceFile(name=kind.name, opener=lambda k=kind: io.BytesIO(k.sample()))).name
        for kind in FORMATS
    }
    assert chosen == {reader.name for reader in READERS}


@every_format
def test_a_sample_is_read(kind: Format) -> None:
    (document,) = read(kind, kind.sample())
    if kind.has_body:
        assert "four nights" in document.text + "".join(c.text for c in document.comments)
    if kind.has_comments:
        assert [c.text for c in document.comments][-3:] == [s.text for s in flat(3)]


@with_comments
def test_more_comments_than_allowed_are_a_named_fault(kind: Format) -> None:
    limits = Limits(max_comments=50)
    with pytest.raises(ReadError, match="more than 50 comments"):
        read(kind, kind.write(BODY, flat(60)), limits)


@pytest.mark.soak
@with_comments
@pytest.mark.timeout(3_600)
def test_100000_comments_under_one_article_are_a_named_fault(kind: Format) -> None:
    with pytest.raises(ReadError, match=kind.name):
        read(kind, kind.write(BODY, flat(100_000)))


@with_parents
def test_a_chain_of_5000_replies_is_a_named_fault(kind: Format) -> None:
    with pytest.raises(ReadError, match=kind.name):
        read(kind, kind.write(BODY, chain(5_000)))


@pytest.mark.parametrize(
    # The lines of a PDF are as long as its pages are wide.
    "kind",
    [k for k in FORMATS if k.has_body and k.name != "a.pdf"],
    ids=lambda kind: kind.name,
)
def test_a_line_of_a_million_characters_is_a_named_fault(kind: Format) -> None:
    with pytest.raises(ReadError, match=kind.name):
        read(kind, kind.write("x" * 1_000_000, []))


@every_format
def test_a_file_that_changes_while_it_is_read_is_a_named_fault(
    kind: Format, tmp_path: Path
) -> None:
    path = tmp_path / kind.name
    path.write_bytes(kind.sample())
    documents = read_path(path)
    next(documents)
    path.write_bytes(kind.sample() + b" ")
    with pytest.raises(MalformedError, match="changed while it was read"):
        list(documents)


@every_format
def test_a_file_that_ends_early_anywhere_gives_documents_or_a_named_fault(kind: Format) -> None:
    data = kind.sample()
    for part in range(24):
        checked(kind, data[: len(data) * part // 24])


@every_format
@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-32", "cp1251", "gbk", "cp037"])
def test_a_wrong_encoding_gives_documents_or_a_named_fault(kind: Format, encoding: str) -> None:
    data = kind.sample().decode("latin-1") + "\nÄé Мост 桥"
    checked(kind, data.encode(encoding, "replace"))


@every_format
def test_a_gzip_bomb_is_a_named_fault_or_bounded(kind: Format) -> None:
    bomb = gzip.compress(kind.sample() + b" " * 3_000_000)
    limits = Limits(max_file_bytes=1_000_000, max_document_bytes=1_000_000)
    with pytest.raises(ReadError, match=kind.name):
        read(kind, bomb, limits)


@pytest.mark.parametrize("name", ["a.html", "a.warc"])
def test_entities_of_a_page_are_not_unfolded(name: str) -> None:
    kind = next(kind for kind in FORMATS if kind.name == name)
    entities = '<!ENTITY a "lol">' + "".join(
        f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)
    )
    bomb = kind.sample().replace(b"<!DOCTYPE html>", f"<!DOCTYPE html [{entities}]>".encode())
    assert all(len(d.text) < 10_000 for d in checked(kind, bomb.replace(b"four", b"&j;")))


def test_aliases_in_front_matter_are_not_unfolded() -> None:
    lines = ["a0: &a0 [lol, lol]"] + [
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)
    ]
    text = "---\ntitle: T\n" + "\n".join(lines) + "\n---\n\nA text.\n"
    kind = next(kind for kind in FORMATS if kind.name == "a.md")
    assert len(str(checked(kind, text.encode()))) < 100_000


def damaged(data: bytes, count: int, seed: str) -> Iterator[bytes]:
    """Copies with bytes changed, cut out, repeated and moved; the same ones each time."""
    source = random.Random(seed)  # noqa: S311 - no secret
    for _ in range(count):
        copy = bytearray(data)
        for _ in range(source.randint(1, 6)):
            at, size = source.randrange(len(copy) + 1), source.randint(1, 40)
            match source.randrange(4):
                case 0:
                    copy[at : at + 1] = source.randbytes(1)
                case 1:
                    del copy[at : at + size]
                case 2:
                    copy[at:at] = copy[at : at + size] * source.randint(1, 20)
                case 3:
                    start = source.randrange(len(data))
                    copy[at:at] = data[start : start + size]
        yield bytes(copy)


@every_format
def test_any_damage_gives_documents_or_a_named_fault(kind: Format) -> None:
    for data in damaged(kind.sample(), FUZZ, kind.name):
        checked(kind, data)


@pytest.mark.soak
@every_format
@pytest.mark.timeout(3_600)
def test_much_damage_gives_documents_or_a_named_fault(kind: Format) -> None:
    for data in damaged(kind.sample(), SOAK, f"{kind.name} soak"):
        checked(kind, data)
