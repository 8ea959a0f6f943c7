"""The tables of the library, as the newest migration leaves them."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)

HEAD = "0001"
"""Name of the newest migration, so that an up-to-date library opens without loading Alembic."""

metadata = MetaData()

# Ids are never used twice: an index or a stored answer that is older than the library must find
# nothing under an id rather than something else. SQLite promises that only with AUTOINCREMENT,
# hence `sqlite_autoincrement` below.

library_state = Table(
    "library_state",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("revision", Integer, nullable=False),
)
"""One row."""

sources = Table(
    "sources",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("name_key", Text, nullable=False),
    Column("domain", Text),
    Column("note", Text),
    Index("ix_sources_name_key", "name_key"),
    Index("ix_sources_domain", "domain"),
    sqlite_autoincrement=True,
)
"""Outlets; `name_key` is the name as it is compared. An empty name stands for "not stated"."""

documents = Table(
    "documents",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("path", Text, nullable=False),
    Column("record", Text, nullable=False),
    Column("occurrence", Integer, nullable=False),
    Column("url", Text),
    Column("title", Text, nullable=False),
    Column("credit", Text),
    Column("author", Text),
    Column("source", Text),
    Column("source_id", ForeignKey("sources.id"), nullable=False),
    Column("published", Text),
    Column("day_from", Integer),
    Column("day_to", Integer),
    Column("language", Text),
    Column("parse_confidence", Float, nullable=False),
    Column("state_hash", LargeBinary(16), nullable=False),
    Column("content_hash", LargeBinary(16), nullable=False),
    Column("hidden", Boolean, nullable=False),
    Column("loaded_at", Text, nullable=False),
    Column("mentions", JSON, nullable=False),
    Column("warnings", JSON, nullable=False),
    # Last, because what stands behind a long text in a row is slow to reach.
    Column("paragraphs", JSON, nullable=False),
    Column("body", Text, nullable=False),
    # Without the condition SQLite takes "has no url" for a narrow question, and scans them all.
    Index("ix_documents_url", "url", unique=True, sqlite_where=text("url IS NOT NULL")),
    Index("ix_documents_path", "path", "record", "occurrence"),
    Index("ix_documents_content_hash", "content_hash"),
    Index("ix_documents_source_id", "source_id"),
    sqlite_autoincrement=True,
)
"""`source` is the outlet as the document states it, `source_id` the row it was matched to.
`occurrence` tells documents apart whose file gives them the same record.
`state_hash` covers everything that is stored, `content_hash` what makes two documents the same.
Days are proleptic Gregorian ordinals."""

copies = Table(
    "copies",
    metadata,
    Column("document_id", ForeignKey("documents.id", ondelete="CASCADE")),
    Column("path", Text),
    Column("record", Text),
    PrimaryKeyConstraint("document_id", "path", "record"),
    Index("ix_copies_path", "path"),
    sqlite_with_rowid=False,
)
"""Where else the text of a document stands: copies that were met and not stored again."""

comments = Table(
    "comments",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("document_id", ForeignKey("documents.id", ondelete="CASCADE"), nullable=False),
    Column("key", Text, nullable=False),
    Column("position", Integer, nullable=False),
    Column("parent_key", Text),
    Column(
        "parent_id",
        ForeignKey("comments.id", ondelete="SET NULL", deferrable=True, initially="DEFERRED"),
    ),
    Column("thread_id", Integer, nullable=False),
    Column("author", Text),
    Column("published", Text),
    Column("uncertain", Boolean, nullable=False),
    Column("hidden", Boolean, nullable=False),
    Column("content_hash", LargeBinary(16), nullable=False),
    Column("paragraphs", JSON, nullable=False),
    Column("text", Text, nullable=False),
    UniqueConstraint("document_id", "key", name="uq_comments_document_id_key"),
    Index("ix_comments_parent_id", "parent_id"),
    Index("ix_comments_thread_id", "thread_id"),
    sqlite_autoincrement=True,
)
"""`parent_key` is the parent as the file states it; `parent_id` the comment it leads to, if any;
`thread_id` the comment that opened the conversation."""

passages = Table(
    "passages",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("document_id", ForeignKey("documents.id", ondelete="CASCADE"), nullable=False),
    Column("comment_id", ForeignKey("comments.id", ondelete="CASCADE")),
    Column("lane", Text, nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("text_hash", LargeBinary(16), nullable=False),
    # Every SQLite index ends with the row id: this one is walked in the order of ids.
    Index("ix_passages_lane", "lane"),
    Index("ix_passages_document_id", "document_id"),
    Index("ix_passages_comment_id", "comment_id"),
    sqlite_autoincrement=True,
)
"""Spans of `documents.body`, or of `comments.text` where there is a comment."""
