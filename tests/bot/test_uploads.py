"""Uploads stay in their folder, whatever they are called."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import uploads
from bot.errors import CommandError
from bot.uploads import Uploads, Waiting, safe_name


@pytest.mark.parametrize(
    ("stated", "name"),
    [
        ("articles.jsonl.gz", "articles.jsonl.gz"),
        ("C:\\Users\\me\\Über uns (2).zip", "Über_uns_(2).zip"),
        ("../../etc/passwd", "passwd"),
        ("/etc/passwd", "passwd"),
        ("..", "upload"),
        (".job.json", "job.json"),
        ("--config=x", "config_x"),
        ("a\x00b\nc\u202ed;rm -rf $HOME`id`.txt", "a_b_c_d_rm_-rf_HOME_id_.txt"),
        ("<script>alert(1)</script>", "script_"),
        ("", "upload"),
        ("x" * 400 + ".zip", "x" * 146 + ".zip"),
    ],
)
def test_a_name_loses_what_is_odd_and_keeps_its_ending(stated: str, name: str) -> None:
    assert safe_name(stated) == name


@given(st.text())
def test_no_name_leads_out_or_is_hidden_or_too_long(stated: str) -> None:
    name = safe_name(stated)
    assert Path("/folder", name).resolve().parent == Path("/folder")
    assert not name.startswith((".", "-"))
    assert 0 < len(name.encode()) <= 150


def took(made: Uploads, name: str, text: bytes) -> str:
    arriving = made.arriving(name)
    arriving.write(text)
    arriving.finish()
    arriving.close()
    return arriving.name


def test_what_arrived_whole_waits_and_can_be_discarded(tmp_path: Path) -> None:
    made = Uploads(tmp_path / "uploads")
    assert made.waiting() == []
    assert took(made, "../b.txt", b"12") == "b.txt"
    took(made, "a.txt", b"1")
    took(made, "a.txt", b"123")
    assert made.waiting() == [
        Waiting(name="a.txt", size_bytes=3),
        Waiting(name="b.txt", size_bytes=2),
    ]
    assert made.path("a.txt").read_bytes() == b"123"
    assert made.path("a.txt").stat().st_mode & 0o077 == 0
    made.discard("a.txt")
    assert [one.name for one in made.waiting()] == ["b.txt"]


def test_what_did_not_arrive_whole_is_gone(tmp_path: Path) -> None:
    made = Uploads(tmp_path)
    arriving = made.arriving("a.txt")
    arriving.write(b"half")
    arriving.close()
    assert list(tmp_path.iterdir()) == []
    (tmp_path / ".part-x").write_bytes(b"of a process that was killed")
    Uploads(tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["../secret", "/etc/passwd", ".job.json", "", ".", "nothing"])
def test_only_what_waits_can_be_named(tmp_path: Path, name: str) -> None:
    (tmp_path / "secret").write_text("x")
    made = Uploads(tmp_path / "uploads")
    took(made, "a.txt", b"1")
    (tmp_path / "uploads" / ".job.json").write_text("x")
    for refused in (made.path, made.discard):
        with pytest.raises(CommandError, match="no such upload"):
            refused(name)
    assert (tmp_path / "secret").exists()


def test_too_many_may_not_wait_but_one_may_come_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "MOST_WAITING", 2)
    made = Uploads(tmp_path)
    for name in ("a", "b", "a"):
        took(made, name, b"1")
    with pytest.raises(CommandError, match="2 files are waiting"):
        made.arriving("c")
