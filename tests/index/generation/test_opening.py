import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.word_encoder import WordEncoder

from index.errors import (
    CorruptGenerationError,
    GenerationError,
    NoGenerationError,
    WrongEncoderError,
)
from index.generation import current, generations, open_generation, promote
from index.generation import opening as opening_module
from index.generation.manifest import Manifest
from index.model import Lane

FINGERPRINT = WordEncoder().info.fingerprint


def _files(root: Path) -> list[Path]:
    return sorted(path for path in (root / "0001").rglob("*") if path.is_file())


def _flip_byte(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0x20
    path.write_bytes(content)


def _truncate(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2)


def _lengthen(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"\x00" * 8)


def _make_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


HARM: dict[str, Callable[[Path], None]] = {
    "byte flipped": _flip_byte,
    "truncated": _truncate,
    "emptied": lambda path: path.write_bytes(b""),
    "lengthened": _lengthen,
    "removed": lambda path: path.unlink(),
    "folder instead": _make_folder,
}


def test_promoted_generation_opens_and_answers(copied: Path) -> None:
    generation = open_generation(copied, fingerprint=FINGERPRINT)

    assert generation.name == "0001"
    assert generation.manifest.passages == {Lane.REPORTING: 24, Lane.DISCUSSION: 24}
    assert list(generation.lanes) == list(Lane)
    assert len(generation.lanes[Lane.REPORTING].lexical.search("only4", 9)) == 1


def test_closing_twice_is_safe(copied: Path) -> None:
    generation = open_generation(copied, fingerprint=FINGERPRINT)

    generation.close()
    generation.close()

    assert dict(generation.lanes) == {}


def test_opening_writes_nothing(copied: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in copied.rglob("*")}

    open_generation(copied, fingerprint=FINGERPRINT)

    assert {path: path.stat().st_mtime_ns for path in copied.rglob("*")} == before


def test_nothing_built_is_said_with_the_next_step(tmp_path: Path) -> None:
    with pytest.raises(NoGenerationError, match="factcontext rebuild"):
        open_generation(tmp_path / "generations", fingerprint=FINGERPRINT)


@pytest.mark.parametrize("name", ["0002", "..", "0001/..", "/etc", "", "x" * 10_000, "٠٠٠١"])
def test_unknown_name_is_refused(copied: Path, name: str) -> None:
    if name:
        with pytest.raises(NoGenerationError, match="no generation"):
            open_generation(copied, name, fingerprint=FINGERPRINT)
    with pytest.raises(NoGenerationError):
        promote(copied, name)


def test_other_encoder_is_refused_with_both_named(copied: Path) -> None:
    other = WordEncoder(dimension=768, model="bigger").info.fingerprint

    with pytest.raises(WrongEncoderError) as caught:
        open_generation(copied, fingerprint=other)

    message = str(caught.value)
    assert "Generation 0001 has 32-d vectors" in message
    assert FINGERPRINT in message
    assert other in message
    assert 'run "factcontext rebuild"' in message


@pytest.mark.parametrize("harm", list(HARM))
def test_harm_to_any_file_is_noticed_before_an_engine_sees_it(copied: Path, harm: str) -> None:
    spare = copied.parent / "spare"
    shutil.copytree(copied, spare)
    names = [path.relative_to(copied) for path in _files(copied)]
    assert len(names) > 15

    for name in names:
        HARM[harm](copied / name)
        with pytest.raises(CorruptGenerationError) as caught:
            open_generation(copied, fingerprint=FINGERPRINT)
        assert f"Generation 0001: {name.relative_to('0001').as_posix()} " in str(caught.value)
        assert 'run "factcontext rebuild"' in str(caught.value)
        shutil.rmtree(copied)
        shutil.copytree(spare, copied)


def test_sizes_are_compared_even_without_checksums(copied: Path) -> None:
    _truncate(copied / "0001" / Lane.REPORTING / "dense.faiss")

    with pytest.raises(CorruptGenerationError, match=r"dense\.faiss has \d+ bytes instead of"):
        open_generation(copied, fingerprint=FINGERPRINT, checksums=False)


def test_number_of_damaged_files_is_told(copied: Path) -> None:
    for name in ("dense.faiss", "columns.npy"):
        (copied / "0001" / Lane.REPORTING / name).unlink()

    with pytest.raises(CorruptGenerationError, match=r"columns\.npy is missing.*1 more"):
        open_generation(copied, fingerprint=FINGERPRINT)


@pytest.mark.parametrize(
    "content",
    [b"", b"null", b"[]", b"{}", b'{"format": 1}', b'{"format": "x"}', b"\xff", b"[" * 100_000],
)
def test_manifest_of_any_other_content_is_refused(copied: Path, content: bytes) -> None:
    (copied / "0001" / "manifest.json").write_bytes(content)

    with pytest.raises(CorruptGenerationError, match=r"manifest\.json is missing or damaged"):
        open_generation(copied, fingerprint=FINGERPRINT)


def test_edited_manifest_is_refused(copied: Path) -> None:
    path = copied / "0001" / "manifest.json"
    path.write_text(path.read_text().replace('"revision": 1,', '"revision": 2,'))
    assert '"revision": 2,' in path.read_text()

    with pytest.raises(CorruptGenerationError):
        open_generation(copied, fingerprint=FINGERPRINT)


def test_newer_format_is_told_apart_from_damage(copied: Path) -> None:
    path = copied / "0001" / "manifest.json"
    path.write_text(path.read_text().replace('"format": 1', '"format": 2'))

    with pytest.raises(GenerationError, match="install the newer program") as caught:
        open_generation(copied, fingerprint=FINGERPRINT)

    assert not isinstance(caught.value, CorruptGenerationError)


@pytest.mark.parametrize("path", ["../secret", "/etc/passwd", "a/../../b"])
def test_manifest_that_leads_outside_its_folder_is_refused(copied: Path, path: str) -> None:
    folder = copied / "0001"
    manifest = Manifest.read(folder)
    mark = next(iter(manifest.files.values()))
    manifest.files[path] = mark  # type: ignore[index]
    manifest.write(folder)

    with pytest.raises(CorruptGenerationError):
        Manifest.read(folder)


def test_renamed_generation_is_refused(copied: Path) -> None:
    (copied / "0001").rename(copied / "0007")

    with pytest.raises(CorruptGenerationError, match="0007 says that it is 0001"):
        open_generation(copied, "0007", fingerprint=FINGERPRINT)


@pytest.mark.parametrize("content", [b"", b"0", b"../0001", b"\xff\xfe", b"0001 0002", b"0" * 99])
def test_damaged_choice_of_current_is_named(copied: Path, content: bytes) -> None:
    (copied / "CURRENT").write_bytes(content)

    with pytest.raises(CorruptGenerationError, match=r"CURRENT names no generation.*rebuild"):
        open_generation(copied, fingerprint=FINGERPRINT)
    assert [summary.current for summary in generations(copied)] == [False]


def test_current_that_is_not_there_is_named(copied: Path) -> None:
    (copied / "CURRENT").write_text("0009\n")

    with pytest.raises(NoGenerationError, match=r"'0009'.*rebuild"):
        open_generation(copied, fingerprint=FINGERPRINT)


def test_generation_pruned_between_choice_and_opening_is_no_fault(
    copied: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(copied / "0001", copied / "0002")
    manifest = Manifest.read(copied / "0001")
    renamed = {field: getattr(manifest, field) for field in manifest.__slots__} | {"name": "0002"}
    Manifest(**renamed).write(copied / "0002")
    read = opening_module.read_checked

    def pruned_meanwhile(folder: Path, *, checksums: bool) -> Manifest:
        if folder.name == "0001" and folder.exists():
            promote(copied, "0002")
            shutil.rmtree(folder)
        return read(folder, checksums=checksums)

    monkeypatch.setattr(opening_module, "read_checked", pruned_meanwhile)

    assert open_generation(copied, fingerprint=FINGERPRINT).name == "0002"


def test_generation_copied_elsewhere_serves_there(copied: Path, tmp_path: Path) -> None:
    shutil.move(copied, tmp_path / "other machine")

    generation = open_generation(tmp_path / "other machine", fingerprint=FINGERPRINT)

    assert len(generation.lanes[Lane.DISCUSSION].lexical.search("reply3", 3)) == 1


READ_ONLY = """
import os, shutil, sys
from pathlib import Path
from index.errors import GenerationError
from index.generation import open_generation, promote
from index.model import Lane
root, spare, fingerprint = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
# Loads every library while this process may still read them.
open_generation(spare, fingerprint=fingerprint).lanes[Lane.REPORTING].lexical.search("a", 1)
if os.getuid() == 0:
    os.setgroups([]), os.setgid(65534), os.setuid(65534)
generation = open_generation(root, fingerprint=fingerprint)
print(len(generation.lanes[Lane.REPORTING].lexical.search("only4", 9)))
try:
    promote(root, "0001")
except GenerationError as fault:
    print(fault)
"""


@pytest.fixture
def read_only(pristine: Path) -> Iterator[Path]:
    """A copy that nobody may write; not under the test's folder, which only its owner may read."""
    with tempfile.TemporaryDirectory() as parent:
        Path(parent).chmod(0o755)
        root = Path(parent) / "generations"
        shutil.copytree(pristine, root)
        folders = [root, *(path for path in root.rglob("*") if path.is_dir())]
        for path in folders:
            path.chmod(0o555)
        yield root
        for path in folders:
            path.chmod(0o755)


def test_read_only_folder_serves_and_says_why_it_cannot_change(
    read_only: Path, pristine: Path
) -> None:
    run = subprocess.run(
        [sys.executable, "-c", READ_ONLY, str(read_only), str(pristine), FINGERPRINT],
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.stderr == ""
    found, message = run.stdout.splitlines()
    assert found == "1"
    assert "generations cannot be written" in message
    assert "permissions" in message


def test_current_is_none_until_something_is_promoted(tmp_path: Path) -> None:
    assert current(tmp_path / "nowhere") is None
    assert current(tmp_path) is None
