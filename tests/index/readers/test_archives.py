from __future__ import annotations

import gzip
import io
import json
import stat
import tarfile
import warnings
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from index.errors import MalformedError, ReadError, TooLargeError, UnknownFormatError
from index.model import Document
from index.readers import Limits, SourceFile, members, read_path, select
from index.readers.archives import ArchiveReader
from index.readers.plain import PlainTextReader

Read = Callable[..., list[Document]]
STORY = b"Harbour bridge to close\n\nThe bridge will close for four nights, the council said."
LINE = json.dumps({"id": "a1", "title": "Lock opens", "text": "It opened."}).encode()


def zipped(files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return data.getvalue()


def tarred(files: Mapping[str, bytes], *extra: tarfile.TarInfo) -> bytes:
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w") as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
        for entry in extra:
            archive.addfile(entry)
    return data.getvalue()


def read_and_faults(data: bytes, limits: Limits | None = None) -> tuple[list[str], list[str]]:
    """Names of the documents in an archive, and why other files in it are left out."""
    faults: list[ReadError] = []
    file = SourceFile(
        name="x.zip",
        opener=lambda: io.BytesIO(data),
        limits=limits or Limits(),
        report=faults.append,
    )
    records = [document.record for document in select(file).read(file)]
    return records, [str(fault) for fault in faults]


FILES = {
    "a/story.txt": STORY,
    "b/lines.jsonl": LINE,
    "b/style.css": b"p { }",
    ".hidden.txt": STORY,
}


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("x.zip", zipped(FILES)),
        ("x.zip.gz", gzip.compress(zipped(FILES))),
        ("x.tar", tarred(FILES)),
        ("x.tar.gz", gzip.compress(tarred(FILES))),
        ("x.tgz", gzip.compress(tarred(FILES))),
        ("x", zipped({**FILES, "a/story.txt": gzip.compress(STORY)})),
    ],
    ids=["zip", "zip.gz", "tar", "tar.gz", "tgz", "gzip in zip"],
)
def test_each_file_is_read_by_its_own_reader_under_its_own_name(
    read: Read, name: str, data: bytes
) -> None:
    documents = read(data, name)
    assert [(d.title, d.record) for d in documents] == [
        ("Harbour bridge to close", "a/story.txt"),
        ("Lock opens", "b/lines.jsonl#a1"),
    ]
    assert documents[-1].warnings == ("1 file in it is no document: b/style.css",)


def test_an_archive_in_an_archive_is_read_and_no_deeper_one(read: Read) -> None:
    inner = zipped({"story.txt": STORY})
    [document] = read(tarred({"inner.zip": inner}), "x.tar")
    assert document.record == "inner.zip#story.txt"
    with pytest.raises(TooLargeError, match="archive in an archive"):
        read(zipped({"middle.zip": zipped({"inner.zip": inner})}), "x.zip")


def test_a_sidecar_in_the_archive_is_heard(read: Read) -> None:
    files = {"a/story.txt": STORY, "a/story.txt.meta.json": b'{"title": "Mine"}'}
    assert [d.title for d in read(zipped(files), "x.zip")] == ["Mine"]
    twice = files | {"a/story.meta.json": b"{}"}
    with pytest.raises(MalformedError, match="several sidecars"):
        read(zipped(twice), "x.zip")


@pytest.mark.parametrize(
    "name", ["../out.txt", "/etc/out.txt", "a/../../out.txt", "C:/out.txt", "..\\out.txt"]
)
def test_names_that_lead_out_are_faults_of_their_own(name: str) -> None:
    records, (fault,) = read_and_faults(tarred({name: STORY, "in.txt": STORY}))
    assert records == ["in.txt"]
    assert fault.endswith("leads out of the archive; left out.")


