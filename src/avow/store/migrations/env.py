"""Run by alembic: migrates on the connection it is handed, inside that connection's transaction."""

from alembic import context

from avow.store.tables import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=connection.dialect.name == "sqlite",
)
with context.begin_transaction():
    context.run_migrations()
