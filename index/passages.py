"""Documents to passages: spans of whole sentences, and what the encoder is given for each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import xxhash

from index.conversations import conversations
from index.model import PARAGRAPH_BREAK, Comment, Document, Lane, Paragraph
from index.text import Range, sentences, shorten, trimmed, word_ranges

PASSAGE_WORDS = 120
PASSAGE_CHARS = 2_400
"""A second bound, for texts with more space than words."""
CONTEXT_WORDS = 40
"""How much of the comment that is answered goes before the answer. With a title of ordinary
length and a full passage this stays under the 256 word pieces that the default encoder reads."""
TITLE_WORDS = 40

RULES = 1
"""Raise it when documents would be split otherwise, or the encoder be given other words: adding a
file again then splits it anew, and the next index takes nothing over from an older one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageDraft:
    """A passage that has not been stored yet."""

    lane: Lane
    comment_key: str | None
    start: int
    end: int
    embedding_text: str
    text_hash: bytes
    """16 bytes, `text_hash(embedding_text)`."""


def embedding_text(title: str, context: str, text: str) -> str:
    """What the encoder is given for a passage; never shown.

    Args:
        title: The article's title.
        context: `reply_context` of the comment that is answered, or empty.
        text: The passage, verbatim.
    """
    return "\n".join(part for part in (shorten(title, TITLE_WORDS), context, text) if part)


def text_hash(text: str) -> bytes:
    """The key under which the vector of a text is kept: 16 bytes."""
    return xxhash.xxh3_128_digest(text.encode("utf-8", "surrogatepass"))


def reply_context(paragraphs: Iterable[Paragraph]) -> str:
    """The first words of a comment: what an answer to it is about."""
    return shorten(own_words(paragraphs), CONTEXT_WORDS)


def own_words(paragraphs: Iterable[Paragraph]) -> str:
    """The words of a comment after what it quotes first and before what it quotes next.

    A verbatim span of the comment's text; a very long one is not read to its end.
    """
    own: list[str] = []
    for paragraph in paragraphs:
        if own and (paragraph.quote or sum(map(len, own)) > PASSAGE_CHARS):
            break
        if not paragraph.quote and paragraph.text.strip():
            own.append(paragraph.text)
    return PARAGRAPH_BREAK.join(own).strip()


def split(document: Document) -> tuple[PassageDraft, ...]:
    """All passages of a document, in reading order, the body before the comments."""
    return tuple(iter_passages(document))


def iter_passages(document: Document) -> Iterator[PassageDraft]:
    """`split`, one at a time: a document may have 100,000 comments."""
    text = document.text
    for run in _runs(document.body, join=False):
        for span in _pack(text, run, document.language):
            yield _draft(document.title, "", text, span, Lane.REPORTING, None)
    by_key = {comment.key: comment for comment in document.comments}
    parents = conversations(document.comments).parents
    for comment in document.comments:
        if not comment.hidden:
            parent = parents.get(comment.key)
            answered = None if parent is None else by_key[parent]
            yield from _of_comment(document, comment, answered)


def _of_comment(
    document: Document, comment: Comment, answered: Comment | None
) -> Iterator[PassageDraft]:
    context = "" if answered is None or answered.hidden else reply_context(answered.paragraphs)
    text = comment.text
    for run in _runs(comment.paragraphs, join=True):
        for span in _pack(text, run, document.language):
            yield _draft(document.title, context, text, span, Lane.DISCUSSION, comment.key)


def _draft(
    title: str, context: str, text: str, span: Range, lane: Lane, comment_key: str | None
) -> PassageDraft:
    given = embedding_text(title, context, text[span[0] : span[1]])
    return PassageDraft(
        lane=lane,
        comment_key=comment_key,
        start=span[0],
        end=span[1],
        embedding_text=given,
        text_hash=text_hash(given),
    )


def _runs(paragraphs: Sequence[Paragraph], *, join: bool) -> Iterator[list[Range]]:
    """Neighbouring paragraphs that one passage may span, as their ranges in the joined text.

    In a comment these are the paragraphs between two quotes; in a body each stands alone.
    """
    run: list[Range] = []
    start = 0
    for paragraph in paragraphs:
        end = start + len(paragraph.text)
        own = not (join and paragraph.quote)
        if run and not (join and own):
            yield run
            run = []
        if own:
            run.append((start, end))
        start = end + len(PARAGRAPH_BREAK)
    if run:
        yield run


# ---------------------------------------------------------------- packing


@dataclass(frozen=True, slots=True)
class _Piece:
    """A sentence, or a part of one that is too long."""

    start: int
    end: int
    words: int


def _pack(text: str, run: Sequence[Range], language: str | None) -> Iterator[Range]:
    """Pack the sentences of a run into passages of similar size, none over the bounds."""
    whole = trimmed(text, run[0][0], run[-1][1])
    if whole is None or not _says_something(text, whole):
        return
    if _fits(text, whole):
        yield whole
        return
    pieces = [piece for span in run for piece in _pieces(text, span, language)]
    total = sum(piece.words for piece in pieces)
    # Without this the last passage would often be a few stray words.
    target = total / -(-total // PASSAGE_WORDS)
    start, words = pieces[0].start, pieces[0].words
    for previous, piece in pairwise(pieces):
        full = words + piece.words > PASSAGE_WORDS or piece.end - start > PASSAGE_CHARS
        if full or words + piece.words / 2 > target:
            yield start, previous.end
            start, words = piece.start, 0
        words += piece.words
    yield start, pieces[-1].end


def _pieces(text: str, span: Range, language: str | None) -> Iterator[_Piece]:
    offset = span[0]
    for start, end in sentences(text[span[0] : span[1]], language):
        yield from _cut(text, offset + start, offset + end)


def _cut(text: str, start: int, end: int) -> Iterator[_Piece]:
    """Cut a sentence that is over the bounds, at a clause if one ends late enough."""
    words: list[Range] = []
    for word in word_ranges(text, start, end):
        while words and (len(words) == PASSAGE_WORDS or word[1] - words[0][0] > PASSAGE_CHARS):
            last = _last_to_keep(text, words)
            yield _Piece(words[0][0], words[last][1], last + 1)
            words = words[last + 1 :]
        words.append(word)
    if words:
        yield _Piece(words[0][0], words[-1][1], len(words))


_CLAUSE_ENDS = frozenset(",;:.!?)]—–，、；：。！？،؛।")


def _last_to_keep(text: str, words: Sequence[Range]) -> int:
    """Where to cut words that another one follows: after a clause, at a space, or just here."""
    second_half = range(len(words) - 1, len(words) // 2, -1)
    for index in second_half:
        if text[words[index][1] - 1] in _CLAUSE_ENDS:
            return index
    for index in second_half:
        if text[words[index][1]].isspace():
            return index
    return len(words) - 1


def _fits(text: str, span: Range) -> bool:
    if span[1] - span[0] > PASSAGE_CHARS:
        return False
    return all(number < PASSAGE_WORDS for number, _ in enumerate(word_ranges(text, *span)))


def _says_something(text: str, span: Range) -> bool:
    """A row of asterisks or a lone emoji is no passage."""
    return any(text[index].isalnum() for index in range(*span))
