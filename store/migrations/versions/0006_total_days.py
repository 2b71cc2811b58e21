"""An account knows on how many days in all its member has checked in."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Counts the days from the journal."""
    column = sa.Column("total_days", WHOLE, nullable=False, server_default=sa.text("0"))
    op.add_column("account", column)
    op.execute(
        "UPDATE account SET total_days = days.total FROM"
        " (SELECT community, member, count(DISTINCT day) AS total FROM activity"
        " WHERE kind = 'checkin' AND outcome <> 'refused' GROUP BY community, member) AS days"
        " WHERE days.community = account.community AND days.member = account.member"
    )
