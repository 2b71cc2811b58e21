"""What rules ask of a member beside points: shields, the last deed, tags, birthday, the year's
tier; what a deed was, an order's judged amount, and what waits for an admin."""

import json
from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STRICT = {"sqlite_strict": True, "sqlite_with_rowid": False}


def upgrade() -> None:
    """Adds the columns, and reads what is known already from the journal and the ledger."""
    for name in ("shields", "away_days", "peak", "set_aside", "refusal"):
        op.add_column("account", _whole(name))
    op.add_column("account", sa.Column("active_on", sa.Text(), nullable=True))
    op.add_column("account", sa.Column("back_on", sa.Text(), nullable=True))
    op.add_column("member", sa.Column("birthday", sa.Text(), nullable=True))
    op.add_column("activity", sa.Column("facts", sa.Text(), nullable=False, server_default="{}"))
    op.add_column("purchase", sa.Column("judged_fen", WHOLE, nullable=True))
    op.add_column("purchase", sa.Column("paid_on", sa.Text(), nullable=True))
    op.add_column("waiting", sa.Column("waits_for", sa.Text(), nullable=True))
    op.create_table(
        "tag",
        sa.Column("community", WHOLE, primary_key=True, autoincrement=False),
        sa.Column("tag", sa.Text(), primary_key=True),
        sa.Column("member", WHOLE, primary_key=True, autoincrement=False),
        sa.Column("at", WHOLE, nullable=False),
        **STRICT,
    )
    op.create_index("tag_of_member", "tag", ["community", "member"])
    op.create_index("identity_of_member", "identity", ["community", "member"])
    op.create_table(
        "budget",
        sa.Column("community", WHOLE, primary_key=True, autoincrement=False),
        sa.Column("campaign", sa.Text(), primary_key=True),
        sa.Column("points", WHOLE, nullable=False),
        sa.CheckConstraint("points >= 0", name="given_range"),
        **STRICT,
    )
    op.execute(
        "UPDATE account SET peak = best.total FROM"
        " (SELECT community, member, max(total) AS total FROM"
        "  (SELECT entry.community, entry.member, sum(entry.points)"
        "   OVER (PARTITION BY entry.community, entry.member ORDER BY entry.id) AS total"
        "   FROM entry LEFT JOIN entry AS original"
        "   ON original.community = entry.community AND original.id = entry.reverses"
        "   WHERE coalesce(original.kind, entry.kind) IN ('accrual', 'adjustment')) AS gains"
        "  GROUP BY community, member) AS best"
        " WHERE best.community = account.community AND best.member = account.member"
        " AND best.total > 0"
    )
    op.execute(
        "UPDATE account SET active_on = deeds.last FROM"
        " (SELECT community, member, max(day) AS last FROM activity"
        " WHERE outcome <> 'refused' AND kind <> 'invite_first_order'"
        " GROUP BY community, member) AS deeds"
        " WHERE deeds.community = account.community AND deeds.member = account.member"
    )
    op.execute(
        "UPDATE account SET refusal = deeds.last FROM"
        " (SELECT community, member, max(id) AS last FROM activity"
        " WHERE outcome = 'refused' GROUP BY community, member) AS deeds"
        " WHERE deeds.community = account.community AND deeds.member = account.member"
    )
    rows = list(_orders(op.get_bind()))
    if rows:
        op.get_bind().execute(
            sa.text(
                "UPDATE purchase SET judged_fen = :judged_fen, paid_on = :paid_on"
                " WHERE community = :community AND number = :number"
            ),
            rows,
        )


def _orders(connection: sa.Connection) -> Iterator[dict[str, object]]:
    """When orders were paid, and what they were judged by: the amount that is known of them."""
    zones = {
        community: ZoneInfo(json.loads(programme)["zone"])
        for community, programme in connection.execute(
            sa.text("SELECT id, programme FROM community")
        )
    }
    for community, number, known, awards in connection.execute(
        sa.text("SELECT community, number, known, awards FROM purchase")
    ):
        order = json.loads(known)
        paid_at = order["paid_at"] and datetime.fromisoformat(order["paid_at"])
        yield {
            "community": community,
            "number": number,
            "judged_fen": None if awards is None else order["amount_fen"],
            "paid_on": paid_at and paid_at.astimezone(zones[community]).date().isoformat(),
        }


def _whole(name: str) -> sa.Column[int]:
    return sa.Column(name, WHOLE, nullable=False, server_default=sa.text("0"))
