"""The process that opens one picture: started alone, with limits, no settings and no token.

It reads the picture from standard input, writes what is legible to standard output, and says by
its exit code what was wrong. It imports nothing of this program.
"""

from __future__ import annotations

import csv
import os
import resource
import subprocess
import sys
from collections.abc import Iterable
from contextlib import suppress
from io import BytesIO, StringIO
from itertools import groupby

from PIL import Image, ImageOps

UNREADABLE, TOO_LARGE, FAILED = 3, 4, 5
"""Exit codes: no picture, too many pixels, tesseract could not work."""
MAX_CHARS = 20_000

_FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "GIF")
# The longest side that tesseract gets to see: letters of a phone's screenshot keep their size.
_MAX_SIDE = 2_400
# Below this, letters are mostly too small for tesseract; twice the size reads better.
_SMALL_SIDE = 1_000
_LEAST_LINE_CONFIDENCE = 60.0
_LEAST_WORD_CONFIDENCE = 30.0
_NICENESS = 10


def main(binary: str, languages: str, max_pixels: int, memory_mib: int, cpu_s: int) -> int:
    """Read one picture.

    Args:
        binary: path of tesseract.
        languages: tesseract's names joined by plus signs.
        max_pixels: a picture with more is not unpacked.
        memory_mib: most address space, of this process and of tesseract.
        cpu_s: most processor time, of each.
    """
    _confine(memory_mib, cpu_s)
    try:
        picture = _prepared(sys.stdin.buffer.read(), max_pixels)
    except MemoryError:
        return TOO_LARGE
    except Exception:  # Decoders raise whatever they like; the picture is at fault.
        return UNREADABLE
    if picture is None:
        return TOO_LARGE
    done = subprocess.run(  # noqa: S603 - tesseract's path and checked names, without a shell
        [binary, "stdin", "stdout", "-l", languages, "tsv"],
        input=picture,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    if done.returncode:
        return FAILED
    text = legible(done.stdout.decode("utf-8", "replace"))
    sys.stdout.buffer.write(text[:MAX_CHARS].encode())
    return 0


def legible(table: str) -> str:
    """The lines of which tesseract is sure, paragraphs apart.

    Args:
        table: tesseract's own, a row a word.
    """
    rows = csv.DictReader(StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE)
    words = [row for row in rows if row["level"] == "5" and (row["text"] or "").strip()]
    paragraphs = []
    for _, inside in groupby(words, key=lambda row: (row["block_num"], row["par_num"])):
        lines = [_line(list(line)) for _, line in groupby(inside, key=lambda r: r["line_num"])]
        paragraphs.append("\n".join(line for line in lines if line))
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


def _line(words: list[dict[str, str]]) -> str:
    sure = [float(word["conf"]) for word in words]
    if sum(sure) / len(sure) < _LEAST_LINE_CONFIDENCE:
        return ""
    return " ".join(
        word["text"] for word, conf in zip(words, sure, strict=True)
        if conf >= _LEAST_WORD_CONFIDENCE
    )  # fmt: skip


def _prepared(data: bytes, max_pixels: int) -> bytes | None:
    """The picture in grey and of a fitting size, as PNG; None where it is too large."""
    # The bound is ours, and it is checked before anything is unpacked.
    Image.MAX_IMAGE_PIXELS = None
    with Image.open(BytesIO(data), formats=_FORMATS) as image:
        if image.width * image.height > max_pixels:
            return None
        image.verify()
    with Image.open(BytesIO(data), formats=_FORMATS) as image:
        image.draft("L", (_MAX_SIDE, _MAX_SIDE))
        upright = ImageOps.exif_transpose(image)
        if upright.has_transparency_data:
            over = upright.convert("RGBA")
            upright = Image.alpha_composite(Image.new("RGBA", over.size, "white"), over)
        grey = upright.convert("L")
    grey.thumbnail((_MAX_SIDE, _MAX_SIDE), Image.Resampling.LANCZOS)
    if max(grey.size) < _SMALL_SIDE:
        grey = grey.resize((2 * grey.width, 2 * grey.height), Image.Resampling.LANCZOS)
    packed = BytesIO()
    grey.save(packed, "PNG", compress_level=1)
    return packed.getvalue()


def _confine(memory_mib: int, cpu_s: int) -> None:
    """Bounds that tesseract inherits; what a system does not know it does not hold."""
    limits: Iterable[tuple[int, int]] = (
        (resource.RLIMIT_AS, memory_mib * 1024 * 1024),
        (resource.RLIMIT_CPU, cpu_s),
        # Nothing of a picture can be written to a disk, and no crash leaves a copy of memory.
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    )
    for kind, most in limits:
        with suppress(ValueError, OSError):
            resource.setrlimit(kind, (most, most))
    os.nice(_NICENESS)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], *map(int, sys.argv[3:6])))
