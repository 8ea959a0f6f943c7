"""An answer as the parameter of a link to the bot: numbers of passages, nothing to keep.

`t.me/BOT?start=PARAMETER` carries at most 64 characters. So a shared link needs no row in any
table, tells nothing about whoever shared it, and works for as long as the collection holds one
of its passages.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Iterator

from index.model import Strength
from index.reference import AnswerReference, PassageReference

PATTERN = r"c1[A-Za-z0-9_-]{4,62}"
_PREFIX = "c1"
_MAX_BYTES = 46
_STRENGTHS = (Strength.NONE, Strength.RELATED, Strength.STRONG)
_THREAD = 3
_GROUP_BITS = 2
_LARGEST = 1 << 62

_Group = tuple[int, tuple[int, ...]]
"""What it is (an article's strength, or a thread), and its passages."""


def encode(reference: AnswerReference) -> str:
    """The parameter of a link that shows an answer; what does not fit is left out, last first.

    Raises:
        ValueError: it holds no passage, or its generation is not numbered.
    """
    if not re.fullmatch(r"\d{1,9}", reference.generation, re.ASCII):
        raise ValueError(f"Generation {reference.generation!r} is not numbered.")
    data = _number(_STRENGTHS.index(reference.strength)) + _number(int(reference.generation))
    start = len(data)
    for kind, passages in _groups(reference):
        count = _fitting(kind, passages, _MAX_BYTES - len(data))
        data += _packed(kind, passages[:count]) if count else b""
        if count < len(passages):
            break
    if len(data) == start:
        raise ValueError("An answer without passages has no link.")
    return _PREFIX + base64.urlsafe_b64encode(data).decode().rstrip("=")


def decode(parameter: str) -> AnswerReference | None:
    """Read a link's parameter; None for everything that `encode` does not write."""
    if not re.fullmatch(PATTERN, parameter, re.ASCII):
        return None
    text = parameter.removeprefix(_PREFIX)
    try:
        numbers = list(_numbers(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))))
        strength, generation, *rest = numbers
        groups = list(_unpacked(rest))
        reference = AnswerReference(
            generation=f"{generation:04}",
            strength=_STRENGTHS[strength],
            articles=tuple((_STRENGTHS[k], _refer(p)) for k, p in groups if k != _THREAD),
            threads=tuple(_refer(p) for k, p in groups if k == _THREAD),
        )
        return reference if encode(reference) == parameter else None
    except (ValueError, IndexError, binascii.Error):
        return None


def _fitting(kind: int, passages: tuple[int, ...], room: int) -> int:
    """How many passages of a group fit into so many bytes."""
    counts = range(len(passages), 0, -1)
    return next((n for n in counts if len(_packed(kind, passages[:n])) <= room), 0)


def _groups(reference: AnswerReference) -> Iterator[_Group]:
    for strength, passages in reference.articles:
        yield _STRENGTHS.index(strength), tuple(p.passage_id for p in passages)
    for passages in reference.threads:
        yield _THREAD, tuple(p.passage_id for p in passages)


def _refer(passage_ids: Iterable[int]) -> tuple[PassageReference, ...]:
    return tuple(PassageReference(passage_id=passage_id) for passage_id in passage_ids)


def _packed(kind: int, passages: tuple[int, ...]) -> bytes:
    head = len(passages) << _GROUP_BITS | kind
    return b"".join(map(_number, (head, *passages)))


def _unpacked(numbers: list[int]) -> Iterator[_Group]:
    while numbers:
        head, *rest = numbers
        count = head >> _GROUP_BITS
        if not 0 < count <= len(rest):
            raise ValueError("The parameter ends too early.")
        yield head & _THREAD, tuple(rest[:count])
        numbers = rest[count:]


def _number(value: int) -> bytes:
    """Seven bits a byte, the lowest first; the high bit says that more follow."""
    packed = bytearray()
    while value > 0x7F:
        packed.append(value & 0x7F | 0x80)
        value >>= 7
    packed.append(value)
    return bytes(packed)


def _numbers(data: bytes) -> Iterator[int]:
    value = shift = 0
    for byte in data:
        value |= (byte & 0x7F) << shift
        shift += 7
        if value >= _LARGEST:
            raise ValueError("A number is too large.")
        if byte < 0x80:
            yield value
            value = shift = 0
    if shift:
        raise ValueError("The parameter ends too early.")
