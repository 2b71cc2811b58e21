"""Who decided what on deeds that waited for an admin."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STRICT = {"sqlite_strict": True, "sqlite_with_rowid": False}


def upgrade() -> None:
    """Adds the table; who decided before stands in the entries alone."""
    op.create_table(
        "decision",
        sa.Column("community", WHOLE, autoincrement=False, nullable=False),
        sa.Column("activity", WHOLE, autoincrement=False, nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("at", WHOLE, nullable=False),
        sa.Column("actor", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "outcome IN ('approved', 'rejected', 'lapsed', 'left', 'recalled', 'edited')",
            name="known_decision",
        ),
        sa.PrimaryKeyConstraint("community", "activity", "outcome"),
        **STRICT,
    )
