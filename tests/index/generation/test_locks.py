import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from index.errors import BuildLockedError, GenerationError
from index.generation.locks import build_lock

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)

HOLD = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from index.generation.locks import build_lock
with build_lock(Path(sys.argv[1]), datetime(2026, 3, 4, 12, tzinfo=UTC)):
    print("held", flush=True)
    sys.stdin.read()
"""


def _holder(root: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(root)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_other_process_is_named_with_host_and_time(tmp_path: Path) -> None:
    with _holder(tmp_path) as holder:
        with pytest.raises(BuildLockedError) as caught, build_lock(tmp_path, NOON):
            pass
        holder.kill()

    assert f"process {holder.pid} on {os.uname().nodename}" in str(caught.value)
    assert "since 2026-03-04 12:00 UTC" in str(caught.value)


def test_killed_holder_holds_nothing(tmp_path: Path) -> None:
    with _holder(tmp_path) as holder:
        holder.kill()
        holder.wait()

    with build_lock(tmp_path, NOON):
        assert json.loads((tmp_path / "build.lock").read_text())["pid"] == os.getpid()


def test_lock_can_be_taken_again_after_release(tmp_path: Path) -> None:
    for _ in range(2):
        with build_lock(tmp_path, NOON):
            pass

    assert (tmp_path / "build.lock").read_text() == ""


def test_lock_is_exclusive_within_a_process(tmp_path: Path) -> None:
    with (
        build_lock(tmp_path, NOON),
        pytest.raises(BuildLockedError),
        build_lock(tmp_path, NOON),
    ):
        pass


@pytest.mark.parametrize("content", ["", "{", "[]", '"x"', '{"pid": 1}', "\x00" * 9_000])
def test_unreadable_holder_is_left_unnamed(tmp_path: Path, content: str) -> None:
    with build_lock(tmp_path, NOON):
        (tmp_path / "build.lock").write_text(content)
        with (
            pytest.raises(BuildLockedError, match=r"is running in \S+; wait"),
            build_lock(tmp_path, NOON),
        ):
            pass


def test_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with (
        pytest.raises(GenerationError, match=r"file/deep cannot be written .*permissions"),
        build_lock(tmp_path / "file" / "deep", NOON),
    ):
        pass
