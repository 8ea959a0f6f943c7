from __future__ import annotations

import gzip
import json
from collections.abc import Callable

import pytest

from index.errors import MalformedError, TooLargeError, UnknownFormatError
from index.model import Document
from index.readers import Limits

Read = Callable[..., list[Document]]
ReadOne = Callable[..., Document]


def line(**fields: object) -> str:
    return json.dumps({"title": "No ferry", "text": "It is off.", **fields})


def test_a_record_gives_all_its_fields(read_one: ReadOne) -> None:
    document = read_one(
        line(
            id=17,
            text="It is off.\n\nFor the winter.\n \nSo they say.",
            url="https://www.example.org/ferry",
            source="Bay Post",
            author={"name": "Ida Berg", "email": "ida@example.org"},
            credit="Photo: Bo",
            published="Sun, 04 Nov 2018 08:00:00 +0000",
            language="en-GB",
        ),
        "a.jsonl",
    )
    assert document.published is not None
    assert (
        *(document.record, document.title, document.url, document.source, document.author),
        *(document.credit, document.published.isoformat(), document.language),
        *(document.parse_confidence, document.warnings),
    ) == (
        *("17", "No ferry", "https://www.example.org/ferry", "Bay Post", "Ida Berg"),
        *("Photo: Bo", "2018-11-04", "en", 1.0, ()),
    )
    assert [p.text for p in document.body] == ["It is off.", "For the winter.", "So they say."]


def test_a_body_may_be_a_list_of_paragraphs(read_one: ReadOne) -> None:
    document = read_one(
        json.dumps({"title": "T", "body": ["One.\n\nStill one.", "", "Two."]}), "a.jsonl"
    )
    assert [p.text for p in document.body] == ["One.\n\nStill one.", "Two."]


def test_a_list_of_records_and_one_over_many_lines_are_read_as_if_each_had_a_line(
    read: Read, read_one: ReadOne
) -> None:
    records = [json.loads(line(id=n, title=f"Ferry {n}")) for n in (1, 2)]
    for text in (
        json.dumps(records),
        json.dumps(records, indent=2),
        f"\ufeff\n{json.dumps(records)}",
    ):
        assert [(d.record, d.title) for d in read(text, "a.json")] == [
            ("1", "Ferry 1"), ("2", "Ferry 2"),
        ]  # fmt: skip
    assert read_one(json.dumps(records[0], indent=1), "a.json").title == "Ferry 1"


def test_what_the_crawler_news_please_writes_is_read(read_one: ReadOne) -> None:
    written = {"authors": ["Ida Berg"], "date_publish": "2018-11-04 08:00:00", "title": "No ferry",
               "maintext": "It is off.\nFor long.", "source_domain": "www.a.example", "text": None,
               "url": "https://www.a.example/f"}  # fmt: skip
    document = read_one(json.dumps(written, indent=4), "a.json")
    assert document.published is not None
    assert (document.author, document.published.isoformat(), document.source) == (
        "Ida Berg", "2018-11-04", "a.example",
    )  # fmt: skip
    assert document.body[0].text.startswith("It is off.")


def test_what_the_extractor_trafilatura_writes_is_read(read_one: ReadOne) -> None:
    written = {"title": "No ferry", "fingerprint": "f0", "id": None, "comments": "Why?\nAh.",
               "text": "It is off.", "source": "https://a.example/f",
               "source-hostname": "Bay Post"}  # fmt: skip
    document = read_one(json.dumps(written), "a.json")
    assert (document.url, document.source) == ("https://a.example/f", "Bay Post")
    assert [c.paragraphs[0].text for c in document.comments] == ["Why?", "Ah."]


def test_ids_and_dates_as_mongodb_exports_them_are_read(read_one: ReadOne) -> None:
    for moment in ("2018-11-04T08:00:00Z", {"$numberLong": "1541318400000"}, 1541318400):
        record = line(_id={"$oid": "5f1"}, date={"$date": moment}, source={"name": "Bay Post"})
        document = read_one(record, "a.jsonl")
        assert document.published is not None
        assert (document.record, document.published.isoformat(), document.source) == (
            "5f1", "2018-11-04", "Bay Post",
        )  # fmt: skip


@pytest.mark.parametrize("number", [45415, "0", 999_999_999, 10**400, "9" * 4_000])
def test_numbers_that_may_be_anything_are_no_date(read_one: ReadOne, number: object) -> None:
    document = read_one(line(published=number), "a.jsonl")
    assert (document.published, len(document.warnings)) == (None, 1)


def test_what_is_wrong_in_a_list_is_named_by_its_place(read: Read) -> None:
    with pytest.raises(MalformedError, match="entry 2 is no document"):
        read(f'[{line(id=1)}, {{"title": "No text"}}]', "a.json")
    with pytest.raises(MalformedError, match="entry 2 has the id of entry 1"):
        read(f"[{line(id=1)}, {line(id=1, text='It is on.')}]", "a.json")
    with pytest.raises(MalformedError, match=r"a\.json is no JSON"):
        read(f"[{line(id=1)}, ", "a.json")


