"""What is found out about documents, at their load or later."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine
from support.collection import load
from support.documents import article, remark

from index.library import LanguageCount, Library, opening
from index.model import Lane

ENGLISH = "The bridge was closed on Monday because of the repairs."
GERMAN = "Die Brücke ist seit Montag wegen Bauarbeiten gesperrt."
TALK = (remark("a", GERMAN), remark("b", ENGLISH), remark("c", "lol"))


def languages(library: Library) -> dict[str, str | None]:
    """Of each passage, by its words."""
    return {
        row.body: row.language for lane in Lane for rows in library.passages(lane) for row in rows
    }


def test_article_and_each_comment_have_their_own_language(library: Library) -> None:
    load(library, [article("Bridge closed", ENGLISH, comments=TALK)])
    assert languages(library) == {ENGLISH: "en", GERMAN: "de", "lol": None} | {ENGLISH: "en"}
    assert library.languages() == [
        LanguageCount(language="en", documents=1, comments=1),
        LanguageCount(language="de", documents=0, comments=1),
        LanguageCount(language=None, documents=0, comments=1),
    ]


def test_what_the_file_states_is_believed_and_kept_as_it_is(library: Library) -> None:
    stated = replace(article("Bridge closed", ENGLISH), language="fr")
    load(library, [stated, article("Also", GERMAN)])
    assert languages(library) == {ENGLISH: "fr", GERMAN: "de"}
    assert [library.document(1), library.document(2)] == [stated, article("Also", GERMAN)]
    assert [row.language for row in library.documents()] == ["fr", "de"]


def test_a_changed_text_is_told_anew(library: Library) -> None:
    load(library, [article("Bridge", ENGLISH, url="https://a.example/1", comments=TALK[:1])])
    other = (remark("a", ENGLISH.replace("Monday", "Tuesday")),)
    load(library, [article("Bridge", GERMAN, url="https://a.example/1", comments=other)])
    assert set(languages(library).items()) == {(GERMAN, "de"), (other[0].text, "en")}


def test_nothing_is_left_to_look_at_after_a_load(library: Library) -> None:
    load(library, [article("Bridge closed", ENGLISH)])
    before = library.revision
    assert library.analyse() == 0
    assert library.revision == before


def test_documents_of_an_earlier_program_are_looked_at_without_loading_them(
    path: Path,
) -> None:
    _stored_by_the_first_version(path)
    with Library.open(path) as library:
        assert languages(library) == {ENGLISH: None, GERMAN: None, "lol": None}
        told: list[tuple[int, int]] = []
        assert library.analyse(lambda done, total: told.append((done, total))) == 1
        assert told == [(1, 1)]
        assert languages(library) == {ENGLISH: "en", GERMAN: "de", "lol": None}
        assert library.analyse() == 0
        assert [row.url for row in library.documents()] == ["https://a.example/1?id=2"]


def test_a_stored_address_keeps_its_trackers_where_the_plain_one_is_stored_too(
    path: Path,
) -> None:
    _stored_by_the_first_version(path, "https://a.example/1?id=2")
    with Library.open(path) as library:
        assert sorted(row.url or "" for row in library.documents()) == [
            "https://a.example/1?id=2",
            "https://a.example/1?utm_source=x&id=2",
        ]


def _stored_by_the_first_version(path: Path, *urls: str) -> None:
    """A library at the first migration, made of what the newest one stores."""
    newest = path.with_name("newest.sqlite3")
    with Library.open(newest) as library:
        load(library, [article("Bridge", ENGLISH, url="https://a.example/1", comments=TALK)])
        load(library, [article("Other", GERMAN, url=url) for url in urls], path="b.jsonl")
    config = Config()
    config.set_main_option("script_location", str(opening._MIGRATIONS))
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    engine.dispose()
    with closing(sqlite3.connect(path)) as first:
        first.execute("ATTACH ? AS newest", (str(newest),))
        first.execute("DELETE FROM library_state")
        for table in ("library_state", "sources", "documents", "comments", "passages"):
            first.execute(f"INSERT INTO {table} SELECT * FROM newest.{table}")  # noqa: S608 - ours
        tracked = "https://a.example/1?utm_source=x&id=2"
        first.execute("UPDATE documents SET url = ? WHERE id = 1", (tracked,))
        first.commit()
