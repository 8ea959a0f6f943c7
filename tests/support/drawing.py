"""Pictures of words, as people send them, and where tesseract is to read them."""

from __future__ import annotations

import shutil
from io import BytesIO

import pytest
from PIL import Image, ImageDraw, ImageFont

TESSERACT = shutil.which("tesseract") or ""
needs_tesseract = pytest.mark.skipif(not TESSERACT, reason="there is no tesseract here")


def drawn(
    *lines: str, form: str = "PNG", ink: str = "black", paper: str = "white", size: int = 28
) -> bytes:
    """Lines of text as a picture of 1,000 by 400 pixels."""
    image = Image.new("RGB", (1_000, 400), paper)
    font = ImageFont.load_default(size)
    ImageDraw.Draw(image).multiline_text((30, 40), "\n".join(lines), fill=ink, font=font)
    return packed(image, form)


def packed(image: Image.Image, form: str = "PNG") -> bytes:
    """A picture as a file."""
    file = BytesIO()
    image.save(file, form)
    return file.getvalue()
