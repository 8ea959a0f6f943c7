"""Runs the steps on the connection, and inside the transaction, of whoever opens the library."""

from alembic import context

from index.library.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
