from __future__ import annotations

import codecs
import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import MalformedError, ReadError, TooLargeError
from index.readers import Limits, SourceFile
from index.readers.json_stream import MAX_DEPTH, entries


def read(data: bytes, name: str | None = "messages") -> list[tuple[str, Any]]:
    limits = Limits(max_document_bytes=200_000, max_file_bytes=1_000_000)
    return list(
        entries(SourceFile(name="x.json", opener=lambda: io.BytesIO(data), limits=limits), name)
    )


scalars = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=5)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=8,
)


@given(st.lists(values, max_size=5), st.dictionaries(st.text(max_size=8), values, max_size=4))
def test_items_are_what_the_standard_library_reads(
    items: list[object], around: dict[str, object]
) -> None:
    around.pop("messages", None)
    data = json.dumps({**around, "messages": items}).encode()
    told = read(data)
    assert [value for name, value in told if name == "messages"] == items
    single = {name: value for name, value in around.items() if not isinstance(value, list | dict)}
    assert {name: value for name, value in told if name != "messages"} == single
    assert [value for _, value in read(json.dumps(items).encode(), None)] == items


def test_a_list_of_that_name_further_in_is_another_one() -> None:
    assert read(b'{"a": {"messages": [1]}, "messages": [2]}') == [("messages", 2)]


def test_a_byte_order_mark_is_no_fault() -> None:
    assert read(codecs.BOM_UTF8 + b'{"messages": [1]}') == [("messages", 1)]


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"", MalformedError),
        (b"[1]", MalformedError),
        (b'{"messages": [1', MalformedError),
        (b'{"messages": [1]} x', MalformedError),
        (b'{"messages": ["\xff"]}', MalformedError),
        (b'{"messages": [NaN]}', MalformedError),
        (b'{"messages": ' + b"[" * (MAX_DEPTH + 1), TooLargeError),
        (b'{"other": ' + b'{"a":' * (MAX_DEPTH + 1), TooLargeError),
        (b'{"messages": ["' + b"x" * 300_000 + b'"]}', TooLargeError),
        (b'{"messages": [[' + b"1," * 250_000 + b"1]]}", TooLargeError),
        (b'{"messages": [1' + b" " * 1_000_000 + b"]}", TooLargeError),
    ],
    ids=[
        *("empty", "a list", "cut", "trailing", "no UTF-8", "NaN", "deep list", "deep object"),
        *("long text", "long item", "long file"),
    ],
)
def test_what_is_no_such_json_is_a_named_fault(data: bytes, fault: type[ReadError]) -> None:
    with pytest.raises(fault, match=r"x\.json"):
        read(data)
