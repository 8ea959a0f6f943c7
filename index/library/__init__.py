"""The durable store of documents and passages; the only source of truth."""

from index.library.hydrating import Snapshot
from index.library.links import LinkedArticle
from index.library.loading import Load
from index.library.store import Library
from index.library.values import (
    Change,
    CommentHead,
    Conversation,
    DocumentRow,
    LanguageCount,
    LibraryState,
    OutlinedComment,
    PassageMark,
    PassageRow,
    SourceSummary,
    StoredPassage,
    StoredText,
    Takedown,
    ThreadComment,
    Upsert,
    Version,
    WholeDocument,
)

__all__ = [
    "Change",
    "CommentHead",
    "Conversation",
    "DocumentRow",
    "LanguageCount",
    "Library",
    "LibraryState",
    "LinkedArticle",
    "Load",
    "OutlinedComment",
    "PassageMark",
    "PassageRow",
    "Snapshot",
    "SourceSummary",
    "StoredPassage",
    "StoredText",
    "Takedown",
    "ThreadComment",
    "Upsert",
    "Version",
    "WholeDocument",
]
