"""Alembic runs this: migrations happen on the connection, and in the transaction, that `upgrade` opened."""

from alembic import context

from eventdesk.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True)
context.run_migrations()
