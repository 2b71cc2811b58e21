"""The programmes that were in force, and since when."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Adds the table. What was in force before is not known: the first programme that is noted
    judges what was paid before it too."""
    op.create_table(
        "terms",
        sa.Column("community", WHOLE, autoincrement=False, nullable=False),
        sa.Column("since", WHOLE, autoincrement=False, nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("programme", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("community", "since"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
