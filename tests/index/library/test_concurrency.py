import signal
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest
from support.documents import article, remark

from index.library import Library
from index.model import Document, Lane

PARTS = ["One.", "Two.", "Three.", "Four."]


def version(number: int) -> Document:
    """Every text of it tells which version it is."""
    body = [f"{part} Version {number}." for part in PARTS]
    return article(
        f"Title {number}",
        *body,
        url="https://lind.example/1",
        comments=(remark("1", f"Remark on {number}."),),
    )


def test_readers_see_whole_documents_while_one_is_written(path: Path) -> None:
    done = threading.Event()
    faults: list[object] = []
    reads = 0

    def read(library: Library) -> None:
        nonlocal reads
        while not done.is_set():
            document = library.document(1)
            versions = {} if document is None else {document.title: document}
            for title, found in versions.items():
                if found != version(int(title.split()[1])):
                    faults.append(found)
            for batch in library.passages(Lane.REPORTING):
                stored = library.hydrate([row.passage_id for row in batch])
                faults.extend(
                    passage
                    for passage in stored.values()
                    if passage.document.title.split()[1] != passage.text.split()[-1].rstrip(".")
                )
            reads += 1

    with Library.open(path) as library:
        threads = [threading.Thread(target=read, args=(library,)) for _ in range(3)]
        for thread in threads:
            thread.start()
        for number in range(15):
            with library.loading("/texts/a.txt") as loading:
                loading.upsert(version(number))
        done.set()
        for thread in threads:
            thread.join()
        assert faults == []
        assert reads > 0
        assert library.document(1) == version(14)


def test_reader_is_not_held_up_by_an_unfinished_load(library: Library) -> None:
    with library.loading("/texts/a.txt") as loading:
        loading.upsert(article())
        assert library.state().documents == 0
    assert library.state().documents == 1


def test_writers_of_two_threads_take_turns(path: Path) -> None:
    with Library.open(path) as library:

        def write(name: str) -> None:
            for number in range(10):
                with library.loading(f"/texts/{name}") as loading:
                    loading.upsert(article(f"{name} {number}", record=str(number)))

        threads = [threading.Thread(target=write, args=(name,)) for name in "abc"]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert (library.state().documents, library.revision) == (30, 30)


WRITER = """
import sys
from pathlib import Path
from index.library import Library
from index.model import Document, Paragraph, Comment

with Library.open(Path(sys.argv[1])) as library:
    with library.loading("/texts/a.txt") as loading:
        for number in range(10**9):
            loading.upsert(Document(
                title=f"New {number}",
                record=str(number),
                credit="x" * 100_000,
                body=(Paragraph(text="Words."),),
                comments=(Comment(key="1", paragraphs=(Paragraph(text="Remark."),)),),
            ))
            if number == int(sys.argv[2]):
                print("now", flush=True)
"""


@pytest.mark.parametrize("documents", [0, 10, 100])
def test_kill_in_the_middle_of_a_load_leaves_the_library_as_it_was(
    path: Path, documents: int
) -> None:
    before = version(1)
    with Library.open(path) as library, library.loading("/texts/a.txt") as loading:
        loading.upsert(before)
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, path, str(documents)], stdout=subprocess.PIPE
    ) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"now\n"
        writer.send_signal(signal.SIGKILL)
    if documents == 100:
        # They no longer fit in SQLite's cache: part of the load stands in the log on disk.
        assert path.with_name(path.name + "-wal").stat().st_size > 2**20
    with Library.open(path, busy_timeout_s=1) as library:
        assert [row.title for row in library.documents()] == ["Title 1"]
        assert library.document(1) == before
        assert library.revision == 1
        with library.loading("/texts/a.txt") as loading:
            loading.upsert(version(2))
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


def test_removed_text_is_in_no_file_any_more(library: Library, path: Path) -> None:
    mark = "Zyzzyva-marked-words"
    with library.loading("/texts/a.txt") as loading:
        for number in range(20):
            document = article(
                f"{mark} {number}", f"{mark} " * 900, comments=(remark("1", mark, author=mark),)
            )
            loading.upsert(document)
        loading.upsert(article("Stays"))
    library.state()
    library.remove([row.document_id for row in library.documents() if mark in row.title])
    files = [file for file in path.parent.iterdir() if mark.encode() in file.read_bytes()]
    assert files == []
    assert [row.title for row in library.documents()] == ["Stays"]
