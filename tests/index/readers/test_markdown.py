from __future__ import annotations

from collections.abc import Callable

import pytest

from index.errors import MalformedError, TooLargeError, UnknownFormatError
from index.model import Document
from index.readers import Limits

ReadOne = Callable[..., Document]

FRONT = "---\ntitle: No ferry\n---\n"


def tree(document: Document) -> list[tuple[str, str | None, str | None, str]]:
    return [(c.key, c.parent, c.author, c.text) for c in document.comments]


def test_front_matter_gives_the_fields(read_one: ReadOne) -> None:
    document = read_one(
        "---\ntitle: 1984\nauthor: Ida Berg\nsource: Bay Post\nurl: https://example.org/x\n"
        "published: 2018-11-04\nlanguage: no\ncredit: ~\n---\n\nIt is off.\n",
        "a.md",
    )
    assert document.published is not None
    assert (
        *(document.title, document.author, document.source, document.url),
        *(document.published.isoformat(), document.language, document.credit),
        document.parse_confidence,
    ) == ("1984", "Ida Berg", "Bay Post", "https://example.org/x", "2018-11-04", "no", None, 1.0)


@pytest.mark.parametrize(
    "stated",
    ["date: 2018-11-04T08:00:00+02:00", "date: 4 November 2018", "published: 'November 4, 2018'"],
)
def test_dates_are_read_in_many_forms(read_one: ReadOne, stated: str) -> None:
    document = read_one(f"---\ntitle: No ferry\n{stated}\n---\nIt is off.\n", "a.md")
    assert document.published is not None
    assert document.published.isoformat() == "2018-11-04"


def test_front_matter_may_be_toml(read_one: ReadOne) -> None:
    document = read_one(
        '+++\ntitle = "No ferry"\ndate = 2018-11-04T08:00:00+02:00\nauthor = ["Ida", "Bo"]\n'
        "draft = false\n[params]\nx = 1\n+++\n\nIt is off.\n",
        "a.md",
    )
    assert document.published is not None
    assert (document.title, document.author, document.text, document.published.isoformat()) == (
        *("No ferry", "Ida, Bo", "It is off.", "2018-11-04"),
    )
    assert document.body[0].lines == (10, 10)


@pytest.mark.parametrize(
    "front", ["---\ntitle: T\ncomments: {}\n---\n", "+++\ntitle = 'T'\ncomments = {}\n+++\n"]
)
@pytest.mark.parametrize("switch", ["true", "false"])
def test_whether_readers_may_comment_is_no_list_of_comments(
    read_one: ReadOne, front: str, switch: str
) -> None:
    document = read_one(f"{front.format(switch)}It is off.\n", "a.md")
    assert (document.text, document.comments) == ("It is off.", ())


def test_several_authors_are_all_named(read_one: ReadOne) -> None:
    front = "---\ntitle: No ferry\nauthor:\n  - Ida Berg\n  - Bo Lind\n---\n"
    assert read_one(f"{front}It is off.\n", "a.md").author == "Ida Berg, Bo Lind"
    plural = front.replace("author:", "authors:")
    assert read_one(f"{plural}It is off.\n", "b.md").author == "Ida Berg, Bo Lind"


@pytest.mark.parametrize(
    "front",
    [
        "---\ntitle: No ferry\ndraft: true\n---\n",
        "---\ntitle: No ferry\npublished: false\n---\n",
        '+++\ntitle = "No ferry"\ndraft = true\n+++\n',
    ],
)
def test_a_draft_is_not_read(read_one: ReadOne, front: str) -> None:
    with pytest.raises(UnknownFormatError, match="is a draft"):
        read_one(f"{front}It is off.\n", "a.md")


def test_a_fault_in_toml_has_its_line(read_one: ReadOne) -> None:
    with pytest.raises(MalformedError, match="line 3"):
        read_one('+++\ntitle = "No ferry"\ndate = x\n+++\nIt is off.\n', "a.md")


def test_a_number_in_toml_that_is_too_long_is_a_fault(read_one: ReadOne) -> None:
    with pytest.raises(MalformedError, match="no TOML"):
        read_one(f'+++\ntitle = "No ferry"\nid = {"1" * 5_000}\n+++\nIt is off.\n', "a.md")


