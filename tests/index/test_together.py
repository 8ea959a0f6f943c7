"""Exports that belong together become whole, however they lie on the disk."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from index.library import Change, Library
from index.loading import File, LoadedFile, load
from index.model import Document
from index.readers import Limits, walk
from index.together import together

POSTED = "The bridge closes for four nights.\n\nBuses go over the lock."
ADDRESS = "https://www.reddit.com/r/harbour/comments/abc/"


@pytest.fixture
def exports(tmp_path: Path) -> Path:
    made = tmp_path / "exports"
    made.mkdir()
    return made


def loaded(library: Library, *paths: Path) -> dict[str, LoadedFile]:
    """What became of each file, by its path below the folder of all exports."""
    files = together(File(path=path, named=path in paths) for path in walk(paths))
    return {f.name.partition("exports/")[2]: f for f in load(library, files, Limits())}


def found(library: Library) -> dict[str, tuple[str, ...]]:
    """The comments of each stored document, by its title."""
    documents = (library.document(row.document_id) for row in library.documents())
    return {d.title: tuple(c.text for c in d.comments) for d in documents if d is not None}


# ---------------------------------------------------------------- Telegram


def sent(number: int, text: str, sender: str, **more: object) -> dict[str, object]:
    told = {"id": number, "type": "message", "date_unixtime": str(1_714_723_200 + number)}
    return told | {"from": sender, "from_id": sender, "text": text} | more


def export(folder: Path, kind: str, number: int, *messages: dict[str, object]) -> Path:
    folder.mkdir(parents=True)
    chat = {"name": "Harbour Post", "type": kind, "id": number, "messages": messages}
    (folder / "result.json").write_text(json.dumps(chat))
    return folder / "result.json"


def channel(folder: Path) -> Path:
    return export(folder, "public_channel", 7, sent(1, POSTED, "channel7"))


def group(folder: Path) -> Path:
    copy = sent(2, POSTED, "channel7", forwarded_from="Harbour Post")
    answer = sent(3, "Four, as last time?", "user5", reply_to_message_id=2)
    return export(folder, "private_supergroup", 8, copy, answer)


POST = "The bridge closes for four nights."


def test_a_channel_and_its_group_in_one_folder_are_joined(library: Library, exports: Path) -> None:
    channel(exports / "ChatExport_1")
    group(exports / "ChatExport_2")
    files = loaded(library, exports)
    assert found(library) == {POST: ("Four, as last time?",)}
    assert [(name, file.changes) for name, file in files.items()] == [
        ("ChatExport_1/result.json", {Change.ADDED: 1}),
        ("ChatExport_2/result.json", {}),
    ]


def test_so_are_files_that_are_named_one_by_one(library: Library, exports: Path) -> None:
    paths = channel(exports / "a"), group(exports / "b")
    loaded(library, *paths)
    assert found(library) == {POST: ("Four, as last time?",)}


def test_loading_them_again_changes_nothing(library: Library, exports: Path) -> None:
    channel(exports / "a")
    group(exports / "b")
    loaded(library, exports)
    again = loaded(library, exports)
    assert again["a/result.json"].changes == {Change.UNCHANGED: 1}


def test_a_channel_that_is_loaded_alone_later_keeps_the_discussion(
    library: Library, exports: Path
) -> None:
    path = channel(exports / "a")
    group(exports / "b")
    loaded(library, exports)
    assert loaded(library, path)["a/result.json"].changes == {Change.UNCHANGED: 1}
    assert found(library) == {POST: ("Four, as last time?",)}


def test_a_broken_export_is_named_and_the_others_load_for_themselves(
    library: Library, exports: Path
) -> None:
    channel(exports / "a")
    broken = group(exports / "b")
    broken.write_text(broken.read_text()[:-9])
    files = loaded(library, exports)
    assert files["b/result.json"].fault is not None
    assert files["a/result.json"].changes == {Change.ADDED: 1}


def test_an_export_that_changes_while_they_are_read_is_named(
    library: Library, exports: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from index.readers.telegram_export import TelegramReader

    path = channel(exports / "a")
    group(exports / "b")
    read = TelegramReader.read_together

    def growing(reader: TelegramReader, files: Any) -> Any:  # noqa: ANN401  # passed through
        yield from read(reader, files)
        os.utime(path, ns=(0, path.stat().st_mtime_ns + 1))

    monkeypatch.setattr(TelegramReader, "read_together", growing)
    files = loaded(library, exports)
    assert "changed while it was read" in (files["a/result.json"].fault or "")
    assert files["b/result.json"].fault is None


# ---------------------------------------------------------------- Reddit

SUBMISSION = {
    "id": "abc", "subreddit": "harbour", "title": "Bridge & lock", "selftext": "",
    "url": "https://harbour.example/bridge", "created_utc": 1_714_723_200,
    "permalink": "/r/harbour/comments/abc/bridge_lock/",
}  # fmt: skip
COMMENT = {
    "id": "c1", "link_id": "t3_abc", "parent_id": "t3_abc", "subreddit": "harbour",
    "body": "Why at night?", "created_utc": 1_714_723_300,
    "permalink": "/r/harbour/comments/abc/bridge_lock/c1/",
}  # fmt: skip


def lines(path: Path, *things: dict[str, object]) -> Path:
    path.write_text("\n".join(map(json.dumps, things)))
    return path


def stored(library: Library) -> Document:
    (row,) = library.documents()
    document = library.document(row.document_id)
    assert document is not None
    return document


def test_submissions_beside_their_comments_are_joined(library: Library, exports: Path) -> None:
    lines(exports / "RC.ndjson", COMMENT)
    lines(exports / "RS.ndjson", SUBMISSION)
    files = loaded(library, exports)
    assert found(library) == {"Bridge & lock": ("Why at night?",)}
    assert [file.fault for file in files.values()] == [None, None]


@pytest.mark.parametrize("order", [("RS", "RC"), ("RC", "RS"), ("RC", "RS", "RC", "RS")])
def test_loaded_one_after_the_other_neither_takes_from_the_other(
    library: Library, exports: Path, order: tuple[str, ...]
) -> None:
    paths = {
        "RS": lines(exports / "RS.ndjson", SUBMISSION | {"selftext": "I wonder."}),
        "RC": lines(exports / "RC.ndjson", COMMENT),
    }
    for name in order:
        loaded(library, paths[name])
    document = stored(library)
    assert (document.title, document.url) == ("Bridge & lock", ADDRESS)
    assert {c.text for c in document.comments} == {"I wonder.", "Why at night?"}


def test_a_comment_that_left_a_dump_of_both_is_gone(library: Library, exports: Path) -> None:
    both = lines(exports / "both.ndjson", SUBMISSION, COMMENT, COMMENT | {"id": "c2"})
    loaded(library, both)
    lines(both, SUBMISSION, COMMENT)
    loaded(library, both)
    assert [c.key for c in stored(library).comments] == ["c1"]


# ---------------------------------------------------------------- Hacker News


def test_items_as_the_interface_gives_them_one_a_file_are_joined(
    library: Library, exports: Path
) -> None:
    story = {"id": 1, "type": "story", "by": "a", "title": "A tide table", "time": 1_714_723_200}
    comment = {"id": 2, "type": "comment", "by": "b", "parent": 1, "text": "Which harbour?"}
    reply = {"id": 3, "type": "comment", "by": "a", "parent": 2, "text": "All of them."}
    for item in (story, comment, reply):
        (exports / f"{item['id']}.json").write_text(json.dumps(item))
    loaded(library, exports)
    assert found(library) == {"A tide table": ("Which harbour?", "All of them.")}
    loaded(library, lines(exports / "again.json", story | {"text": "For small harbours."}))
    assert set(found(library)["A tide table"]) == {
        "For small harbours.", "Which harbour?", "All of them.",
    }  # fmt: skip
