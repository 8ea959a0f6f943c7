"""Why a claim is not answered right now, in a line."""

from __future__ import annotations

from bot.i18n import Translator
from embeddings.errors import EmbeddingError, EncoderBusyError
from index.errors import (
    GenerationError,
    IndexingError,
    SearchBusyError,
    SearchTimeoutError,
)

PASSING = (SearchBusyError, SearchTimeoutError, EncoderBusyError, GenerationError)
"""Faults that pass by themselves; everything else is an error of the program."""


def excuse(error: IndexingError | EmbeddingError, t: Translator) -> str:
    """What the person is told."""
    if isinstance(error, GenerationError):
        return t.gettext("The collection is not ready yet. Please try again later.")
    if isinstance(error, SearchTimeoutError):
        return t.gettext("This took too long. Please try again in a moment.")
    return busy(t)


def busy(t: Translator) -> str:
    """What a person is told whose claim would wait too long."""
    return t.gettext("Too many questions at once right now. Please try again in a minute.")


def too_much(t: Translator) -> str:
    """What a person is told who asks more than one may in a minute, once."""
    return t.gettext(
        "That is a lot at once, and I leave the rest unanswered. Ask me again in a minute."
    )
