from __future__ import annotations

import gzip
from collections.abc import Callable

import pytest

from index.errors import ReadError, TooLargeError, UnknownFormatError
from index.model import Document
from index.readers import Limits

ReadOne = Callable[..., Document]

SPANISH = (
    "La estación cerró\n\nEl café está cerrado por la mañana, según el señor Muñoz, que vive "
    "allí desde hace años y no piensa marcharse.\n\nNadie más contestó después.\n"
)
RUSSIAN = (
    "Мост закрыт\n\nМост через гавань будет закрыт на четыре ночи, сообщил городской совет, "
    "чтобы заменить изношенные опоры.\n\nАвтобусы поедут в объезд.\n"
)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [(SPANISH, "utf-16"), (SPANISH, "utf-16-be"), (SPANISH, "utf-8-sig"), (RUSSIAN, "utf-32")],
)
def test_unicode_with_a_mark_reads_the_same(read_one: ReadOne, text: str, encoding: str) -> None:
    data = text.encode(encoding)
    if encoding == "utf-16-be":
        data = b"\xfe\xff" + data
    assert read_one(data) == read_one(text, "other.txt")


@pytest.mark.parametrize(("text", "encoding"), [(SPANISH, "cp1252"), (RUSSIAN, "cp1251")])
def test_an_older_encoding_is_guessed_and_told(
    read_one: ReadOne, text: str, encoding: str
) -> None:
    document = read_one(text.encode(encoding))
    assert document.text == read_one(text, "other.txt").text
    assert "not UTF-8" in document.warnings[0]


def test_a_text_of_windows_is_not_taken_for_one_of_dos(read_one: ReadOne) -> None:
    """Of so few letters an encoding of the Baltic states under DOS is as probable by itself."""
    page = (
        "<title>Fähre fällt aus</title><article><h1>Fähre fällt aus</h1><p>Die Fähre über den See "
        "fällt am Montag wegen Niedrigwasser aus, teilte die Reederei mit.</p></article>"
    )
    document = read_one(f'<html><meta charset="utf-8">{page}</html>'.encode("cp1252"), "a.html")
    assert document.title == "Fähre fällt aus"


def test_a_broken_byte_does_not_change_the_encoding_of_the_rest(read_one: ReadOne) -> None:
    document = read_one(SPANISH.encode() + b"\n\nAdi\xc3")
    assert "señor Muñoz" in document.text
    assert "1 characters lost" in document.warnings[0]


def test_text_cut_inside_a_character_reads(read_one: ReadOne) -> None:
    document = read_one(RUSSIAN.encode()[:-4])
    assert document.title == "Мост закрыт"


@pytest.mark.parametrize(
    "data",
    [
        b"\x00" * 1_000,
        b"No ferry\n\nIt is\x00off.\n",
        b"\x89PNG\r\n\x1a\n\x00\x00",
        b"\x7fELF\x00\x01",
    ],
)
def test_binary_data_is_no_text(read_one: ReadOne, data: bytes) -> None:
    with pytest.raises(UnknownFormatError, match="binary"):
        read_one(data)


def test_a_nul_far_into_a_file_is_a_fault_too(read_one: ReadOne) -> None:
    with pytest.raises(UnknownFormatError, match="binary"):
        read_one(b"No ferry\n\n" + b"It is off.\n" * 10_000 + b"\x00")


def test_control_characters_are_not_kept(read_one: ReadOne) -> None:
    assert read_one("No\x07 ferry\n\nIt\x1b[31m is off.\n").text == "It[31m is off."


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.jsonl"])
def test_a_million_character_line_is_refused(read_one: ReadOne, name: str) -> None:
    before = {
        "a.txt": "T\n\n",
        "a.md": "---\ntitle: T\n---\n",
        "a.jsonl": '{"title": "T", "text": "',
    }
    after = {"a.txt": "\n", "a.md": "\n", "a.jsonl": '"}\n'}
    with pytest.raises(TooLargeError, match="200,000"):
        read_one(before[name] + "x" * 1_000_000 + after[name], name)


def test_a_large_text_is_refused_by_its_bytes(read_one: ReadOne) -> None:
    with pytest.raises(TooLargeError, match="1,000 bytes"):
        read_one("T\n\n" + "It is off.\n" * 1_000, limits=Limits(max_document_bytes=1_000))


def test_a_packed_bomb_is_refused_before_it_unfolds(read_one: ReadOne) -> None:
    bomb = gzip.compress(b"T\n\n" + b"x" * 50_000_000)
    with pytest.raises(TooLargeError, match="larger than"):
        read_one(bomb, "a.txt.gz")


def test_more_paragraphs_than_allowed_are_refused(read_one: ReadOne) -> None:
    with pytest.raises(TooLargeError, match="10 paragraphs"):
        read_one("T\n\n" + "It is off.\n\n" * 11, limits=Limits(max_paragraphs=10))


def test_more_comments_than_allowed_are_refused(read_one: ReadOne) -> None:
    text = "T\n\nIt is off.\n" + "\n\nIs it really?\n" * 11
    assert len(read_one(text, limits=Limits(max_comments=11)).comments) == 11
    with pytest.raises(TooLargeError, match="10 comments"):
        read_one(text, "other.txt", limits=Limits(max_comments=10))


HOSTILE = {
    "markers": "comments\n" * 100_000,
    "near markers": ("-" * 399 + "\n") * 5_000,
    "quoted markers": ('comments on "' + '"' * 380 + "\n") * 5_000,
    "blank lines": "x" + "\n" * 2_000_000,
    "names": "Ida\n\n" * 100_000,
    "dates": "November 4 in 2018 de 3 May " * 6_000,
    "digits": "1" * 190_000,
    "spaces": " " * 190_000 + "x",
    "one comment again and again": "\n\n\nIt is off, that is what the office says." * 40_000,
    "one letter": "\n\n\n" + ("a" * 500 + "\n\n\n") * 4_000,
}


@pytest.mark.parametrize("kind", HOSTILE)
@pytest.mark.timeout(60)
def test_hostile_text_takes_no_quadratic_time(read_one: ReadOne, kind: str) -> None:
    """At quadratic cost each of these would take minutes or hours; the timeout would end it."""
    text = f"Title\n\nIt is off, the office says.\n\n{HOSTILE[kind]}\n"
    try:
        document = read_one(text, limits=Limits(max_paragraphs=10**6, max_comments=10**6))
    except ReadError:
        return
    assert document.title == "Title"


@pytest.mark.parametrize("markup", ["[", "![", "*a_ ", "`a", "<", "[a](", "> ", "&", "- "])
@pytest.mark.timeout(60)
def test_hostile_markup_takes_no_quadratic_time(read_one: ReadOne, markup: str) -> None:
    document = read_one(f"---\ntitle: T\n---\nx\n\n{markup * (50_000 // len(markup))}\n", "a.md")
    assert document.body[0].text == "x"
