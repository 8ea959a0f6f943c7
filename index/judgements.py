"""Reads BEIR-style queries and relevance judgements, and says in which line a file is broken."""

from __future__ import annotations

import gzip
import io
import json
import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from index.errors import EvaluationError
from index.readers.fields import clean_key

_MAX_LINE_BYTES = 1 << 20
_MAX_LINES = 5_000_000
_GZIP = b"\x1f\x8b"
_NUMBER = re.compile(r"-?[0-9]{1,9}(?:\.[0-9]{1,9})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedQuery:
    """A claim with the records that are evidence for it."""

    query_id: str
    text: str
    judged: Mapping[str, int]
    """Relevance by record; above 0 is relevant."""

    @property
    def relevant(self) -> frozenset[str]:
        """Records that should be found."""
        return frozenset(record for record, gain in self.judged.items() if gain > 0)


def read_judged(queries: Path, qrels: Path) -> tuple[JudgedQuery, ...]:
    """The queries that have a relevant record, in the order of the query file.

    Args:
        queries: JSON Lines with `_id` and `text`; may be gzip.
        qrels: `query-id`, `corpus-id` and `score` between tabs, with or without a header, or
            in JSON Lines; the four columns of TREC also do; may be gzip.

    Raises:
        EvaluationError: a file cannot be read or is broken, a judged query is missing, or
            nothing is judged relevant.
    """
    texts = read_queries(queries)
    judgements = read_qrels(qrels)
    missing = [query_id for query_id in judgements if query_id not in texts]
    if missing:
        raise EvaluationError(
            f"{qrels} judges query {missing[0]!r} (and {len(missing) - 1} more) that {queries} "
            "does not have; give the two files of one set."
        )
    found = tuple(
        JudgedQuery(query_id=query_id, text=text, judged=judgements[query_id])
        for query_id, text in texts.items()
        if any(gain > 0 for gain in judgements.get(query_id, {}).values())
    )
    if not found:
        raise EvaluationError(f"{qrels} judges nothing relevant; there is nothing to evaluate.")
    return found


def read_queries(path: Path) -> dict[str, str]:
    """Text by query id, from JSON Lines with `_id` and `text`.

    Raises:
        EvaluationError: the file cannot be read or is broken.
    """
    queries: dict[str, str] = {}
    for number, line in numbered_lines(path):
        try:
            record = json.loads(line)
            query_id, text = str(record["_id"]).strip(), record["text"]
        except (ValueError, KeyError, TypeError, RecursionError) as fault:
            raise EvaluationError(
                f'{path}, line {number}: expected a JSON object with "_id" and "text".'
            ) from fault
        if not isinstance(text, str) or not text.strip():
            raise EvaluationError(f'{path}, line {number}: "text" holds no text.')
        if query_id in queries:
            raise EvaluationError(f"{path}, line {number}: query {query_id!r} comes twice.")
        queries[query_id] = text
    return queries


def read_qrels(path: Path) -> dict[str, dict[str, int]]:
    """Relevance by query and record.

    Raises:
        EvaluationError: the file cannot be read or is broken.
    """
    judgements: dict[str, dict[str, int]] = {}
    for number, line in numbered_lines(path):
        fields = _fields(line)
        if number == 1 and not line.startswith("{") and not _is_number(fields[-1]):
            continue
        if len(fields) not in (3, 4) or (gain := _gain(fields[-1])) is None:
            raise EvaluationError(
                f"{path}, line {number}: expected query id, record id and a whole number "
                "between tabs."
            )
        judgements.setdefault(fields[0].strip(), {})[clean_key(fields[-2])] = gain
    return judgements


def _fields(line: str) -> list[str]:
    """The columns of a line; none where it is JSON and not of a judgement."""
    if line.startswith("{"):
        try:
            record = json.loads(line)
            return [str(record[name]) for name in ("query-id", "corpus-id", "score")]
        except (ValueError, KeyError, RecursionError):
            return []
    return line.split("\t") if "\t" in line else line.split()


def numbered_lines(path: Path) -> Iterator[tuple[int, str]]:
    """Lines that are not blank, with their 1-based numbers; the file may be gzip.

    Raises:
        EvaluationError: the file cannot be read, or is past a bound.
    """
    try:
        with path.open("rb") as raw:
            packed = raw.read(2) == _GZIP
            raw.seek(0)
            stream = io.BufferedReader(gzip.GzipFile(fileobj=raw)) if packed else raw
            number = 0
            while line := stream.readline(_MAX_LINE_BYTES + 1):
                number += 1
                if len(line) > _MAX_LINE_BYTES or number > _MAX_LINES:
                    raise EvaluationError(
                        f"{path}, line {number}: longer than {_MAX_LINE_BYTES} bytes, or after "
                        f"{_MAX_LINES} lines; split the file."
                    )
                text = line.decode("utf-8-sig" if number == 1 else "utf-8").strip()
                if text:
                    yield number, text
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as fault:
        raise EvaluationError(
            f"{path} cannot be read ({fault}); it should be UTF-8 text, gzip or not."
        ) from fault


def _is_number(text: str) -> bool:
    return _NUMBER.fullmatch(text.strip()) is not None


def _gain(text: str) -> int | None:
    """A whole number, which may be written as 1.0; None for everything else."""
    if not _is_number(text):
        return None
    whole, _, rest = text.strip().partition(".")
    return None if rest.strip("0") else int(whole)
