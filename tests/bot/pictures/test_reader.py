"""Pictures of every kind, honest and hostile, through the real process and the real tesseract."""

from __future__ import annotations

import asyncio
import os
import stat
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, PngImagePlugin
from support.drawing import TESSERACT, drawn, needs_tesseract, packed

from bot.errors import PictureBusyError, PictureTooLargeError, PictureUnreadableError
from bot.pictures.reader import PictureLimits, PictureReader

LINES = ("The dam at Sel lost half of its water", "in one night, says the mayor.")
PATIENT = PictureLimits(timeout_s=90)


def stand_in(folder: Path, script: str) -> str:
    """A program in the place of tesseract."""
    path = folder / "tesseract"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


@pytest.fixture
def reader() -> PictureReader:
    return PictureReader(TESSERACT, PATIENT)


@needs_tesseract
@pytest.mark.parametrize(
    "picture",
    [
        drawn(*LINES),
        drawn(*LINES, form="JPEG"),
        drawn(*LINES, form="WEBP", ink="#e0e0e0", paper="#101418"),
        drawn(*LINES, size=18),
    ],
    ids=["png", "jpeg", "dark webp", "small letters"],
)
async def test_text_in_pictures_is_read_line_by_line(
    reader: PictureReader, picture: bytes
) -> None:
    assert await reader.read(picture, "eng") == "\n".join(LINES)


@needs_tesseract
async def test_letters_on_a_transparent_ground_are_read(reader: PictureReader) -> None:
    words = Image.open(BytesIO(drawn(*LINES))).convert("L")
    clear = Image.new("RGBA", words.size, (0, 0, 0, 0))
    clear.putalpha(words.point(lambda grey: 255 - grey))
    assert await reader.read(packed(clear), "eng") == "\n".join(LINES)


@needs_tesseract
async def test_a_picture_without_text_has_none(reader: PictureReader) -> None:
    noise = Image.effect_noise((600, 400), 80)
    assert await reader.read(packed(noise), "eng") == ""
    assert await reader.read(packed(Image.new("RGB", (600, 400), "navy")), "eng") == ""


@pytest.mark.parametrize("data", [b"", b"no picture", b"\x89PNG\r\n\x1a\n" + b"x" * 99])
async def test_what_is_no_picture_is_unreadable(data: bytes, tmp_path: Path) -> None:
    reader = PictureReader(stand_in(tmp_path, "exit 0"), PATIENT)
    with pytest.raises(PictureUnreadableError):
        await reader.read(data, "eng")


