"""What still waits to be said, or was refused too often, as `jifenbot outbox` shows it."""

from collections.abc import Iterator
from datetime import UTC, tzinfo

from bot.clock import from_micros
from bot.logs import printable
from bot.points.summary import read_summary
from store.database import Connection
from store.outbox import Outgoing, unsaid
from store.reports import programme_summary

SHOWN_CHARS = 40
"""Characters of a text that are shown."""
NOTHING = "没有待发的，也没有停发的"
STATES = {"waiting": "待发", "parked": "停发"}


def lines(connection: Connection) -> Iterator[str]:
    """A line each, the oldest first, times in the programme's zone; and how one that is parked is
    said after all."""
    rows, summary = unsaid(connection), programme_summary(connection)
    zone = read_summary(summary).zone if summary is not None else UTC
    yield from (_line(row, zone) for row in rows)
    first = next((row for row in rows if row.state == "parked"), None)
    if first is not None:
        yield f"停发的是平台一再拒收的：查明原因后用 --again {first.id} 重发这一条"
    if not rows:
        yield NOTHING


def _line(row: Outgoing, zone: tzinfo) -> str:
    at = from_micros(row.at).astimezone(zone)
    reply = row.reply
    place = f"群 {reply.room}" if reply.room is not None else f"私信 {' '.join(reply.to[:1])}"
    text = " ".join(reply.text.split())[:SHOWN_CHARS]
    said = f"{row.channel} {place}，被拒 {row.refusals} 次：{text}"
    return f"#{row.id} {STATES[row.state]} {at:%Y-%m-%d %H:%M} {printable(said)}"
