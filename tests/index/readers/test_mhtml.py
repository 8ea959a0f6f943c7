from __future__ import annotations

from collections.abc import Callable

import pytest
from support.pages import mhtml, page

from index.errors import MalformedError
from index.model import Document

Read = Callable[..., list[Document]]

SAVED = "https://example.org/2024/bridge"


@pytest.mark.parametrize("name", ["bridge.mhtml", "bridge.mht", "bridge"])
def test_a_page_saved_as_one_file_is_read_like_the_page(read: Read, name: str) -> None:
    below = '<div id="comment-7" class="comment"><b class="fn">Ærø</b><p>Who pays?</p></div>'
    [document] = read(mhtml(SAVED, page(below=below)), name)
    assert (document.title, document.url) == ("Bridge", SAVED)
    assert [p.text[:11] for p in document.body] == ["The harbour", "Buses will "]
    assert [(c.key, c.author, c.text) for c in document.comments] == [("7", "Ærø", "Who pays?")]
    assert document.warnings == ()


def test_a_file_of_parts_without_a_page_says_so(read: Read) -> None:
    with pytest.raises(MalformedError, match="holds no page"):
        read(mhtml(SAVED, "words", "text/plain"), "bridge.mhtml")


@pytest.mark.parametrize("depth", [60, 1_200])
def test_parts_in_parts_without_end_are_a_named_fault(read: Read, depth: int) -> None:
    deep = "".join(
        f"Content-Type: multipart/related; boundary={n}x\r\n\r\n--{n}x\r\n" for n in range(depth)
    )
    inmost = f"Content-Type: text/html\r\n\r\n{page()}"
    with pytest.raises(MalformedError, match="parts in parts"):
        read(f"MIME-Version: 1.0\r\n{deep}{inmost}", "bridge.mhtml")


def test_parameters_without_end_are_a_named_fault(read: Read) -> None:
    endless = b'multipart/related; a="%s;' % (b";" * 9_000)
    saved = mhtml(SAVED, page()).replace(b"multipart/related;", endless)
    with pytest.raises(MalformedError, match="Content-Type"):
        read(saved, "bridge.mhtml")