@pytest.mark.parametrize(
    "text", ["[1, 2]", '{\n "name": "x"\n}', '{\n "title": "Settings"\n}', '[{"title": "T"}]']
)
def test_json_without_documents_is_no_fault_and_no_document(read: Read, text: str) -> None:
    with pytest.raises(UnknownFormatError, match="it is JSON"):
        read(text, "a.json")


def test_a_source_is_the_host_of_the_url_where_none_is_stated(read_one: ReadOne) -> None:
    assert read_one(line(url="https://www.example.org/x"), "a.jsonl").source == "example.org"


def test_addresses_never_get_in(read_one: ReadOne) -> None:
    comments = [
        {"author": "ida@example.org", "email": "ida@example.org", "ip": "192.0.2.7", "text": "a"},
        {"author": "192.0.2.7", "text": "b"},
        {"author": "2001:db8::7", "text": "c"},
        {"author": "Bo Lind <bo@example.org>", "text": "d"},
        {
            "author": {"name": "Cy", "email": "cy@example.org"},
            "author_ip": "192.0.2.9",
            "text": "e",
        },
    ]
    document = read_one(line(comments=comments), "a.jsonl")
    assert [c.author for c in document.comments] == [None, None, None, "Bo Lind", "Cy"]
    assert "@example" not in repr(document)
    assert "192.0.2" not in repr(document)


def test_what_has_no_title_and_no_text_is_called_by_its_first_comment(read_one: ReadOne) -> None:
    document = read_one(line(title="", text="", comments=[{"text": "Who pays?"}]), "a.jsonl")
    assert document.title == "Who pays?"


def test_a_date_that_cannot_be_read_is_a_warning(read_one: ReadOne) -> None:
    document = read_one(line(published="the other day"), "a.jsonl")
    assert document.published is None
    assert "the other day" in document.warnings[0]


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "ftp://a.org", "https://", "http://a b", "x"]
)
def test_a_link_that_is_not_safe_to_show_is_left_out(read_one: ReadOne, url: str) -> None:
    document = read_one(line(url=url), "a.jsonl")
    assert document.url is None
    assert len(document.warnings) == 1


def test_warnings_are_bounded(read_one: ReadOne) -> None:
    comments = [{"published": "x", "text": "a"} for _ in range(500)]
    warnings = read_one(line(comments=comments), "a.jsonl").warnings
    assert len(warnings) == 21
    assert warnings[-1] == "and 480 more warnings"


def test_a_beir_corpus_is_read_also_from_gzip(read: Read) -> None:
    lines = [
        {"_id": "4983", "title": "T", "text": "A."},
        {"_id": "5", "title": "", "text": "B is so."},
    ]
    packed = gzip.compress("\n".join(map(json.dumps, lines)).encode())
    documents = read(packed, "corpus.jsonl.gz")
    assert [(d.record, d.title) for d in documents] == [("4983", "T"), ("5", "B is so.")]


def test_a_corpus_without_titles_is_read_and_queries_are_not(read: Read) -> None:
    lines = "\n".join(
        json.dumps({"_id": n, "text": f"Ferry {n} is off.", "url": "https://example.org/"})
        for n in range(2)
    )
    documents = read(lines, "corpus-1.jsonl")
    assert [(d.record, d.text) for d in documents] == [
        ("0", "Ferry 0 is off."),
        ("1", "Ferry 1 is off."),
    ]
    with pytest.raises(UnknownFormatError):
        read('{"_id": "1", "text": "Is it off?"}', "queries.jsonl")


@pytest.mark.parametrize("text", ["", None, []])
def test_a_record_of_nothing_but_a_title_has_it_for_its_text(
    read_one: ReadOne, text: object
) -> None:
    document = read_one(line(text=text), "a.jsonl")
    assert (document.title, document.text) == ("No ferry", "No ferry")
    under = read_one(line(text=text, comments=[{"text": "So?"}]), "a.jsonl")
    assert under.text == ""


def test_judgements_name_the_underscored_id_where_a_record_has_two(read_one: ReadOne) -> None:
    assert read_one(line(id=0, _id="4983"), "corpus.jsonl").record == "4983"


@pytest.mark.parametrize(
    ("stated", "record"),
    [({"id": 7}, "7"), ({"record": "x"}, "x"), ({}, "5f1")],
)
def test_a_databases_own_id_counts_where_a_record_has_no_other(
    read_one: ReadOne, stated: dict[str, object], record: str
) -> None:
    assert read_one(line(_id={"$oid": "5f1"}, **stated), "a.jsonl").record == record


