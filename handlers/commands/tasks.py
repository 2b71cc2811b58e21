"""任务: what is still to earn today."""

from bot.extend import Context, command


@command("任务", help="今天还能拿哪些分,做到哪一步了")
def tasks(context: Context) -> str:
    """What can be done now first."""
    lines = context.tasks()
    return "\n".join(["今天的任务", *lines]) if lines else "这里还没有得分的规则"
