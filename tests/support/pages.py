"""Pages, PDFs and crawls as small as tests need them."""

from __future__ import annotations

import gzip
import quopri
from collections.abc import Sequence

ARTICLE = (
    "<article><p>The harbour bridge will close to all traffic for four nights from Monday so that "
    "the worn bearings can be replaced, the city council said.</p><p>Buses will be diverted over "
    "the old lock, and their new timetable was published on Thursday by the port authority, "
    "which answers questions at the quay.</p></article>"
)


def page(*, head: str = "<title>Bridge</title>", body: str = ARTICLE, below: str = "") -> str:
    """A page with an article long enough to be found."""
    return f"<!DOCTYPE html><html><head>{head}</head><body>{body}{below}</body></html>"


def pdf(pages: Sequence[Sequence[str]], title: str = "") -> bytes:
    """A PDF with lines of Helvetica; an empty line is a gap."""
    objects: list[bytes] = [b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    tree = 2 + 2 * len(pages)
    kids = []
    for lines in pages:
        shown = b" ".join(b"(%s) Tj T*" % _escaped(line) if line else b"T*" for line in lines)
        stream = b"BT /F1 12 Tf 14 TL 72 760 Td " + shown + b" ET"
        objects.append(b"<< /Length %d >>\nstream\n" % len(stream) + stream + b"\nendstream")
        objects.append(
            b"<< /Type /Page /Parent %d 0 R /MediaBox [0 0 612 792] /Resources "
            b"<< /Font << /F1 1 0 R >> >> /Contents %d 0 R >>" % (tree, len(objects))
        )
        kids.append(b"%d 0 R" % len(objects))
    objects.append(b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b" ".join(kids), len(kids)))
    objects.append(b"<< /Type /Catalog /Pages %d 0 R >>" % tree)
    objects.append(b"<< /Title (%s) >>" % _escaped(title))
    return _file(objects)


def _escaped(text: str) -> bytes:
    return text.encode("latin-1").replace(b"(", b"\\(").replace(b")", b"\\)")


def _file(objects: Sequence[bytes]) -> bytes:
    data, offsets = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, start=1):
        offsets.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    count = len(objects)
    return data + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer << /Size %d /Root %d 0 R /Info %d 0 R >>\n"
        b"startxref\n%d\n%%%%EOF\n" % (count + 1, table, count + 1, count - 1, count, len(data))
    )


def mhtml(address: str, html: str, kind: str = "text/html") -> bytes:
    """A page as a browser saves it in one file, with a picture."""
    head = (
        f"From: <Saved by Blink>\r\nSnapshot-Content-Location: {address}\r\nSubject: Bridge\r\n"
        'MIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\ttype="text/html";\r\n'
        f'\tboundary="--x--"\r\n\r\n\r\n----x--\r\nContent-Type: {kind}\r\n'
        "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
    )
    picture = "Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\nAAAA"
    body = quopri.encodestring(html.encode()).replace(b"\n", b"\r\n")
    return head.encode() + body + f"\r\n----x--\r\n{picture}\r\n----x----\r\n".encode()


def warc(responses: Sequence[tuple[str, str, bytes]], *, packed: bool = False) -> bytes:
    """A crawl of addresses, each with its content type and body."""
    records = [_record(*response) for response in responses]
    return b"".join(gzip.compress(record) if packed else record for record in records)


def _record(address: str, kind: str, body: bytes) -> bytes:
    response = (
        f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode() + body
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {address}\r\n"
        "WARC-Date: 2024-05-03T10:00:00Z\r\n"
        "WARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-000000000000>\r\n"
        "Content-Type: application/http; msgtype=response\r\n"
        f"Content-Length: {len(response)}\r\n\r\n"
    ).encode()
    return head + response + b"\r\n\r\n"