def test_a_line_that_comes_again_is_taken_once(read: Read) -> None:
    assert len(read(f"{line(id=1)}\n{line(id=2)}\n{line(id=1)}\n", "a.jsonl")) == 2


@pytest.mark.parametrize(
    "stated",
    [
        {"author": ["Ida Berg", "", "Bo Lind"]},
        {"authors": [{"name": "Ida Berg"}, {"name": "Bo Lind", "ids": [1]}]},
        {"author": [], "authors": ["Ida Berg", "Bo Lind"]},
    ],
)
def test_several_authors_are_named_in_one_line(
    read_one: ReadOne, stated: dict[str, object]
) -> None:
    assert read_one(line(**stated), "a.jsonl").author == "Ida Berg, Bo Lind"


def test_authors_in_a_form_of_the_corpus_itself_do_not_keep_it_out(read_one: ReadOne) -> None:
    document = read_one(line(authors=[["Berg", "Ida", ""]]), "a.jsonl")
    assert (document.text, document.author) == ("It is off.", None)
    assert document.warnings == ('"authors" left out: they are no names',)


def test_a_document_without_id_and_url_keeps_its_record_when_lines_move(read: Read) -> None:
    first, second = line(title="A"), line(title="B")
    before = [d.record for d in read(f"{first}\n{second}\n", "a.jsonl")]
    after = [d.record for d in read(f"{second}\n\n{first}\n", "b.jsonl")]
    assert after == before[::-1]
    assert len(set(before)) == 2


def test_equal_titles_without_id_are_different_records(read: Read) -> None:
    records = [d.record for d in read(f"{line()}\n{line()}\n", "a.jsonl")]
    assert len(set(records)) == 2


@pytest.mark.parametrize(
    "bad",
    [
        *(
            "{",
            "[1]",
            "null",
            '{"a": 1}',
            '{"title": "x", "text": "y"',
            '{"title": NaN, "text": "y"}',
        ),
        *('{"title": ["x"], "text": "y"}', '{"title": "x", "text": {"y": 1}}'),
        *('{"title": "x", "text": [1]}', '{"title": "x", "text": "y", "comments": "no"}'),
        *('{"title": "x", "text": "y", "comments": [1]}', '{"title": true, "text": "y"}'),
        '{"title": "x", "text": "y", "comments": [{"text": "a", "replies": {}}]}',
    ],
)
def test_a_bad_line_is_a_fault_with_its_number(read: Read, bad: str) -> None:
    with pytest.raises(MalformedError, match=r"a\.jsonl, line 3"):
        read(f"{line(id=1)}\n\n{bad}\n{line(id=2)}\n", "a.jsonl")


def test_a_first_line_that_is_broken_is_a_fault_and_not_unknown(read: Read) -> None:
    with pytest.raises(MalformedError, match="line 1"):
        read('{"title": "x", "text": \n', "a.jsonl")


def test_text_that_is_no_utf8_is_a_fault_with_its_line(read: Read) -> None:
    content = line(id=1).encode() + b'\n{"title": "\xff", "text": "y"}\n'
    with pytest.raises(MalformedError, match="line 2 is not UTF-8"):
        read(content, "a.jsonl")


def test_an_id_given_twice_is_a_fault_with_both_lines(read: Read) -> None:
    with pytest.raises(MalformedError, match="line 2 has the id of line 1"):
        read(f"{line(id=1)}\n{line(id='1')}\n", "a.jsonl")


def test_half_surrogates_and_control_characters_are_cleaned(read_one: ReadOne) -> None:
    document = read_one('{"title": "a\\ud800b", "text": "c\\u0000d\\u0007\\r\\ne"}', "a.jsonl")
    assert (document.title, document.text) == ("ab", "cd\ne")


def test_a_million_character_line_of_text_is_refused(read_one: ReadOne) -> None:
    with pytest.raises(TooLargeError, match="line 1"):
        read_one(line(text="x" * 1_000_000), "a.jsonl")


def test_a_long_text_of_one_line_is_broken_at_spaces_and_nothing_of_it_is_lost(
    read_one: ReadOne,
) -> None:
    words = "It is off. " * 60_000
    document = read_one(line(text=words), "a.jsonl")
    assert len(document.body) > 1
    assert " ".join(p.text for p in document.body) == words.strip()


def test_a_record_beyond_its_bytes_is_refused_with_its_line(read: Read) -> None:
    limits = Limits(max_document_bytes=200)
    with pytest.raises(TooLargeError, match="line 2"):
        read(f"{line(id=1)}\n{line(id=2, text='x ' * 200)}\n", "a.jsonl", limits=limits)


def test_a_file_beyond_its_bytes_is_refused(read: Read) -> None:
    packed = gzip.compress("".join(line(id=n) + "\n" for n in range(10_000)).encode())
    with pytest.raises(TooLargeError, match="100,000 bytes"):
        read(packed, "a.jsonl.gz", limits=Limits(max_file_bytes=100_000))
