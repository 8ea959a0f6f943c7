"""What the program finds out about documents by itself: first their languages.

Nothing is filled in here: the next rebuild looks at what was stored before. Addresses that were
stored with trackers lose them, except where the address without them is stored as well.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from index.readers.urls import untracked

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables, and strip the addresses."""
    op.create_table(
        "analyses",
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("rules", sa.Integer(), nullable=False),
        sa.Column("language", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("document_id"),
    )
    op.create_table(
        "comment_languages",
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["comment_id"], ["comments.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("comment_id"),
    )
    connection = op.get_bind()
    stored = connection.execute(sa.text("SELECT id, url FROM documents WHERE url IS NOT NULL"))
    for document_id, url in stored.all():
        if (plain := _plain(url)) != url:
            connection.execute(
                sa.text("UPDATE OR IGNORE documents SET url = :url WHERE id = :id"),
                {"url": plain, "id": document_id},
            )
    taken = connection.execute(sa.text("SELECT id, url FROM takedowns WHERE url IS NOT NULL"))
    for takedown_id, url in taken.all():
        connection.execute(
            sa.text("UPDATE takedowns SET url = :url WHERE id = :id"),
            {"url": _plain(url), "id": takedown_id},
        )


def _plain(url: str) -> str:
    try:
        return untracked(url)
    except ValueError:
        return url
