"""The check-in as a nonebot2 plugin with nonebot-plugin-orm, as such plugins are written.

It does what ours does and no more: find or create the member, refuse a second check-in on one day,
+5 points and +30 on every 7th day in a row, a ledger row, the balance, a reply; all in one
transaction.
nonebot2 must be initialised before this module is imported, as for every plugin.
"""

# nonebot2 lives in .venv-bench only, so a type check in .venv does not see it.
# mypy: disable-error-code=import-not-found
# mypy: disallow-subclassing-any=False, disallow-untyped-decorators=False

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from nonebot import on_fullmatch, require
from nonebot.adapters.onebot.v11 import GroupMessageEvent
from sqlalchemy import ForeignKey, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

require("nonebot_plugin_orm")

from nonebot_plugin_orm import Model, async_scoped_session  # noqa: E402

ZONE = ZoneInfo("Asia/Shanghai")
POINTS = 5
STREAK_DAYS = 7
STREAK_POINTS = 30


class Member(Model):
    """A person, by the platform's id, with the balance and the streak as of the last check-in."""

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(unique=True)
    balance: Mapped[int] = mapped_column(default=0)
    streak: Mapped[int] = mapped_column(default=0)
    last_checkin_on: Mapped[date | None] = mapped_column(default=None)


class Entry(Model):
    """One line of the ledger; the database refuses a second one of a member on a day."""

    __table_args__ = (UniqueConstraint("member_id", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey(Member.id))
    day: Mapped[date]
    points: Mapped[int]
    message_id: Mapped[int]
    created_at: Mapped[datetime]


checkin = on_fullmatch(("签到", "打卡"), priority=10, block=True)


@checkin.handle()
async def handle_checkin(event: GroupMessageEvent, session: async_scoped_session) -> None:
    """Post one check-in and answer it; a second one on the day is refused and changes nothing."""
    said_at = datetime.fromtimestamp(event.time, ZONE)
    today = said_at.date()
    user_id = event.get_user_id()
    member = await session.scalar(select(Member).where(Member.user_id == user_id))
    if member is None:
        member = Member(user_id=user_id, balance=0, streak=0)
        session.add(member)
        await session.flush()
    if member.last_checkin_on == today:
        await checkin.finish("今天已经签到过了")
    is_next_day = member.last_checkin_on == today - timedelta(days=1)
    member.streak = member.streak + 1 if is_next_day else 1
    points = POINTS + (STREAK_POINTS if member.streak % STREAK_DAYS == 0 else 0)
    member.balance += points
    member.last_checkin_on = today
    session.add(
        Entry(
            member_id=member.id,
            day=today,
            points=points,
            message_id=event.message_id,
            created_at=said_at.astimezone(ZoneInfo("UTC")),
        )
    )
    reply = f"+{points} 积分,连续 {member.streak} 天,余额 {member.balance}"
    await session.commit()
    await checkin.finish(reply)
