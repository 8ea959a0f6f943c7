"""Files into the library: a bad one is reported, the others load."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

import index.loading
from index.library import Change, Library
from index.loading import LOW_CONFIDENCE, File, LoadedFile, load, stored_name
from index.model import Document
from index.readers import Limits, walk


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "documents"
    made.mkdir()
    return made


def records(path: Path, *titles: str, text: str = "The bridge closed on Monday.") -> Path:
    lines = [json.dumps({"id": t, "title": t, "text": f"{t}. {text}"}) for t in titles]
    path.write_text("".join(f"{line}\n" for line in lines))
    return path


def loaded(library: Library, *paths: Path) -> dict[str, LoadedFile]:
    files = [File(path=path, named=path in paths) for path in walk(paths)]
    return {Path(f.name).name: f for f in load(library, files, Limits())}


def stored_titles(library: Library) -> set[str]:
    return {row.title for row in library.documents()}


def test_one_bad_file_among_good_ones_is_named_and_nothing_of_it_is_stored(
    library: Library, folder: Path
) -> None:
    records(folder / "a.jsonl", "A1", "A2")
    bad = records(folder / "b.jsonl", "B1", "B2")
    bad.write_text(bad.read_text() + '{"title": "B3", "text": \n')
    records(folder / "c.jsonl", "C1")
    found = loaded(library, folder)
    assert [(name, file.changes) for name, file in found.items()] == [
        ("a.jsonl", {Change.ADDED: 2}),
        ("b.jsonl", {}),
        ("c.jsonl", {Change.ADDED: 1}),
    ]
    assert "line 3" in (found["b.jsonl"].fault or "")
    assert stored_titles(library) == {"A1", "A2", "C1"}


def test_a_changed_file_that_became_bad_keeps_what_was_stored(
    library: Library, folder: Path
) -> None:
    path = records(folder / "a.jsonl", "A1", "A2")
    loaded(library, folder)
    before = library.revision
    path.write_text(path.read_text().replace("A1.", "Another.") + "{")
    assert loaded(library, folder)["a.jsonl"].fault
    assert library.revision == before
    assert stored_titles(library) == {"A1", "A2"}


def test_the_same_files_twice_change_nothing(library: Library, folder: Path) -> None:
    records(folder / "a.jsonl", "A1", "A2")
    loaded(library, folder)
    before = library.state()
    assert loaded(library, folder)["a.jsonl"].changes == {Change.UNCHANGED: 2}
    assert library.state() == before


def test_a_changed_record_replaces_its_document_only(library: Library, folder: Path) -> None:
    path = records(folder / "a.jsonl", "A1", "A2")
    loaded(library, folder)
    path.write_text(path.read_text().replace("A1. The", "A1. Their"))
    changes = loaded(library, folder)["a.jsonl"].changes
    assert changes == {Change.CHANGED: 1, Change.UNCHANGED: 1}
    assert library.state().documents == 2


def test_documents_that_are_in_a_file_no_more_are_listed_and_kept(
    library: Library, folder: Path
) -> None:
    path = records(folder / "a.jsonl", "A1", "A2", "A3")
    loaded(library, folder)
    ids = {row.title: row.document_id for row in library.documents()}
    records(path, "A2")
    assert loaded(library, folder)["a.jsonl"].missing == (ids["A1"], ids["A3"])
    assert stored_titles(library) == {"A1", "A2", "A3"}


def test_a_copy_in_another_file_is_told_and_not_stored(library: Library, folder: Path) -> None:
    records(folder / "a.jsonl", "A1")
    records(folder / "b.jsonl", "A1")
    assert loaded(library, folder)["b.jsonl"].changes == {Change.DUPLICATE: 1}
    assert library.state().documents == 1


def test_what_is_no_document_is_skipped_in_a_folder(library: Library, folder: Path) -> None:
    records(folder / "a.jsonl", "A1")
    (folder / "README.md").write_text("# Read me\n\nNo front matter.\n")
    (folder / "picture.bin").write_bytes(b"\x00\x01\x02" * 100)
    (folder / "empty.txt").write_text("")
    found = loaded(library, folder)
    assert {name for name, file in found.items() if file.skipped} == {
        "README.md",
        "empty.txt",
        "picture.bin",
    }
    assert {file.fault for file in found.values()} == {None}


def test_what_is_no_document_is_a_fault_when_it_was_named(library: Library, folder: Path) -> None:
    path = folder / "README.md"
    path.write_text("# Read me\n\nNo front matter.\n")
    file = loaded(library, path)["README.md"]
    assert not file.skipped
    assert "front matter" in (file.fault or "")


def test_a_file_that_vanishes_before_it_is_read_is_a_fault_of_its_own(
    library: Library, folder: Path
) -> None:
    paths = [records(folder / f"{name}.jsonl", name) for name in "abc"]
    files = load(library, [File(path=path, named=False) for path in paths], Limits())
    assert next(files).fault is None
    paths[1].unlink()
    vanished, last = list(files)
    assert (vanished.name, vanished.skipped) == (str(paths[1]), False)
    assert "b.jsonl" in (vanished.fault or "")
    assert last.changes == {Change.ADDED: 1}
    assert stored_titles(library) == {"a", "c"}


def test_an_interruption_keeps_earlier_files_and_nothing_of_the_one_under_way(
    library: Library, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in "abc":
        records(folder / f"{name}.jsonl", f"{name}1", f"{name}2")
    real = index.loading.read_path

    def interrupted(path: Path, limits: Limits, **options: object) -> Iterator[Document]:
        for number, document in enumerate(real(path, limits, **options)):
            if path.name == "b.jsonl" and number == 1:
                raise KeyboardInterrupt
            yield document

    monkeypatch.setattr(index.loading, "read_path", interrupted)
    with pytest.raises(KeyboardInterrupt):
        loaded(library, folder)
    assert stored_titles(library) == {"a1", "a2"}
    monkeypatch.undo()
    loaded(library, folder)
    assert library.state().documents == 6


def test_limits_are_those_given(library: Library, folder: Path) -> None:
    path = records(folder / "a.jsonl", "A1")
    (file,) = load(library, [File(path=path, named=False)], Limits(max_file_bytes=10))
    assert "10 bytes" in (file.fault or "")


def test_warnings_and_low_confidence_reach_the_operator(library: Library, folder: Path) -> None:
    title = "A bridge that nobody can cross"
    body = "The bridge is closed to all traffic since Monday, the city said in a statement. " * 2
    page = [title, body, "Not again", "It was fine last week", "So they say"]
    (folder / "page.txt").write_text("\n\n\n".join(page))
    file = loaded(library, folder)["page.txt"]
    assert file.changes == {Change.ADDED: 1}
    assert any("guessed" in warning for warning in file.warnings)
    ((named, confidence),) = file.uncertain
    assert named == title
    assert confidence < LOW_CONFIDENCE


def test_a_file_keeps_its_name_wherever_the_operator_stands(
    library: Library, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    records(folder / "a.jsonl", "A1")
    monkeypatch.chdir(folder)
    loaded(library, Path("a.jsonl"))
    monkeypatch.chdir(folder.parent)
    assert loaded(library, folder)["a.jsonl"].changes == {Change.UNCHANGED: 1}
    assert len(library.find(stored_name(Path("documents/a.jsonl")))) == 1


def test_a_file_whose_name_is_no_utf_8_loads(library: Library, folder: Path) -> None:
    odd = folder / os.fsdecode(b"old-\xe4.jsonl")
    try:
        records(odd, "A1")
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    (file,) = load(library, [File(path=odd, named=False)], Limits())
    assert (file.fault, file.changes) == (None, {Change.ADDED: 1})
    assert len(library.find(stored_name(odd))) == 1
