import os
import re
import shutil
import sqlite3
import tempfile
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from support.documents import article

from index.errors import LibraryError, NewerLibraryError
from index.library import Library
from index.library.faults import faults_of


def fill(path: Path) -> None:
    with Library.open(path) as library, library.loading("/texts/a.txt") as loading:
        for number in range(50):
            loading.upsert(article(f"T{number}", f"Words {number}. " * 200, record=str(number)))


def read_everything(path: Path) -> None:
    with Library.open(path) as library:
        library.state()
        for row in library.documents():
            library.document(row.document_id)


def test_new_library_is_empty(path: Path) -> None:
    with Library.open(path) as library:
        assert (library.state().documents, library.revision, library.path) == (0, 0, path)


def test_library_is_made_with_the_folders_above_it(tmp_path: Path) -> None:
    with Library.open(tmp_path / "a" / "b % ?c#.d" / "library.sqlite3") as library:
        assert library.documents() == []


def test_empty_file_becomes_a_library(path: Path) -> None:
    path.touch()
    with Library.open(path) as library:
        assert library.state().documents == 0


def test_what_was_stored_is_there_after_reopening(path: Path) -> None:
    fill(path)
    with Library.open(path, create=False) as library:
        assert library.state().documents == 50


def test_missing_library_is_not_made_where_it_must_exist(path: Path) -> None:
    with pytest.raises(LibraryError, match=r'no library at .* Run "factcontext add PATH"'):
        Library.open(path, create=False)
    assert not path.exists()


def test_closing_twice_is_safe_and_a_closed_library_says_so(path: Path) -> None:
    library = Library.open(path)
    library.close()
    library.close()
    with pytest.raises(LibraryError, match="has been closed"):
        library.state()


def test_opening_at_once_from_several_threads_makes_one_library(path: Path) -> None:
    faults: list[BaseException] = []

    def open_and_close() -> None:
        try:
            Library.open(path).close()
        except BaseException as error:
            faults.append(error)

    threads = [threading.Thread(target=open_and_close) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []


def test_library_of_a_newer_program_is_refused_and_left_alone(path: Path) -> None:
    fill(path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(NewerLibraryError, match=re.escape(str(path))):
        Library.open(path)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM documents").fetchone() == (50,)


def test_database_of_something_else_is_refused_and_left_alone(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE recipes (name TEXT)")
    with pytest.raises(LibraryError, match="is a database, but not a library"):
        Library.open(path)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("recipes",)]


def test_file_that_is_no_database_is_called_damaged(path: Path) -> None:
    path.write_bytes(b"This is a shopping list, not a database. " * 200)
    with pytest.raises(LibraryError, match=r"is damaged .* Put a backup in its place"):
        Library.open(path)


@pytest.mark.parametrize("keep", [0.1, 0.5, 0.9])
def test_truncated_library_is_called_damaged(path: Path, keep: float) -> None:
    fill(path)
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * keep)])
    with pytest.raises(LibraryError, match="is damaged"):
        read_everything(path)


def test_overwritten_pages_are_called_damaged(path: Path) -> None:
    fill(path)
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(os.urandom(size - 8192))
    with pytest.raises(LibraryError, match="is damaged"):
        read_everything(path)


def test_sound_library_has_no_problems_and_a_damaged_one_lists_them(path: Path) -> None:
    fill(path)
    with Library.open(path) as library:
        assert library.problems() == []
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DELETE FROM documents WHERE id = 3")
    with Library.open(path) as library:
        problems = library.problems()
    assert any("of passages belongs to no row of documents" in line for line in problems)
    assert all("belongs to no row of documents" in line for line in problems)


def test_unreadable_fields_are_called_damaged(path: Path) -> None:
    fill(path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE documents SET mentions = '[{'")
    with Library.open(path) as library, pytest.raises(LibraryError, match="is damaged"):
        library.hydrate([1])


def test_damaged_library_tells_no_texts(path: Path) -> None:
    fill(path)
    with Library.open(path) as library, closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DROP TABLE passages")
        with pytest.raises(LibraryError) as caught, library.loading("/texts/b.txt") as loading:
            loading.upsert(article("Title", "Secret words."))
    assert "Secret" not in f"{caught.value} {caught.value.__cause__}"


def test_library_locked_by_another_process_says_so(path: Path) -> None:
    with (
        Library.open(path, busy_timeout_s=0.05) as library,
        closing(sqlite3.connect(path, isolation_level=None)) as other,
    ):
        other.execute("BEGIN IMMEDIATE")
        with (
            pytest.raises(LibraryError, match="being written by another process"),
            library.loading("/texts/a.txt"),
        ):
            pass
        assert library.state().documents == 0
        other.execute("ROLLBACK")
        assert library.remove([1]) == 0


def test_a_disk_too_full_to_be_read_from_is_called_that(path: Path) -> None:
    # SQLite wants room beside the file even from whoever only reads.
    fault = sqlite3.OperationalError("disk I/O error")
    fault.sqlite_errorcode = sqlite3.SQLITE_IOERR_SHMSIZE
    with pytest.raises(LibraryError, match="the disk is full, or it fails"), faults_of(path):
        raise fault


def test_path_that_is_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match=re.escape(str(tmp_path))):
        Library.open(tmp_path)


@contextmanager
def without_privileges() -> Iterator[Path]:
    """A folder that this process may read and not write; a superuser becomes somebody else."""
    folder = Path(tempfile.mkdtemp())
    superuser = os.geteuid() == 0
    try:
        yield folder
    finally:
        if superuser:
            os.seteuid(0)
        folder.chmod(0o700)
        shutil.rmtree(folder)


def give_up_rights(folder: Path) -> None:
    for file in folder.iterdir():
        file.chmod(0o444)
    folder.chmod(0o555)
    if os.geteuid() == 0:
        os.seteuid(65534)


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps rights otherwise")
def test_folder_that_cannot_be_written_is_named_with_the_next_step() -> None:
    with without_privileges() as folder:
        give_up_rights(folder)
        with pytest.raises(LibraryError, match=rf"{folder}.*must exist.* able to write"):
            Library.open(folder / "library.sqlite3")
        with pytest.raises(LibraryError, match=rf"{folder}.* cannot be created"):
            Library.open(folder / "data" / "library.sqlite3")


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps rights otherwise")
def test_library_that_cannot_be_written_is_named_with_the_next_step() -> None:
    with without_privileges() as folder:
        path = folder / "library.sqlite3"
        fill(path)
        give_up_rights(folder)
        with (
            pytest.raises(LibraryError, match=rf"{path} cannot be (opened|written)"),
            Library.open(path) as library,
            library.loading("/texts/a.txt"),
        ):
            pass