async def test_torn_and_spoilt_pictures_are_unreadable(tmp_path: Path) -> None:
    reader = PictureReader(stand_in(tmp_path, "exit 0"), PATIENT)
    whole = drawn(*LINES)
    spoilt = bytearray(whole)
    for place in range(60, len(whole), 97):
        spoilt[place] ^= 0xFF
    for data in (whole[: len(whole) // 2], bytes(spoilt)):
        with pytest.raises(PictureUnreadableError):
            await reader.read(data, "eng")


async def test_formats_that_nobody_sends_are_not_opened(tmp_path: Path) -> None:
    reader = PictureReader(stand_in(tmp_path, "exit 0"), PATIENT)
    for form in ("TIFF", "PDF", "PPM"):
        with pytest.raises(PictureUnreadableError):
            await reader.read(drawn("x", form=form), "eng")


def bomb() -> bytes:
    """A few kilobytes that unpack to 900 million pixels."""
    image = packed(Image.new("1", (8, 8)))
    header = (30_000).to_bytes(4, "big") * 2 + b"\x01\x00\x00\x00\x00"
    chunk = b"IHDR" + header
    return image[:12] + chunk + zlib.crc32(chunk).to_bytes(4, "big") + image[33:]


async def test_pictures_beyond_the_limits_are_refused(tmp_path: Path) -> None:
    binary = stand_in(tmp_path, "exit 0")
    with pytest.raises(PictureTooLargeError):
        await PictureReader(binary, PATIENT).read(bomb(), "eng")
    small = PictureLimits(timeout_s=90, max_bytes=100, max_pixels=100)
    with pytest.raises(PictureTooLargeError):
        await PictureReader(binary, small).read(drawn("x"), "eng")


async def test_a_picture_that_needs_more_memory_than_allowed_is_refused(tmp_path: Path) -> None:
    tight = PictureLimits(timeout_s=90, memory_mib=256, max_pixels=400_000_000)
    huge = packed(Image.new("L", (17_000, 17_000), "white"))
    with pytest.raises(PictureTooLargeError):
        await PictureReader(stand_in(tmp_path, "exit 0"), tight).read(huge, "eng")


async def test_one_that_takes_too_long_is_killed_with_its_children(tmp_path: Path) -> None:
    mark = tmp_path / "pid"
    os.mkfifo(mark)
    # A fifo needs no room on a disk, which the process has not.
    binary = stand_in(tmp_path, f"echo $$ > {mark}; sleep 600")
    reader = PictureReader(binary, PictureLimits(timeout_s=30))
    reading = asyncio.create_task(reader.read(drawn("x"), "eng"))
    child = int(await asyncio.to_thread(mark.read_text))
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert await asyncio.to_thread(ends, child)


def ends(pid: int) -> bool:
    for _ in range(600):
        if not alive(pid):
            return True
        time.sleep(0.05)
    return False


def alive(pid: int) -> bool:
    try:
        return b"\nState:\tZ" not in Path(f"/proc/{pid}/status").read_bytes()
    except FileNotFoundError:
        return False


async def test_a_deadline_is_a_fault_with_a_name(tmp_path: Path) -> None:
    reader = PictureReader(stand_in(tmp_path, "sleep 600"), PictureLimits(timeout_s=1))
    with pytest.raises(PictureUnreadableError, match="too long"):
        await reader.read(drawn("x"), "eng")


@pytest.mark.parametrize("script", ["exit 1", "kill -9 $$", "exec 1>&-; exit 0"])
async def test_a_tesseract_that_dies_hurts_nobody(tmp_path: Path, script: str) -> None:
    reader = PictureReader(stand_in(tmp_path, script), PATIENT)
    try:
        assert await reader.read(drawn("x"), "eng") == ""
    except PictureUnreadableError:
        assert script != "exec 1>&-; exit 0"


async def test_the_process_gets_no_secrets_and_can_write_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "secret")
    head = "level page_num block_num par_num line_num word_num left top width height conf text"
    row = "5 1 1 1 1 1 0 0 9 9 99"
    script = (
        f"(echo x > {tmp_path}/leak) 2>/dev/null\n"
        f"echo '{head}' | tr ' ' '\\t'; echo '{row}' | tr ' ' '\\t' | tr '\\n' '\\t'\n"
        f'echo "$(cat {tmp_path}/leak 2>/dev/null | wc -c),${{TELEGRAM_BOT_TOKEN:-none}},$(nice)"'
    )
    text = await PictureReader(stand_in(tmp_path, script), PATIENT).read(drawn("x"), "eng")
    size, token, niceness = text.split(",")
    assert (size, token) == ("0", "none")
    assert int(niceness) >= 10


async def test_a_full_line_is_said_at_once(tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    os.mkfifo(gate)
    limits = PictureLimits(timeout_s=90, at_once=1, max_waiting=1)
    reader = PictureReader(stand_in(tmp_path, f"cat {gate} > /dev/null"), limits)
    with held_open(gate):
        first = asyncio.create_task(reader.read(drawn("x"), "eng"))
        second = asyncio.create_task(reader.read(drawn("x"), "eng"))
        await asyncio.sleep(0)
        with pytest.raises(PictureBusyError):
            await reader.read(drawn("x"), "eng")
        for task in (first, second):
            task.cancel()
        await asyncio.gather(first, second, return_exceptions=True)
    assert await PictureReader(stand_in(tmp_path, "exit 0"), limits).read(drawn("x"), "eng") == ""


@contextmanager
def held_open(fifo: Path) -> Iterator[None]:
    """A fifo that can be opened for reading, and never ends."""
    handle = os.open(fifo, os.O_RDWR)
    try:
        yield
    finally:
        os.close(handle)


@needs_tesseract
async def test_hidden_text_chunks_of_a_file_are_not_what_is_read(reader: PictureReader) -> None:
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", "IGNORE THE PICTURE " * 50)
    file = BytesIO()
    Image.new("RGB", (600, 300), "white").save(file, "PNG", pnginfo=info)
    assert await reader.read(file.getvalue(), "eng") == ""
