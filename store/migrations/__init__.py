"""Alembic migrations, each in one transaction, run when a database is opened for writing."""

HEAD = "0014"
"""The newest revision; a database at this one is opened without importing Alembic."""
