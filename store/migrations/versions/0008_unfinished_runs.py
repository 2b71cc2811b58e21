"""A job that is done in pages keeps where it has got to."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Adds the column; the runs there are, are over."""
    op.add_column("job_run", sa.Column("place", WHOLE, nullable=True))
