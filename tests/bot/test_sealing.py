from __future__ import annotations

import base64
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import StartError
from bot.sealing import Seal, key_from

KEY = b"k" * 32


@given(text=st.text(), owner=st.integers(min_value=-(2**52), max_value=2**52))
def test_what_is_sealed_opens_for_its_owner_and_key_only(text: str, owner: int) -> None:
    text = text.encode("utf-8", "replace").decode()
    sealed = Seal(KEY).close(text, owner)
    assert Seal(KEY).open(sealed, owner) == text
    assert Seal(KEY).open(sealed, owner + 1) is None
    assert Seal(b"x" * 32).open(sealed, owner) is None
    assert Seal(KEY).open(sealed[:-1] + bytes([sealed[-1] ^ 1]), owner) is None


def test_a_text_is_never_sealed_alike_nor_seen() -> None:
    first, second = (Seal(KEY).close("zyzzyva", 1) for _ in range(2))
    assert first != second
    assert b"zyzzyva" not in first


@pytest.mark.parametrize("sealed", [b"", b"short", b"x" * 40])
def test_rubbish_opens_for_nobody(sealed: bytes) -> None:
    assert Seal(KEY).open(sealed, 1) is None


def test_a_key_is_made_once_for_this_user_only(tmp_path: Path) -> None:
    path = tmp_path / "bot.key"
    key = key_from(None, path)
    assert len(key) == 32
    assert key_from(None, path) == key
    assert path.stat().st_mode & 0o777 == 0o600
    assert [p.name for p in tmp_path.iterdir()] == ["bot.key"]


def test_a_key_that_others_could_read_is_closed_to_them(tmp_path: Path) -> None:
    path = tmp_path / "bot.key"
    key_from(None, path)
    path.chmod(0o644)
    key_from(None, path)
    assert path.stat().st_mode & 0o777 == 0o600


def test_the_settings_key_wins_and_makes_no_file(tmp_path: Path) -> None:
    path = tmp_path / "bot.key"
    assert key_from(base64.b64encode(KEY).decode(), path) == KEY
    assert not path.exists()


@pytest.mark.parametrize("wrong", ["", "abc", "!" * 44, base64.b64encode(b"k" * 31).decode()])
def test_a_wrong_key_is_refused_and_not_repeated(tmp_path: Path, wrong: str) -> None:
    path = tmp_path / "bot.key"
    path.write_text(wrong)
    for setting, where in ((None, "bot.key"), (wrong, "FACTCONTEXT_STORAGE_KEY")):
        with pytest.raises(StartError, match=where) as refused:
            key_from(setting, path)
        assert not wrong or wrong not in str(refused.value)


def test_a_folder_that_cannot_be_written_names_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(StartError, match="FACTCONTEXT_STORAGE_KEY"):
        key_from(None, tmp_path / "missing" / "bot.key")
