from __future__ import annotations

from pathlib import Path

import pytest

from bot.config_file import put_setting
from bot.errors import CommandError

WRITTEN = (
    '# ours\nlog_level = "INFO"\n\n# what encodes\n  model = "old" # small\nweb_port = 8080\n'
)


def test_one_line_changes_and_everything_else_stays(tmp_path: Path) -> None:
    file = tmp_path / "factcontext.toml"
    file.write_text(WRITTEN)
    file.chmod(0o640)
    put_setting(file, "model", 'C:\\models\\"new"')
    assert file.read_text() == WRITTEN.replace(
        '  model = "old" # small', 'model = "C:\\\\models\\\\\\"new\\""'
    )
    assert file.stat().st_mode & 0o777 == 0o640
    assert list(tmp_path.iterdir()) == [file]


def test_a_new_setting_stands_first_so_that_no_table_takes_it(tmp_path: Path) -> None:
    file = tmp_path / "factcontext.toml"
    file.write_text('[later]\nmodel = "of another table"\n')
    with pytest.raises(CommandError, match='write this line into it yourself: model = "new"'):
        put_setting(file, "model", "new")
    file.write_text("[later]\nx = 1\n")
    put_setting(file, "model", "new")
    assert file.read_text() == 'model = "new"\n[later]\nx = 1\n'


def test_a_missing_file_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "factcontext.toml"
    put_setting(file, "model", "./модели/eins")
    assert file.read_text("utf-8") == 'model = "./модели/eins"\n'
    assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "text", ['model = """\nold"""\n', "model = \n", '"model" = "old"\n', "\xff\xfe"]
)
def test_what_cannot_be_changed_alone_is_left_as_it_is(tmp_path: Path, text: str) -> None:
    file = tmp_path / "factcontext.toml"
    file.write_bytes(text.encode("latin-1"))
    with pytest.raises(CommandError, match="write this line into it yourself"):
        put_setting(file, "model", "new")
    assert file.read_bytes() == text.encode("latin-1")
