"""Spreadsheets: a document a row, or a comment a row beside its article."""

from __future__ import annotations

import codecs
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from index.dates import PartialDate
from index.errors import MalformedError, ReadError, TooLargeError
from index.model import Document
from index.readers import SourceFile, read_path, select
from index.readers.limits import Limits

Read = Callable[..., list[Document]]

ROW = '7,No ferry,"The ferry will not sail.\n\nA bus goes, ""for now"".",https://a.example/f,Post,2024-05-03'
HEADER = "id,title,text,url,source,published"


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def made(content: str | bytes, name: str = "a.csv", **limits: int) -> list[Document]:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        assert select(SourceFile.on_disk(path)).name == "table"
        return list(read_path(path, Limits(**limits)))

    return made


def test_a_row_is_a_document_with_what_its_columns_say(read: Read) -> None:
    (document,) = read(f"{HEADER}\n{ROW}\n")
    assert (document.title, document.url, document.source, document.record) == (
        "No ferry", "https://a.example/f", "Post", "7",
    )  # fmt: skip
    assert document.published == PartialDate(year=2024, month=5, day=3)
    assert [p.text for p in document.body] == [
        "The ferry will not sail.",
        'A bus goes, "for now".',
    ]


@pytest.mark.parametrize(
    "content",
    [
        "title;text\nNo ferry;It, too, is off.\n",
        "title\ttext\nNo ferry\tIt, too, is off.\n",
        'sep=;\ntitle;text\nNo ferry;"It, too, is off."\n',
        'Title,Post Content\r\nNo ferry,"It, too, is off."\r\n',
        'headline,articleText,n\nNo ferry,"It, too, is off."\n',
        "\ufefftitle;text\n\n;;\nNo ferry;It, too, is off.\n".replace(";;", ";"),
    ],
)
def test_delimiters_line_ends_marks_and_usual_names_of_columns_are_seen_through(
    read: Read, content: str
) -> None:
    (document,) = read(content)
    assert document.title == "No ferry"
    assert [p.text for p in document.body] == ["It, too, is off."]


def test_windows_and_utf_16_are_read_and_an_assumed_encoding_is_told(read: Read) -> None:
    text = (
        "title;text\nFähre fällt aus;Die Fähre über die Förde fällt größtenteils aus, heißt es.\n"
    )
    (wide,) = read(codecs.BOM_UTF16_LE + text.encode("utf-16-le"))
    (old,) = read(text.encode("cp1252"))
    assert wide.title == old.title == "Fähre fällt aus"
    assert any("not UTF-8" in warning for warning in old.warnings)


def test_comments_in_rows_stand_under_their_article_whatever_the_order(read: Read) -> None:
    first, second = read(
        "title,text,url,comment_id,comment_parent,comment_author,comment\n"
        "Ferry,It is off.,https://a.example/1,1,0,Mona,Why?\n"
        "Bridge,It is shut.,https://a.example/2,9,,Bo,At last.\n"
        "Ferry,,https://a.example/1,2,1,Bo,No engineer.\n"
        "Ferry,,https://a.example/1,,,,\n"
    )
    assert [p.text for p in first.body] == ["It is off."]
    assert [(c.key, c.parent, c.author) for c in first.comments] == [
        ("1", None, "Mona"), ("2", "1", "Bo"),
    ]  # fmt: skip
    assert [c.paragraphs[0].text for c in second.comments] == ["At last."]


def test_an_id_beside_comments_without_one_is_theirs(read: Read) -> None:
    (document,) = read(
        "id,articleId,title,comment,comment_parent\n4,77,Ferry,Why?,\n5,77,Ferry,No engineer.,4\n"
    )
    assert document.record == "77"
    assert [(c.key, c.parent) for c in document.comments] == [("4", None), ("5", "4")]


def test_a_cell_may_list_comments_and_a_number_of_them_is_dropped(read: Read) -> None:
    listed = json.dumps([{"id": "1", "text": "Why?"}, {"parent": "1", "text": "No engineer."}])
    cell = listed.replace('"', '""')
    first, second, third = read(
        f'title,text,comments\nFerry,Off.,"{cell}"\nBridge,Shut.,12\nBus,Late.,"[""Ha.""]"\n'
    )
    assert [c.parent for c in first.comments] == [None, "1"]
    assert second.comments == ()
    assert [c.paragraphs[0].text for c in third.comments] == ["Ha."]


def test_what_is_not_published_is_left_out_and_that_is_noted(read: Read) -> None:
    (document,) = read(
        "title,text,status,comment_id,comment_parent,comment,comment_approved\n"
        "Ferry,Off.,Publish,1,,Buy pills!,spam\n"
        "Ferry,Off.,publish,2,1,Go away.,1\n"
        "Ferry,Off.,publish,3,,Is this in line?,0\n"
        "Secret,Not yet.,draft,,,,\n"
    )
    assert [[p.text for p in c.paragraphs] for c in document.comments] == [[], ["Go away."]]
    assert "rows left out because they are not published: 1" in document.warnings


