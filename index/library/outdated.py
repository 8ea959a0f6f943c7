"""What files say of documents of which a file that was loaded later says something else.

Folders of exports are loaded again and again, the old exports in them too. What an old one has
said before is no news, and does not take the place of what a newer one says.
"""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.dialects.sqlite import insert

from index.library.schema import outdated

# Written once: building a statement costs more than running it.
_ADD = insert(outdated)
_NOTE = _ADD.on_conflict_do_update(set_={"state_hash": _ADD.excluded.state_hash})
_SAID = select(outdated.c.state_hash).where(
    outdated.c.document_id == bindparam("of"), outdated.c.path == bindparam("file")
)


def note(connection: Connection, document_id: int, path: str, state: bytes) -> None:
    """Before another file's words take their place: remember what a file says of a document."""
    row = {"document_id": document_id, "path": path, "state_hash": state}
    connection.execute(_NOTE, row)


def is_old(connection: Connection, document_id: int, path: str, state: bytes) -> bool:
    """Whether a file said the very same of a document before others said something else."""
    of = {"of": document_id, "file": path}
    return connection.execute(_SAID, of).scalar_one_or_none() == state
