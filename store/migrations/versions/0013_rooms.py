"""Which rooms are adopted, what they are called, and whether their members have been read."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Adds columns; of the rooms that are there nobody has said anything yet."""
    op.add_column("room", sa.Column("name", sa.Text(), nullable=False, server_default=""))
    for name in ("adopted_at", "closed_at", "read_at"):
        op.add_column("room", sa.Column(name, WHOLE, nullable=True))
