"""A form with a file is read in any pieces; what is none, or too much, is refused."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import Message

from bot.web.multipart import UploadForm, is_multipart

BOUNDARY = "----WebKitFormBoundary7MA4YWxk"


def body(file: bytes, *, name: str = "file", filename: str = "a.txt", csrf: str = "t") -> bytes:
    def part(head: str, content: bytes) -> bytes:
        return f"--{BOUNDARY}\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode() + content

    return b"\r\n".join(
        [
            part('name="csrf"', csrf.encode()),
            part(f'name="{name}"; filename="{filename}"', file),
            f"--{BOUNDARY}--\r\n".encode(),
        ]
    )


def sent(whole: bytes, *, piece: int = 65_536, kind: str | None = None) -> Request:
    pieces = [whole[n : n + piece] for n in range(0, len(whole), piece)] or [b""]
    messages: list[Message] = [
        {"type": "http.request", "body": one, "more_body": n < len(pieces) - 1}
        for n, one in enumerate(pieces)
    ]
    arriving = iter(messages)

    async def receive() -> Message:
        return next(arriving, {"type": "http.disconnect"})

    kind = kind or f"multipart/form-data; boundary={BOUNDARY}"
    return Request({"type": "http", "headers": [(b"content-type", kind.encode())]}, receive)


async def read(request: Request, *, max_bytes: int = 10_000_000) -> tuple[str, str, bytes]:
    form = UploadForm(request, max_bytes=max_bytes)
    token = await form.field("csrf")
    filename, pieces = await form.file("file")
    return token, filename, b"".join([piece async for piece in pieces])


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    file=st.one_of(
        st.binary(max_size=3_000),
        st.text("\r\n-", max_size=300).map(str.encode),
        st.just(f"\r\n--{BOUNDARY[:-1]}x".encode() * 5),
    ),
    piece=st.integers(1, 400),
)
async def test_any_bytes_come_out_as_they_went_in_however_they_arrive(
    file: bytes, piece: int
) -> None:
    assert await read(sent(body(file), piece=piece)) == ("t", "a.txt", file)


async def test_a_large_file_comes_in_pieces() -> None:
    file = bytes(range(256)) * 8_000
    form = UploadForm(sent(body(file)), max_bytes=3_000_000)
    await form.field("csrf")
    _, pieces = await form.file("file")
    sizes = [len(piece) async for piece in pieces]
    assert sum(sizes) == len(file)
    assert max(sizes) <= 300_000


async def test_more_than_is_allowed_is_refused_while_it_is_read() -> None:
    whole = body(b"x" * 1_000_000)
    with pytest.raises(HTTPException) as fault:
        await read(sent(whole), max_bytes=len(whole) - 1)
    assert fault.value.status_code == 413
    assert (await read(sent(whole), max_bytes=len(whole)))[1] == "a.txt"


def _cases() -> dict[str, Request]:
    whole = body(b"some text")
    return {
        "empty": sent(b""),
        "no boundary in it": sent(b"hello\r\n" * 10),
        "cut": sent(whole[:-40]),
        "cut in a head": sent(whole[:60]),
        "no boundary stated": sent(whole, kind="multipart/form-data"),
        "a boundary without end": sent(whole, kind=f"multipart/form-data; boundary={'x' * 500}"),
        "another field": sent(body(b"x", name="other")),
        "no file": sent(body(b"x").split(b"\r\n--")[0] + f"\r\n--{BOUNDARY}--\r\n".encode()),
        "a token without end": sent(body(b"x", csrf="t" * 100_000)),
        "a line without end": sent(f"--{BOUNDARY}\r\n".encode() + b"x" * 200_000),
        "more after the file": sent(whole[:-4] + whole),
        "its own boundary in it": sent(body(f"a\r\n--{BOUNDARY}x".encode())),
        "nested": sent(
            whole.replace(b'name="file"', b'name="file"\r\nContent-Type: multipart/mixed')
        ),
    }


@pytest.mark.parametrize("case", _cases())
async def test_what_is_no_such_form_is_refused(case: str) -> None:
    with pytest.raises(HTTPException) as fault:
        await read(_cases()[case])
    assert fault.value.status_code == 400


async def test_whoever_hangs_up_is_no_fault_of_the_program() -> None:
    async def receive() -> Message:
        return {"type": "http.disconnect"}

    headers = [(b"content-type", f"multipart/form-data; boundary={BOUNDARY}".encode())]
    with pytest.raises(HTTPException):
        await read(Request({"type": "http", "headers": headers}, receive))


def test_only_one_kind_of_form_carries_files() -> None:
    assert is_multipart(sent(b"", kind="Multipart/Form-Data; boundary=x"))
    assert not is_multipart(sent(b"", kind="application/x-www-form-urlencoded"))
