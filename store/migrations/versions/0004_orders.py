"""Orders of the shop, and points that wait before they can be spent."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STRICT = {"sqlite_strict": True, "sqlite_with_rowid": False}
LARGEST_SUM = 10**15
MAX_POINTS = 1_000_000_000


def upgrade() -> None:
    """Adds a column in place, so that triggers and STRICT stay, and two tables."""
    op.execute(
        f"ALTER TABLE account ADD COLUMN waiting {_whole()} NOT NULL DEFAULT 0"
        f" CONSTRAINT waiting_range CHECK (waiting BETWEEN 0 AND {LARGEST_SUM})"
    )
    op.create_table(
        "waiting",
        sa.Column("community", WHOLE, autoincrement=False, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        *(sa.Column(name, WHOLE, nullable=False) for name in ("member", "points", "due_at")),
        sa.Column("activity", WHOLE, nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("campaign", sa.Text(), nullable=True),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("room", WHOLE, nullable=True),
        sa.Column("valid_days", WHOLE, nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.CheckConstraint(f"points BETWEEN 1 AND {MAX_POINTS}", name="waiting_points"),
        sa.PrimaryKeyConstraint("community", "key"),
        **STRICT,
    )
    op.create_index("waiting_due", "waiting", ["community", "due_at"])
    op.create_index("waiting_of_member", "waiting", ["community", "member"])
    op.create_table(
        "purchase",
        sa.Column("community", WHOLE, autoincrement=False, nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("known", sa.Text(), nullable=False),
        sa.Column("buyer_channel", sa.Text(), nullable=True),
        sa.Column("buyer_id", sa.Text(), nullable=True),
        sa.Column("member", WHOLE, nullable=True),
        sa.Column("awards", sa.Text(), nullable=True),
        sa.Column("settled_at", WHOLE, nullable=True),
        sa.Column("left_fen", WHOLE, nullable=True),
        sa.CheckConstraint("(buyer_channel IS NULL) = (buyer_id IS NULL)", name="whole_buyer"),
        sa.PrimaryKeyConstraint("community", "number"),
        **STRICT,
    )
    op.create_index("purchase_of_member", "purchase", ["community", "member"])
    op.create_index("purchase_of_buyer", "purchase", ["community", "buyer_channel", "buyer_id"])


def _whole() -> str:
    return "INTEGER" if op.get_context().dialect.name == "sqlite" else "BIGINT"
