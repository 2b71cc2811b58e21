"""What Alembic runs: the connection is handed in, one transaction holds DDL and version row."""

from alembic import context

connection = context.config.attributes["connection"]
context.configure(connection=connection, transaction_per_migration=True)
with context.begin_transaction():
    context.run_migrations()
