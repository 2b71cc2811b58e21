"""Who brought whom."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STRICT = {"sqlite_strict": True, "sqlite_with_rowid": False}


def upgrade() -> None:
    """Adds one table."""
    op.create_table(
        "referral",
        sa.Column("community", WHOLE, autoincrement=False, nullable=False),
        sa.Column("invitee", WHOLE, autoincrement=False, nullable=False),
        sa.Column("inviter", WHOLE, nullable=False),
        sa.Column("at", WHOLE, nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.CheckConstraint("inviter <> invitee", name="not_oneself"),
        sa.CheckConstraint("stage IN ('joined', 'stayed', 'ordered', 'left')", name="known_stage"),
        sa.PrimaryKeyConstraint("community", "invitee"),
        **STRICT,
    )
    op.create_index("referral_of_inviter", "referral", ["community", "inviter"])