def test_a_key_in_toml_of_parts_without_end_is_refused(read_one: ReadOne) -> None:
    with pytest.raises(TooLargeError, match="front matter"):
        read_one(f'+++\ntitle = "No ferry"\n{"a." * 2_000}a = 1\n+++\nIt is off.\n', "a.md")


def test_the_body_is_what_a_reader_of_the_rendered_text_sees(read_one: ReadOne) -> None:
    text = (
        f"{FRONT}\n# Section\n\nIt is **off**, *says*\nthe [office](https://a.org) & `x < y`."
        "\\\nReally.\n\n- one\n- two\n\n1. three\n\n> quoted\n\n![a boat](b.png)\n\n"
        "<div>html</div>\n\n"
        "    code  block\n\n&copy; 2018 \\*\n"
    )
    document = read_one(text, "a.md")
    assert [p.text for p in document.body] == [
        "It is off, says the office & x < y.\nReally.",
        *("one", "two", "three", "quoted", "code  block", "© 2018 *"),
    ]
    assert document.title == "No ferry"


def test_lines_count_in_the_file(read_one: ReadOne) -> None:
    document = read_one(f"{FRONT}\nOne.\n\nTwo\nthree.\n\n- four\n", "a.md")
    assert [p.lines for p in document.body] == [(5, 5), (7, 8), (10, 10)]


def test_the_first_heading_is_the_title_where_front_matter_has_none(read_one: ReadOne) -> None:
    document = read_one("---\ntitle:\n---\n\n# No *ferry*\n\nIt is off.\n", "a.md")
    assert (document.title, [p.text for p in document.body]) == ("No ferry", ["It is off."])


def test_deeper_headings_answer_shallower_ones(read_one: ReadOne) -> None:
    document = read_one(
        f"{FRONT}It is off.\n\n## Comments (5)\n\n"
        "### Ida Berg · 4 November 2018\n\nOff?\n\nReally?\n\n"
        "#### Bo\n\nOff.\n\n##### Cy\n\nSo.\n\n"
        "#### Dee\n\nNo.\n\n### Anonymous\n\nWell.\n",
        "a.md",
    )
    assert tree(document) == [
        ("1", None, "Ida Berg", "Off?\n\nReally?"),
        ("2", "1", "Bo", "Off."),
        ("3", "2", "Cy", "So."),
        ("4", "1", "Dee", "No."),
        ("5", None, None, "Well."),
    ]
    assert document.comments[0].published is not None
    assert document.comments[0].published.isoformat() == "2018-11-04"
    assert [p.text for p in document.body] == ["It is off."]


def test_headings_may_name_comments_and_what_they_answer(read_one: ReadOne) -> None:
    document = read_one(
        f"{FRONT}It is off.\n\n## Comments\n\n### Ida · #a\n\nOff?\n\n"
        "### · 2018 · #b · re #a\n\nOff.\n\n"
        "### Cy · re #b\n\nSo.\n",
        "a.md",
    )
    assert tree(document) == [
        ("a", None, "Ida", "Off?"),
        ("b", "a", None, "Off."),
        ("3", "b", "Cy", "So."),
    ]
    assert document.warnings == ()


def test_an_unreadable_part_of_a_heading_is_a_warning(read_one: ReadOne) -> None:
    document = read_one(f"{FRONT}Off.\n\n## Comments\n\n### Ida · last week\n\nOff?\n", "a.md")
    assert tree(document) == [("1", None, "Ida", "Off?")]
    assert "last week" in document.warnings[0]


def test_block_quotes_in_comments_are_quotes(read_one: ReadOne) -> None:
    document = read_one(f"{FRONT}Off.\n\n## Comments\n\n### Ida\n\n> Off.\n\nIt is not.\n", "a.md")
    assert [(p.text, p.quote) for p in document.comments[0].paragraphs] == [
        ("Off.", True),
        ("It is not.", False),
    ]


def test_text_below_the_section_without_a_heading_is_a_comment(read_one: ReadOne) -> None:
    document = read_one(f"{FRONT}Off.\n\n## Comments\n\nOff?\n\n### Ida\n\nOff.\n", "a.md")
    assert tree(document) == [("1", None, None, "Off?"), ("2", None, "Ida", "Off.")]


