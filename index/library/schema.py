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

HEAD = "0004"
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
    Column("same_as", ForeignKey("sources.id", ondelete="CASCADE")),
    Column("registered", Boolean, nullable=False),
    Index("ix_sources_name_key", "name_key"),
    Index("ix_sources_domain", "domain"),
    Index("ix_sources_same_as", "same_as"),
    sqlite_autoincrement=True,
)
"""Outlets; `name_key` is the name as it is compared. An empty name stands for "not stated".

A row with `same_as` is another name of that outlet: it stays, because documents and built indexes
hold its id, and only the other row says what is shown. `registered`: the operator named it."""

takedowns = Table(
    "takedowns",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("url", Text),
    Column("path", Text, nullable=False),
    Column("record", Text, nullable=False),
    Column("occurrence", Integer, nullable=False),
    Column("document_hash", LargeBinary(16), nullable=False),
    Column("comment_key", Text),
    Column("comment_hash", LargeBinary(16)),
    Column("reason", Text, nullable=False),
    Column("hidden_at", Text, nullable=False),
    Column("lifted_at", Text),
    sqlite_autoincrement=True,
)
"""What the operator hid, whether it is stored now or not; a lifted one stays as a record.

It knows a document as a load does, and by its content; a comment by its key and its words. While
what it hides is stored, `takedown_id` of that row names it."""

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
    Column("takedown_id", ForeignKey("takedowns.id")),
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
    Index("ix_documents_takedown_id", "takedown_id", sqlite_where=text("takedown_id IS NOT NULL")),
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

outdated = Table(
    "outdated",
    metadata,
    Column("document_id", ForeignKey("documents.id", ondelete="CASCADE")),
    Column("path", Text),
    Column("state_hash", LargeBinary(16), nullable=False),
    PrimaryKeyConstraint("document_id", "path"),
    sqlite_with_rowid=False,
)
"""What files said of documents of which a file that was loaded later says something else."""

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
    Column("takedown_id", ForeignKey("takedowns.id")),
    Column("content_hash", LargeBinary(16), nullable=False),
    Column("paragraphs", JSON, nullable=False),
    Column("text", Text, nullable=False),
    UniqueConstraint("document_id", "key", name="uq_comments_document_id_key"),
    Index("ix_comments_parent_id", "parent_id"),
    Index("ix_comments_thread_id", "thread_id"),
    Index("ix_comments_takedown_id", "takedown_id", sqlite_where=text("takedown_id IS NOT NULL")),
    sqlite_autoincrement=True,
)
"""`parent_key` is the parent as the file states it; `parent_id` the comment it leads to, if any;
`thread_id` the comment that opened the conversation; `hidden` what the file says of it, and
`takedown_id` what the operator said."""

analyses = Table(
    "analyses",
    metadata,
    Column("document_id", ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True),
    Column("rules", Integer, nullable=False),
    Column("language", Text),
)
"""What was found out about documents; without a row nobody has looked at one yet. `rules` tells
by which version of the program, `language` is what was detected where the file states none."""

comment_languages = Table(
    "comment_languages",
    metadata,
    Column("comment_id", ForeignKey("comments.id", ondelete="CASCADE"), primary_key=True),
    Column("language", Text, nullable=False),
)
"""What was detected; most short comments have no row."""

bands = Table(
    "bands",
    metadata,
    Column("band", Integer),
    Column("document_id", ForeignKey("documents.id", ondelete="CASCADE")),
    PrimaryKeyConstraint("band", "document_id"),
    Index("ix_bands_document_id", "document_id"),
    sqlite_with_rowid=False,
)
"""Where copies of one text meet: see `likeness.Text.bands`."""

kin = Table(
    "kin",
    metadata,
    Column("document_id", ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True),
    Column("family_id", Integer, nullable=False),
    Index("ix_kin_family_id", "family_id"),
)
"""Documents that are one text are of one family; most have none."""

versions = Table(
    "versions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("document_id", ForeignKey("documents.id", ondelete="CASCADE"), nullable=False),
    Column("title", Text, nullable=False),
    Column("published", Text),
    Column("day_to", Integer),
    Column("loaded_at", Text, nullable=False),
    Column("replaced_at", Text, nullable=False),
    Column("body", Text, nullable=False),
    Index("ix_versions_document_id", "document_id"),
)
"""What documents said before they were updated."""

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
