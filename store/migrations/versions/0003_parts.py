"""An entry may be taken back in parts: several entries may name the same original."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The key of each part says how much is taken after it: `entry_once` stays the guard against
    taking one part twice."""
    op.drop_index("entry_reversed_once", table_name="entry")
    op.create_index(
        "entry_reversed",
        "entry",
        ["community", "reverses"],
        sqlite_where=sa.text("reverses IS NOT NULL"),
        postgresql_where=sa.text("reverses IS NOT NULL"),
    )