def test_links_are_not_followed(read: Read) -> None:
    links = []
    for name, kind in (("soft", tarfile.SYMTYPE), ("hard", tarfile.LNKTYPE)):
        link = tarfile.TarInfo(f"{name}.txt")
        link.type, link.linkname = kind, "/etc/passwd"
        links.append(link)
    [document] = read(tarred({"in.txt": STORY}, *links), "x.tar")
    assert [("link" in w) for w in document.warnings] == [True, True]


def test_links_in_a_zip_are_not_followed(read: Read) -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        link = zipfile.ZipInfo("link.txt")
        link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("in.txt", STORY)
    [document] = read(data.getvalue(), "x.zip")
    assert document.record == "in.txt"


def test_the_second_of_two_files_of_one_name_is_left_out_aloud(read: Read) -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive, warnings.catch_warnings(action="ignore"):
        archive.writestr("a.txt", STORY)
        archive.writestr("a.txt", b"Other\n\nText of it.")
    [document] = read(data.getvalue(), "x.zip")
    assert "has the name of an earlier file" in document.warnings[0]


def test_a_broken_file_is_a_fault_of_its_own_and_the_others_load() -> None:
    files = {"bad.jsonl": LINE + b"\n{broken", "good.txt": STORY}
    files["worse.md"] = b"---\ntitle: [\n---\nx"
    records, faults = read_and_faults(zipped(files))
    assert records == ["good.txt"]
    assert [fault.split(",")[0] for fault in faults] == ["x.zip/bad.jsonl", "x.zip/worse.md"]


@pytest.mark.parametrize("size", [1, 200])
def test_a_broken_export_of_several_files_takes_nothing_else_with_it(size: int) -> None:
    item = b'{"id": 1, "type": "story", "by": "a", "title": "T", "text": "%s"}' % (b"x" * size)
    broken = item + b"\n{"
    records, faults = read_and_faults(zipped({"hn.jsonl": broken, "good.txt": STORY}))
    assert records == ["good.txt"]
    assert len(faults) == 1
    assert "hn.jsonl" in faults[0]


LINES = "".join(f'{{"id": "{n}", "title": "Lock", "text": "It opened."}}\n' for n in range(8))
POSTS = [
    {"id": n, "type": "message", "date": "2024-03-01T10:00:00", "text": f"The lock opened. {n}"}
    for n in range(1, 9)
]
CHANNEL = json.dumps({"name": "Lock", "type": "public_channel", "id": 1, "messages": POSTS})


@pytest.mark.parametrize(("name", "whole"), [("lines.jsonl", LINES), ("result.json", CHANNEL)])
def test_of_a_large_file_that_is_broken_at_its_end_nothing_is_given(name: str, whole: str) -> None:
    """Larger than one document may be, it is not held until all of it was read."""
    limits = Limits(max_document_bytes=200)
    records, faults = read_and_faults(zipped({name: whole.encode(), "a.txt": STORY}), limits)
    assert len(records) == 9
    assert faults == []
    cut = whole.rstrip()[:-1].encode()
    records, (fault,) = read_and_faults(zipped({name: cut, "a.txt": STORY}), limits)
    assert records == ["a.txt"]
    assert name in fault


def test_damage_inside_one_file_is_a_fault_of_that_file() -> None:
    data = bytearray(zipped({"bad.txt": STORY * 3, "good.txt": STORY}, zipfile.ZIP_STORED))
    data[data.index(b"council")] ^= 0xFF
    records, (fault,) = read_and_faults(bytes(data))
    assert records == ["good.txt"]
    assert "bad.txt" in fault


def test_an_encrypted_zip_is_a_named_fault(read: Read) -> None:
    data = bytearray(zipped({"a.txt": STORY}, zipfile.ZIP_STORED))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(MalformedError, match="encrypted"):
        read(bytes(data), "x.zip")


