"""排行榜: the first ten, my own place, and what the next place takes."""

from bot.extend import Answer, Command, Context, command
from bot.points.ask import HOW, HOW_MANY, LOOK, ME, WHERE, Ask, ask
from bot.points.readings import Board, Period, Place
from bot.points.text import display_name

COMMUNITY = " ?(?:社群)?"
"""The suffix that ranks the whole community instead of this room."""
STEPS = f"{HOW} {WHERE} {LOOK} {HOW_MANY} 谁"
ASKS = (
    ask(
        "第几 第几名 第几位 老几 几名 多少名 多少位",
        sure=f"{ME} 积分 榜",
        may="排 排名 排行 排在 排到 积分 榜 榜上 位 名",
    ),
    ask("第几名", "了 啦", may="排"),
    ask("排名 名次 排行", sure=f"{ME} 积分", may=f"{HOW_MANY} 第几 第 名 积分"),
    ask("积分", "排名 排行 排行榜 榜 榜单", STEPS),
    ask("排名 排行 排行榜", LOOK, may=f"{STEPS} 积分"),
    ask(
        "第一 第一名 最多 最高 前三 前三名 前十 前十名 榜首 榜一",
        "谁 哪位 哪些人 有谁",
        sure="积分 榜 榜上 榜首 榜一 排行榜",
        may="积分 榜 排名 排行榜 哪些 都有 有 分 人",
    ),
)
COUNTING = "正在统计,过几秒再发一次"


def _board(title: str, period: Period) -> Answer:
    def answer(context: Context) -> str:
        is_community = "社群" in context.rest
        board = context.board(period, is_community=is_community)
        if board is None:
            return COUNTING
        scope = "社群" if is_community else "本群" if context.message.room else "你的群"
        if not board.top:
            return f"{scope}{title}还没有人,发「签到」占第一位"
        lines = [f"{scope}{title}", *(_line(context, place) for place in board.top)]
        return "\n".join([*lines, _mine(board)])

    return answer


def _line(context: Context, place: Place) -> str:
    name = display_name(place.name) or f"会员{place.member}"
    me = " ←你" if place.member == context.member else ""
    return f"{place.rank}. {name} {place.points}{me}"


def _mine(board: Board) -> str:
    if board.mine is None:
        return "你还没上榜,发「签到」就有分"
    line = f"你第 {board.mine.rank} 名,{board.mine.points} 分"
    return line if board.gap is None else f"{line},离前一名还差 {board.gap} 分"


def _command(
    word: str, title: str, period: Period, help: str, asks: tuple[Ask, ...] = ()
) -> Command:
    make = command(*word.split(), rest=COMMUNITY, help=help, asks=asks)
    return make(_board(title, period))


def _asks(when: str) -> tuple[Ask, ...]:
    """Of the board of a period."""
    return (
        ask("排行榜 排行 排名", when, may="积分"),
        ask("排行榜 排行 排名", when, f"{STEPS} 第几", may="积分 第 名"),
        ask("第几 第几名", when, sure=f"{ME} 积分", may="排 排名 排行"),
        ask("第几 第几名", when, f"{ME} 积分", may="排 排名 排行"),
    )


total = _command("排行榜 总榜", "总榜", "total", "成长值前十,「排行榜社群」看全社群", ASKS)
day = _command("日榜", "日榜", "day", "今天的前十", _asks("今天 今日 当天"))
week = _command("周榜", "周榜", "week", "本周的前十", _asks("本周 这周 这星期 这个星期"))
month = _command("月榜", "月榜", "month", "本月的前十", _asks("本月 这个月"))