def test_what_follows_the_comments_is_left_out_with_a_warning(read_one: ReadOne) -> None:
    document = read_one(
        f"{FRONT}Off.\n\n## Comments\n\n### Ida\n\nOff?\n\n## Related\n\nMore.\n", "a.md"
    )
    assert "More." not in repr(document)
    assert "line 12" in document.warnings[0]


def test_front_matter_may_list_comments_nested(read_one: ReadOne) -> None:
    document = read_one(
        "---\ntitle: No ferry\ncomments:\n  - author: Ida\n    published: 2018-11\n    text: |\n"
        "      Off?\n\n      Really?\n    replies:\n"
        "      - text: Off.\n        author: bo@example.org\n"
        "  - id: x\n    parent: nobody\n    text: 7\n---\nIt is off.\n",
        "a.md",
    )
    assert tree(document) == [
        ("1", None, "Ida", "Off?\n\nReally?"),
        ("2", "1", None, "Off."),
        ("x", None, None, "7"),
    ]
    assert len(document.warnings) == 1


def test_comments_told_twice_are_a_fault(read_one: ReadOne) -> None:
    front = "---\ntitle: T\ncomments:\n  - text: Off?\n---\n"
    with pytest.raises(MalformedError, match="keep one"):
        read_one(f"{front}Off.\n\n## Comments\n\n### Ida\n\nOff?\n", "a.md")


@pytest.mark.parametrize(
    "front",
    [
        "---\ntitle: 'open\n---\n",
        "---\ntitle: T\n\tbad: [\n---\n",
        "---\ntitle: &a [x]\nb: *a\n---\n",
        "---\ntitle: !!python/name:os.system x\n---\n",
        "---\ntitle: {a: b}\n---\n",
        "---\ntitle: T\nauthor: [[x]]\n---\n",
        "---\ntitle: T\n? [a]\n: b\n---\n",
        "---\ntitle: T\n",
    ],
)
def test_bad_front_matter_is_a_fault(read_one: ReadOne, front: str) -> None:
    with pytest.raises(MalformedError, match=r"a\.md"):
        read_one(f"{front}It is off.\n", "a.md")


def test_references_in_front_matter_are_refused(read_one: ReadOne) -> None:
    bomb = "".join(f"x{n}: &x{n} [*x{n - 1}, *x{n - 1}]\n" for n in range(1, 40))
    with pytest.raises(MalformedError, match="references"):
        read_one(f"---\ntitle: T\nx0: &x0 [a]\n{bomb}---\nIt is off.\n", "a.md")


def test_a_fault_in_front_matter_has_its_line(read_one: ReadOne) -> None:
    with pytest.raises(MalformedError, match="line 4"):
        read_one("---\ntitle: T\nauthor: Ida\nsource: [x\n---\nIt is off.\n", "a.md")


@pytest.mark.parametrize("text", [FRONT, f"{FRONT}\n<div>\n", "---\ntitle:\n---\nIt is off.\n"])
def test_a_title_and_a_text_are_required(read_one: ReadOne, text: str) -> None:
    with pytest.raises(MalformedError, match="needs a title"):
        read_one(text, "a.md")


def test_deep_front_matter_is_refused(read_one: ReadOne) -> None:
    with pytest.raises(TooLargeError, match="nested"):
        read_one(f"---\ntitle: T\na: {'[' * 5_000}\n---\nIt is off.\n", "a.md")


def test_long_front_matter_is_refused(read_one: ReadOne) -> None:
    with pytest.raises(TooLargeError, match="front matter"):
        read_one("---\ntitle: T\n" + ("#" * 150_000 + "\n") * 2 + "---\nx\n", "a.md")


def test_deep_block_quotes_do_not_recurse(read_one: ReadOne) -> None:
    document = read_one(f"{FRONT}First.\n\n{'>' * 5_000} deep\n", "a.md")
    assert document.body[0].text == "First."


def test_a_large_file_is_refused(read_one: ReadOne) -> None:
    with pytest.raises(TooLargeError, match="1,000 bytes"):
        read_one(FRONT + "x\n" * 1_000, "a.md", limits=Limits(max_markdown_bytes=1_000))


def test_it_is_known_by_its_front_matter_under_any_name(read_one: ReadOne) -> None:
    document = read_one(f"{FRONT}It is **off**.\r\n".replace("\n", "\r\n"), "a.txt")
    assert (document.title, document.text) == ("No ferry", "It is off.")