@pytest.mark.parametrize(
    "data",
    [
        zipped({"a.txt": bytes(20 * 1024**2)}),
        gzip.compress(tarred({"a.txt": bytes(20 * 1024**2)})),
        zipped({"a.txt.gz": gzip.compress(bytes(20 * 1024**2))}, zipfile.ZIP_STORED),
    ],
    ids=["zip", "tar.gz", "gzip in zip"],
)
def test_bombs_are_refused_by_how_well_they_are_packed(read: Read, data: bytes) -> None:
    with pytest.raises(TooLargeError, match="bombs"):
        read(data, "bomb")


def test_all_files_together_are_bounded(read: Read) -> None:
    files = {f"{n}.txt": STORY * 100 for n in range(20)}
    limits = Limits(max_file_bytes=100_000)
    for data in (zipped(files), zipped({n: gzip.compress(c) for n, c in files.items()})):
        with pytest.raises(TooLargeError, match="unpacks to more bytes"):
            read(data, "x.zip", limits=limits)


@pytest.mark.parametrize("pack", [zipped, tarred])
def test_the_number_of_files_is_bounded(
    read: Read, monkeypatch: pytest.MonkeyPatch, pack: Callable[[Mapping[str, bytes]], bytes]
) -> None:
    monkeypatch.setattr(members, "MAX_MEMBERS", 5)
    with pytest.raises(TooLargeError, match="more than 5 files"):
        read(pack({f"{n}.txt": STORY for n in range(6)}), "x.zip")


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (zipped({}), UnknownFormatError),
        (zipped({"a.css": b"p { }"}), UnknownFormatError),
        (zipped({"a.md": b"---\ntitle: [\n---\n"}), MalformedError),
        (zipped(FILES)[:-40], MalformedError),
        (gzip.compress(tarred(FILES))[:-40], MalformedError),
        (tarred(FILES)[:700], ReadError),
        (b"PK\x03\x04junk", MalformedError),
    ],
    ids=["empty", "nothing to read", "all broken", "cut zip", "cut tar.gz", "cut tar", "junk"],
)
def test_bad_archives_are_named_faults(read: Read, data: bytes, fault: type[ReadError]) -> None:
    with pytest.raises(fault, match=r"x\.any"):
        read(data, "x.any")


SMALL = Limits(max_file_bytes=200_000, max_document_bytes=50_000)
ZIP, TAR = zipped(FILES), tarred(FILES)


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from([ZIP, TAR]),
    st.lists(st.tuples(st.integers(0, 3_000), st.binary(max_size=6)), max_size=6),
)
@example(ZIP, [(len(ZIP) - 6, b"h")])
@example(ZIP, [(404, b"\0\0")])
def test_any_damage_gives_documents_or_a_named_fault(
    whole: bytes, damage: list[tuple[int, bytes]]
) -> None:
    data = bytearray(whole)
    for at, piece in damage:
        data[at : at + len(piece)] = piece
    file = SourceFile(name="x.any", opener=lambda: io.BytesIO(bytes(data)), limits=SMALL)
    try:
        documents, fault = list(select(file).read(file)), "x.any"
    except ReadError as error:
        documents, fault = [], str(error)
    assert "x.any" in fault
    assert all(document.title for document in documents)


def test_only_the_given_readers_are_asked() -> None:
    file = SourceFile(name="x.zip", opener=lambda: io.BytesIO(zipped(FILES)))
    documents = list(ArchiveReader([PlainTextReader()]).read(file))
    assert [document.record for document in documents] == ["a/story.txt"]


@pytest.mark.parametrize("part", ["[Content_Types].xml", "mimetype"])
def test_an_office_file_is_told_from_a_zip_of_documents(tmp_path: Path, part: str) -> None:
    path = tmp_path / "letter.docx"
    with zipfile.ZipFile(path, "w") as office:
        office.writestr(part, "<Types/>")
        office.writestr("word/document.xml", "<w><t>Words</t></w>")
    with pytest.raises(UnknownFormatError, match="office file or a book; save it as PDF"):
        list(read_path(path))
