"""A small ledger with everything in it that the ledger knows."""

import dataclasses

from bot.points.types import Rule
from bot.posting.operation import Operation
from bot.posting.turn import Turn
from config.loader import load_preset
from store.database import Database
from store.schema import ensure
from tests.chat import CHANNEL, Chat, Clock, instant

STANDARD = load_preset("standard")
PROGRAMME = dataclasses.replace(
    STANDARD,
    rules=(
        *(rule for rule in STANDARD.rules if rule.on == "checkin"),
        Rule("share", "share", "分享", 3, cap_times_daily=1),
        Rule("order", "order", "下单", 1, wait_days=7),
    ),
    valid_days=9,
    restore_grace_days=2,
)
"""Short terms, so that two weeks show expiry and grace."""


def fill(database: Database) -> None:
    """Half a month of three members, in two rooms and in private: check-ins late, too late and
    repeated, a bonus, gifts, fines, spending, expiry, reversals, a debt, coming and going; and
    orders that wait, have settled, are parked, or were refunded."""
    ensure(database)
    chat = Chat(database, PROGRAMME, Clock())
    try:
        _first_week(chat)
        _second_week(chat)
        _orders(chat)
    finally:
        chat.bot.stop()


def _first_week(chat: Chat) -> None:
    chat("阿强", kind="join", people=["小美", "=1+2"], at="11-01 09:00")
    _says(chat, "11-01 10:00", "小美", "签到")
    _says(chat, "11-01 10:01", "小美", "打卡")
    _says(chat, "11-02 09:30", "小美", "签到")
    _says(chat, "11-03 09:30", "小美", "签到")
    _says(chat, "11-05 09:30", "小美", "签到")
    _says(chat, "11-05 09:31", "小美", "签到", sent="11-04 23:59")
    _says(chat, "11-05 09:32", "小美", "签到", sent="11-01 23:59")
    _says(chat, "11-05 11:00", "阿强", "签到", private=True)
    _says(chat, "11-06 09:30", "小美", "签到")
    _says(chat, "11-06 11:00", "阿强", "签到", room="二群")
    _says(chat, "11-06 12:00", "店长", "加分 @小美 50 帮忙", about="小美")
    _says(chat, "11-06 12:01", "店长", "扣分 @小美 5 迟到", about="小美")
    _says(chat, "11-06 12:02", "小美", "redeem 30")
    _says(chat, "11-07 09:30", "小美", "签到")


def _second_week(chat: Chat) -> None:
    _says(chat, "11-08 10:00", "小美", "做share")
    _says(chat, "11-08 10:01", "小美", "做share")
    _says(chat, "11-08 10:02", "小美", "生日 06-18")
    _says(chat, "11-08 12:00", "店长", "标签 @小美 团长", about="小美")
    _says(chat, "11-08 12:01", "店长", "标签 @小美 VIP", about="小美")
    _says(chat, "11-13 09:00", "店长", f"撤销 {_number(chat, 'redemption')}")
    _says(chat, "11-13 09:01", "店长", f"撤销 {_number(chat, 'adjustment')}")
    _says(chat, "11-13 10:00", "小美", "redeem 5")
    _says(chat, "11-14 11:00", "店长", "加分 @阿强 40 多给了", about="阿强")
    _says(chat, "11-14 11:30", "阿强", "redeem 38")
    _says(chat, "11-14 12:00", "店长", f"撤销 {_number(chat, 'adjustment', last=True)}")
    _says(chat, "11-15 09:00", "阿强", "签到")
    chat("=1+2", kind="leave", people=["=1+2"], at="11-15 10:00")
    chat.move_to("11-15 20:00")
    chat.bot.run([Operation(at=_now(chat), work=_tick, cause="tick")])


def _orders(chat: Chat) -> None:
    _paid(chat, "O1", "小美", "30.00")
    _paid(chat, "O2", "小美", "20.00")
    chat.order(event="completed", order="O2")
    chat.order(event="refunded", order="O2", refund="R1", amount="5.00")
    _paid(chat, "O3", "路人", "10.00")


def _paid(chat: Chat, number: str, who: str, amount: str) -> None:
    chat.order(
        event="paid", order=number, amount=amount, buyer={"channel": CHANNEL, "id": who},
        paid_at=chat.clock.now().isoformat(),
    )  # fmt: skip


def _says(
    chat: Chat, at: str, who: str, text: str, *, about: str | None = None, sent: str | None = None,
    room: str = "福利群", private: bool = False,
) -> None:  # fmt: skip
    """Says it to the bot; 店长 is the admin."""
    chat(
        who, text, at=at, admin=who == "店长", mentions=[about] if about else [], room=room,
        private=private, sent_at=instant(sent, PROGRAMME.zone) if sent else None,
    )  # fmt: skip


def _number(chat: Chat, kind: str, *, last: bool = False) -> str:
    order = "DESC" if last else "ASC"
    return str(chat.rows(f"SELECT id FROM entry WHERE kind = ? ORDER BY id {order}", kind)[0][0])


def _now(chat: Chat) -> int:
    return int(chat.clock.now().timestamp()) * 1_000_000


def _tick(turn: Turn) -> None:
    turn.move_clock()