def test_html_in_a_cell_is_made_plain_and_a_less_than_sign_is_kept(read: Read) -> None:
    page, sum_ = read(
        'title,text\nA,"<p>It is <a href=""x"">off</a>.</p><p>Sorry.</p>"\nB,1 < 2 and 3 > 2\n'
    )
    assert [p.text for p in page.body] == ["It is off.", "Sorry."]
    assert [p.text for p in sum_.body] == ["1 < 2 and 3 > 2"]


@pytest.mark.parametrize("nothing", [r"\N", "NULL", "NaN", "nan", "None", "<NA>", " NULL "])
def test_what_programs_write_into_an_empty_cell_says_nothing(read: Read, nothing: str) -> None:
    rows = f"{nothing},Ferry,Off.,{nothing},{nothing}\n{nothing},Bus,Late.,{nothing},{nothing}\n"
    first, second = read(f"id,title,text,url,author\n{rows}{nothing},{nothing},{nothing},,\n")
    assert (first.author, first.url, first.warnings) == (None, None, ())
    assert first.record != second.record


def test_numbers_of_which_pandas_made_fractions_are_the_same_numbers(read: Read) -> None:
    (document,) = read(
        "articleID,headline,commentID,parentID,userDisplayName,createDate,commentBody\n"
        "77.0,Ferry,4,0.0,Mona,1491237056,Why?\n77,Ferry,5,4.0,Bo,1.491237e+09,No engineer.\n"
    )
    assert document.record == "77"
    assert [(c.key, c.parent, c.author) for c in document.comments] == [
        ("4", None, "Mona"), ("5", "4", "Bo"),
    ]  # fmt: skip
    assert {c.published for c in document.comments} == {PartialDate(year=2017, month=4, day=3)}


def test_lists_in_the_notation_of_python_are_read_and_a_broken_one_is_told(read: Read) -> None:
    first, second = read(
        "title,text,authors,comments\n"
        """Ferry,Off.,"['Ida Berg', 'Bo Lind']","[{'id': 1, 'text': ""It's bad.""}, 'So?']"\n"""
        """Bus,Late.,[],"['Ha"\n"""
    )
    assert first.author == "Ida Berg, Bo Lind"
    assert [c.paragraphs[0].text for c in first.comments] == ["It's bad.", "So?"]
    assert second.comments == ()
    assert any("comments" in warning for warning in second.warnings)


@pytest.mark.parametrize(
    "content",
    [
        'id,"Date of\npublication",title,text\n1,2024-05-03,Ferry &amp; bus,Off.\n',
        "title,text\n<b>Ferry</b> &amp; bus,Off.,,\n",
        "title,text\rFerry & bus,Off.\r",
        '\ufeff"sep=,"\r\ntitle,text\r\nFerry & bus,Off.\r\n',
    ],
)
def test_broken_headers_cells_beyond_them_old_line_ends_and_html_are_seen_through(
    read: Read, content: str
) -> None:
    (document,) = read(content)
    assert (document.title, document.text) == ("Ferry & bus", "Off.")


def test_a_row_that_stands_twice_counts_once_and_another_with_its_id_is_a_fault(
    read: Read,
) -> None:
    assert len(read(f"{HEADER}\n{ROW}\n{ROW}\n")) == 1
    with pytest.raises(MalformedError, match=r"a\.csv, line 5 has the id of line 2"):
        read(f"{HEADER}\n{ROW}\n{ROW.replace('No ferry', 'Ferry')}\n")


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ('1,"Ferry,Off.\n', "line 2 is no row of a table"),
        ('1,"The "old" ferry",Off.\n', "a quote inside of a text is written twice"),
        ("1,Ferry,Off, they say.\n", "line 2 has 4 cells and the header names 3"),
        ("1,,\n", "no row with a title, a text or a comment"),
    ],
)
def test_a_broken_row_is_a_fault_with_its_line(read: Read, row: str, said: str) -> None:
    with pytest.raises(ReadError, match=said):
        read(f"id,title,text\n{row}")


def test_a_quote_that_is_never_closed_takes_no_memory_without_end(read: Read) -> None:
    with pytest.raises(TooLargeError, match="a quote that is not closed"):
        read('title,text\nFerry,"Off.\n' + "more,words\n" * 1_000, max_document_bytes=5_000)


def test_bytes_that_are_no_utf_8_further_down_are_a_fault_with_their_line(read: Read) -> None:
    rows = "".join(f"Title {n},{'word ' * 20}\n" for n in range(3_000)).encode()
    with pytest.raises(MalformedError, match=r"line 3002 is not UTF-8"):
        read(b"title,text\n" + rows + b"F\xe4hre,Off.\n")
