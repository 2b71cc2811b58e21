"""启用 and 停用: in which groups the bot is at work, by an admin's word in the group."""

from bot.extend import Context, command
from bot.points.room_welcome import room_welcome


@command("启用", help="在新的群里发,机器人就开始工作", is_admin=True, writes=True, opens=True)
def open_room(context: Context) -> str:
    """Adopts the group, and tells everybody in it how to play."""
    room = context.message.room
    if room is None:
        return "到要启用的群里发「启用」"
    if not context.open_room():
        return "这个群已经启用了,发「帮助」看能发什么"
    return "\n".join(room_welcome(context.programme, room))


@command(
    "停用", help="机器人在这个群里不再说话,积分都留着", is_admin=True, writes=True, opens=False
)
def close_room(context: Context) -> str:
    """The last that is said in the group until it is opened again."""
    if context.message.room is None:
        return "到要停用的群里发「停用」"
    if not context.close_room():
        return "这个群没有启用,管理员发「启用」就开始"
    return "已停用,机器人在这个群里不再说话;大家的积分都留着,管理员发「启用」再开始"
