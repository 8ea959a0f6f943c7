from __future__ import annotations

from pathlib import Path

import pytest
from support.commands import Commands
from support.word_encoder import WordEncoder

from embeddings.store import VectorStore

GONE = "What happened to the glacier is told only0 here."
FIRST = "https://outlet0.example/0"
CLEAN = {
    "clean": True,
    "generations": {},
    "vectors": {},
    "versions": 0,
    "log_bytes": 0,
    "files": [],
    "words": {},
}


@pytest.fixture
def built(commands: Commands) -> Commands:
    commands.built()
    return commands


def vectors(commands: Commands) -> int:
    (path,) = (commands.data / "vectors").glob("*.sqlite3")
    with VectorStore.of_file(path) as store:
        return len(store)


def kept(commands: Commands) -> list[str]:
    return [summary["name"] for summary in commands.json("generations")["generations"]]


def test_where_nothing_was_taken_out_nothing_is_left(built: Commands) -> None:
    assert built.json("purge") == CLEAN
    assert built.run("purge").out == "Nothing is left of texts that are not shown.\n"


def test_what_was_removed_is_found_in_the_index_and_in_the_vectors(built: Commands) -> None:
    built.run("remove", "--yes", FIRST)
    found = built.json("purge", "--text", GONE, expect=4)
    assert found["generations"] == {"0001": 4}
    assert list(found["vectors"].values()) == [4]
    assert found["words"] == {"0001": ["glacier", "only0"]}
    assert found["files"] == []


def test_only_looking_deletes_nothing(built: Commands) -> None:
    built.run("remove", "--yes", FIRST)
    said = built.run("purge", expect=4)
    assert "4 passages" in said.out
    assert "factcontext rebuild" in said.err
    assert (vectors(built), kept(built)) == (16, ["0001"])


def test_the_index_in_use_is_never_dropped(built: Commands) -> None:
    built.run("remove", "--yes", FIRST)
    assert "factcontext rebuild" in built.run("purge", "--yes", expect=1).err
    assert (vectors(built), kept(built)) == (16, ["0001"])


def test_a_rebuild_forgets_the_vectors_of_what_went(built: Commands) -> None:
    built.run("remove", "--yes", FIRST)
    built.run("rebuild", "--quiet")
    assert vectors(built) == 12


@pytest.mark.parametrize("how", [("remove", "--yes"), ("hide", "--reason", "court")])
def test_after_a_rebuild_purge_drops_the_older_index_and_proves_it(
    built: Commands, how: tuple[str, ...]
) -> None:
    built.run(*how, FIRST)
    built.run("rebuild", "--quiet")
    assert built.json("purge", expect=4)["generations"] == {"0001": 4}
    assert built.json("purge", "--yes") == CLEAN
    assert kept(built) == ["0002"]
    assert built.json("verify")["problems"] == []


def test_the_text_of_what_was_removed_stands_in_no_file(built: Commands) -> None:
    built.run("remove", "--yes", FIRST)
    built.run("rebuild", "--quiet")
    assert built.json("purge", "--yes", "--text", GONE, "--text", "I saw remark0 myself") == CLEAN


def test_the_library_keeps_what_is_hidden_until_it_is_removed(built: Commands) -> None:
    built.run("hide", "--reason", "court", FIRST)
    built.run("rebuild", "--quiet")
    said = built.run("purge", "--yes", "--text", GONE, expect=4)
    assert "library.sqlite3" in said.out
    assert "factcontext remove" in said.err
    built.run("remove", "--yes", FIRST)
    assert built.json("purge", "--yes", "--text", GONE) == CLEAN


def test_a_reply_forgets_the_words_of_a_hidden_parent(built: Commands) -> None:
    built.run("hide", "--reason", "libel", "comment:1")
    # The comment itself, and the answer to it, which was encoded with its words.
    assert built.json("purge", expect=4)["generations"] == {"0001": 2}
    built.run("rebuild", "--quiet")
    built.json("purge", "--yes")
    assert built.json("purge", "--text", "I saw remark0 myself", expect=4)["words"] == {}


def test_what_was_replaced_is_gone_too(built: Commands) -> None:
    path = built.articles()
    path.write_text(path.read_text().replace("told only0 here", "told otherwise"))
    built.run("add", "--quiet", path)
    built.run("rebuild", "--quiet")
    assert built.json("purge", expect=4)["versions"] == 1
    assert "told only0 here" in built.run("versions", FIRST).out
    assert built.json("purge", "--yes", "--text", "is told only0 here.") == CLEAN
    assert "were deleted by factcontext purge" in built.run("versions", FIRST).out


def test_vectors_of_earlier_encoders_are_deleted_too(built: Commands) -> None:
    built.encoder = WordEncoder(model="other words")
    built.run("rebuild", "--quiet")
    built.run("remove", "--yes", FIRST)
    built.run("rebuild", "--quiet")
    found = built.json("purge", expect=4)
    assert (list(found["vectors"].values()), set(found["generations"])) == ([4], {"0001", "0002"})
    assert built.json("purge", "--yes") == CLEAN


def test_golden_queries_that_quote_it_are_found(built: Commands) -> None:
    (built.data / "golden.jsonl").write_text(GONE)
    assert built.json("purge", "--text", GONE, expect=4)["files"] == [
        "golden.jsonl",
        "library.sqlite3",
    ]
    said = built.run("purge", "--text", GONE, expect=4).err
    assert "Left to you, to edit or to delete: golden.jsonl." in said


def test_an_index_that_cannot_be_looked_into_is_dropped(built: Commands) -> None:
    built.run("add", "--quiet", built.articles(4, 5))
    built.run("rebuild", "--quiet")
    (built.data / "generations" / "0001" / "reporting" / "hashes.npy").unlink()
    assert built.json("purge", expect=4)["generations"] == {"0001": None}
    assert "cannot be looked into" in built.run("purge", expect=4).out
    built.run("purge", "--yes")
    assert kept(built) == ["0002"]


def test_a_damaged_file_of_vectors_is_named(built: Commands) -> None:
    (path,) = (built.data / "vectors").glob("*.sqlite3")
    path.write_bytes(b"no database at all" * 99)
    said = built.run("purge", expect=1)
    assert path.name in "".join(said.err.split())


def test_a_folder_without_a_library_says_how_to_start(commands: Commands) -> None:
    assert "factcontext add" in commands.run("purge", expect=1).err
    assert not Path(commands.data / "library.sqlite3").exists()
