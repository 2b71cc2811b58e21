"""All that `doctor` can say. What is filled in is an address, a number or the system's own words,
never a secret."""

from collections.abc import Mapping
from typing import Literal

WORDS: Mapping[str, tuple[Literal["✓", "!", "✗"], str]] = {
    # Where it runs.
    "python": ("✓", "Python {version}"),
    "python_old": ("✗", "Python {version} 太旧：请装 3.11 或更新的，再 make clean、make run"),
    "clock": ("✓", "时间 {now}，时区 {zone}：社群的今天从这里的零点算起"),
    "clock_wrong": ("✗", "这台机器的时间是 {now}，不可能：请打开系统的自动对时，再启动机器人"),
    "clock_behind": (
        "✗",
        "这台机器的时间 {now} 比账本最后一笔 {last} 还早：请打开系统的自动对时，"
        "对好之前不要启动机器人",
    ),
    "disk": ("✓", "磁盘还有 {free}"),
    "disk_little": ("!", "磁盘只剩 {free}：请腾出地方，写满之后机器人不能记账"),
    "disk_full": ("✗", "磁盘只剩 {free}：马上腾出地方，机器人快要不能记账了"),
    "port": ("✓", "端口 {port} 空着，启动时可以用"),
    "port_any": ("✓", "PORT=0：启动时随便用一个空着的端口"),
    "port_ours": ("✓", "机器人正在运行，网页在 {address}"),
    "port_ours_ill": (
        "✗",
        "机器人正在运行，但是不好：{parts}。看它的日志；重启还是这样，把日志发给维护的人",
    ),
    "port_taken": ("✗", "端口 {port} 被别的程序占了：停掉那个程序，或者在 .env 里换一个 PORT"),
    "port_silent": (
        "✗",
        "机器人正在运行（进程 {process}），但是端口 {port} 没有回应：看它的日志，必要时重启它",
    ),
    "port_unusable": ("✗", "不能用 HOST={host} PORT={port}：{why}"),
    # What is written.
    "settings": ("✓", "设置没有写错"),
    "setting_wrong": ("✗", "{fault}"),
    "programme": ("✓", "积分计划「{name}」，{rules} 条规则"),
    "programme_wrong": ("✗", "{fault}"),
    "programme_doubts": (
        "!",
        "积分计划有 {count} 条提醒：运行 .venv/bin/python -m bot check 逐条看",
    ),
    "superusers": ("✓", "超级管理员 {count} 个"),
    "no_superusers": (
        "!",
        "没有超级管理员：只有群主和群管理员能管理。要设就在 .env 里写 SUPERUSERS=渠道:账号编号",
    ),
    "superuser_of_none": ("!", "SUPERUSERS 里的 {user} 属于没有接的渠道，不起作用"),
    "open_host": ("!", "HOST={host}：能连到这台机器的都能打开网页，请用防火墙挡住外人"),
    "token_in_the_open": (
        "!",
        "HOST={host}：OneBot 的令牌在网络上不加密。只在自己的内网这样用，"
        "要走公网就在前面放一个带 HTTPS 的反向代理",
    ),
    # The ledger.
    "database": ("✓", "账本 {database}，结构版本 {version}"),
    "database_new": ("!", "还没有账本：第一次启动会建在 {database}"),
    "database_old": (
        "!",
        "账本 {database} 的结构是旧版 {version}：下次启动会自动升级，升级前先备份",
    ),
    "database_newer": ("✗", "账本 {database} 是更新的程序建的（{version}）：请用那个版本的程序"),
    "database_away": ("✗", "打不开账本 {database}：{why}"),
    "database_slow": (
        "✗",
        "账本 {database} 过了 {seconds} 秒没有回应：数据库可能停了，或者网络不通",
    ),
    "database_read_only": (
        "✗",
        "账本 {database} 写不进去：{why}。检查文件夹是谁的、有没有写的权限，"
        "或者换一个 JIFEN_DATA_DIR",
    ),
    "journal": (
        "!",
        "账本 {database} 的日志方式是 {mode}：下次启动会改回 wal；"
        "启动以后还是这样，就停掉别的打开它的程序",
    ),
    "refused": (
        "!",
        "有 {count} 条消息平台不收，机器人还会再试：用手机登录看看账号是不是被限制了、"
        "是不是还在群里，私聊的话对方是不是好友",
    ),
    "parked": (
        "!",
        "有 {count} 条消息平台一再拒收，已经停发：运行 .venv/bin/python -m bot outbox 看是哪些，"
        "查明原因后可以重发",
    ),
    # The channels.
    "no_channel": (
        "!",
        "没有接真实的群，启动的是沙盒。接微信群：填 WECHATY_PUPPET_SERVICE_ENDPOINT 和"
        " WECHATY_PUPPET_SERVICE_TOKEN，步骤见 docs/wechat.md；"
        "接 QQ 群：填 ONEBOT_ACCESS_TOKEN，步骤见 docs/onebot.md",
    ),
    "no_endpoint": (
        "!",
        "写了 WECHATY_PUPPET_SERVICE_TOKEN，没写 WECHATY_PUPPET_SERVICE_ENDPOINT：微信没有接上",
    ),
    "wechaty": ("✓", "微信网关 {endpoint} 通了，已登录（网关版本 {version}）"),
    "wechaty_in_use": ("✓", "微信网关 {endpoint} 通了，机器人正连着它"),
    "wechaty_ours_waits": (
        "✗",
        "微信网关 {endpoint} 通了，机器人也连着它，但是还不能收发：{trouble}。"
        "打开网关的终端看有没有二维码要扫",
    ),
    "wechaty_taken": (
        "✗",
        "微信网关 {endpoint} 正被另一个程序连着：一个网关只能接一个机器人，请停掉那一个",
    ),
    "wechaty_away": (
        "✗",
        "连不上微信网关 {endpoint}：{why}。网关启动了吗？地址和端口对吗？防火墙放行了吗？",
    ),
    "wechaty_no_answer": (
        "✗",
        "微信网关 {endpoint} 连得上，但是没有回应（{why}）：重启网关",
    ),
    "wechaty_no_gateway": (
        "✗",
        "{endpoint} 上的不是能用的微信网关（{why}）：端口写对了吗？"
        "网关要带着 WECHATY_PUPPET_SERVICE_NO_TLS_INSECURE_SERVER=true 启动",
    ),
    "wechaty_wrong_token": (
        "✗",
        "微信网关 {endpoint} 不认这个令牌："
        "WECHATY_PUPPET_SERVICE_TOKEN 要和启动网关时的 WECHATY_TOKEN 一字不差",
    ),
    "wechaty_scan": (
        "✗",
        "微信网关 {endpoint} 通了，在等人扫码：打开网关的终端，用机器人那个微信号扫二维码",
    ),
    "wechaty_nobody": (
        "✗",
        "微信网关 {endpoint} 通了，但是没有微信号登录：打开网关的终端，"
        "用机器人那个微信号扫二维码；"
        "有的网关要等机器人启动后才给二维码",
    ),
    "wechaty_web": (
        "✗",
        "微信网关走的是网页版（群号 {room} 以 @@ 开头）：每次重新登录，群和人的编号都会变，"
        "积分接不上，只能试玩。换一个编号不变的 puppet，见 docs/wechat.md",
    ),
    "no_token": (
        "!",
        "ONEBOT_ACCESS_TOKEN 空着：谁连得上 JIFEN_ONEBOT_URLS 里的地址，"
        "谁就能冒充机器人。两边都设同一个令牌",
    ),
    "plain_url": (
        "!",
        "JIFEN_ONEBOT_URLS 里的 {url} 不加密，令牌在路上会被看见：换成 wss:// 或者走内网",
    ),
    "onebot": ("✓", "OneBot {url} 通了，已登录 {account}"),
    "onebot_offline": (
        "✗",
        "OneBot {url} 通了，但是账号 {account} 掉线了：到 OneBot 那边重新登录",
    ),
    "onebot_away": (
        "✗",
        "连不上 OneBot {url}：{why}。OneBot 那边启动了吗？正向 WebSocket 打开了吗？",
    ),
    "onebot_no_onebot": (
        "✗",
        "{url} 上的不是 OneBot v11 的 WebSocket（{why}）：地址和端口写对了吗？",
    ),
    "onebot_no_answer": ("✗", "OneBot {url} 连得上，但是没有回应（{why}）：重启 OneBot 那边"),
    "onebot_wrong_token": (
        "✗",
        "OneBot {url} 不认这个令牌（{why}）："
        "ONEBOT_ACCESS_TOKEN 要和 OneBot 那边的 token 一字不差",
    ),
    "onebot_door": ("✓", "OneBot 已经连进来了（反向 WebSocket）"),
    "onebot_door_waits": (
        "✗",
        "OneBot 没有接通（{trouble}）："
        "在 OneBot 那边新建「WebSocket 客户端」（反向 WebSocket），"
        "地址写 {address}，token 写 ONEBOT_ACCESS_TOKEN 的值",
    ),
    "onebot_door_left": (
        "✗",
        "OneBot 接通过，现在不行（{trouble}）：看 OneBot 那边是不是还开着、QQ 是不是掉线了，"
        "掉线了就重新登录",
    ),
    "onebot_door_token": (
        "✗",
        "OneBot 没有接通（{trouble}）：OneBot 那边的 token 要和 ONEBOT_ACCESS_TOKEN 一字不差",
    ),
    "onebot_door_closed": (
        "!",
        "反向 WebSocket 要等机器人启动后由 OneBot 那边来连：地址写 {address}，"
        "token 写 ONEBOT_ACCESS_TOKEN 的值",
    ),
    "onebot_local": (
        "!",
        "HOST={host}：只有这台机器上的 OneBot 连得进来。OneBot 在别的机器或者容器里，"
        "就要改 HOST，见 docs/onebot.md",
    ),
    # Rooms, and what is to be said.
    "rooms": ("✓", "开通的群 {count} 个"),
    "no_rooms": ("!", "还没有开通的群：把机器人拉进群，由群主或群管理员在群里发「启用」"),
    "room_unknown": (
        "!",
        "JIFEN_ROOMS 里的 {room} 还没有来过消息：群号写对了吗？机器人的账号在群里吗？",
    ),
    "room_closed": ("!", "JIFEN_ROOMS 里的 {room} 被管理员停用了：要恢复就在群里发「启用」"),
    "room_of_none": ("!", "JIFEN_ROOMS 里的 {room} 属于没有接的渠道，不起作用"),
}
