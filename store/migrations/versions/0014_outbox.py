"""What carries value and is to be said, in the transaction that decided it."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STRICT = {"sqlite_strict": True, "sqlite_with_rowid": False}


def upgrade() -> None:
    """Adds the table, and on PostgreSQL the sequence of its ids; what was answered
    before is taken as said."""
    op.create_table(
        "outbox",
        sa.Column("community", WHOLE, autoincrement=False, nullable=False),
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("room", sa.Text(), nullable=True),
        sa.Column("mentions", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("quote", sa.Text(), nullable=True),
        sa.Column("asks", sa.Text(), nullable=False),
        sa.Column("picture", sa.LargeBinary(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("at", WHOLE, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("refusals", WHOLE, nullable=False),
        sa.Column("done_at", WHOLE, nullable=True),
        sa.CheckConstraint("kind IN ('reply', 'post', 'notice')", name="known_saying"),
        sa.CheckConstraint("state IN ('waiting', 'sent', 'parked', 'void')", name="known_state"),
        sa.CheckConstraint("(state = 'waiting') = (done_at IS NULL)", name="waits_or_is_done"),
        sa.CheckConstraint("refusals >= 0", name="refusals_range"),
        sa.PrimaryKeyConstraint("community", "id"),
        **STRICT,
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("CREATE SEQUENCE outbox_id_seq OWNED BY outbox.id")
