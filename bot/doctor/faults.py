"""What is wrong in `.env`, for operators: in Chinese."""

import re

from config.errors import ConfigError

ENDINGS = (
    (r"must be a whole number, (\d+) to (\d+)", "要写 {0} 到 {1} 的整数"),
    (r"must name a file, such as (\S+)", "要写明是哪个文件，如 {0}"),
    (
        r"must begin with postgresql\+psycopg:// instead of (\S+)",
        "开头要写 postgresql+psycopg://，不是 {0}",
    ),
    (
        r"must begin with sqlite:/// or postgresql\+psycopg://",
        "开头要写 sqlite:/// 或者 postgresql+psycopg://",
    ),
    (
        "must be an address or a name, without http:// and port",
        "只写地址或者主机名，不带 http:// 和端口",
    ),
    (
        r"'(.+)' must be channel:external id, .+",
        "「{0}」要写成 渠道:账号编号，冒号用英文的，如 onebot:10001；昵称不行，谁都能改成一样的",
    ),
    (
        r"'(.+)' must be channel:room id, .+; channels: (.+)",
        "「{0}」要写成 渠道:群号，冒号用英文的，如 onebot:123456；渠道只有 {1}",
    ),
    (
        r"must be host:port, such as (\S+), without http://",
        "要写成 地址:端口，冒号用英文的，如 {0}，不带 http://",
    ),
    (
        "each must be ws://host:port or wss://host:port; .+",
        "每个都要写成 ws://地址:端口 或者 wss://地址:端口，令牌不写在这里，"
        "写在 ONEBOT_ACCESS_TOKEN",
    ),
    ("must not be a word that others know", "不能用人人都猜得到的词，用文档里的办法随机编一个"),
    (
        "must be 8 letters, digits or signs at least, without spaces",
        "至少 8 个英文字母、数字或符号，不能有汉字和空格",
    ),
    (
        "must be 24 random bytes or more; left empty, one is made",
        "至少要 24 个随机字节；空着就自动生成一个",
    ),
    ("must be the gateway's token, .+", "没有填：写启动网关时的那个令牌"),
    (
        r"can be read by everybody here, chmod 600 (\S+)",
        "能被这台机器上的别人看到：运行 chmod 600 {0}",
    ),
    (r"is no preset, did you mean \"(.+)\"\?", "没有这个方案，是不是想写 {0}"),
    (r"is no preset, known: (.+)", "没有这个方案，只有 {0}"),
    (r"must be ('.+') or ('.+')", "只能写 {0} 或 {1}"),
    (r"stands twice, first in line (\d+)", "写了两次，第一次在第 {0} 行：留一个"),
)
"""How the sentence ends, and how it ends in Chinese."""

WHOLE = (
    (r'unknown variable (\S+), did you mean "(.+)"\?', "不认识 {0}，是不是想写 {1}"),
    (r"unknown variable (\S+), known: (.+)", "不认识 {0}，能写的有 {1}"),
    ("must be KEY=value", "这一行要写成 名字=值"),
    (r"cannot be read: (.+)", "打不开：{0}"),
)


def in_chinese(fault: ConfigError) -> str:
    """Where and what, `.env 第 13 行：PORT = "abc"，要写 0 到 65535 的整数`; in the fault's own
    words where there are none for it here."""
    said = _said(fault)
    if said is None:
        return str(fault)
    place = "系统环境变量" if fault.file == "environment" else fault.file
    return f"{place} 第 {fault.line} 行：{said}" if fault.line else f"{place}：{said}"


def _said(fault: ConfigError) -> str | None:
    for pattern, words in WHOLE:
        if found := re.fullmatch(pattern, fault.message):
            return words.format(*found.groups())
    for pattern, words in ENDINGS:
        if found := re.fullmatch(rf"(.+?),? {pattern}", fault.message):
            return f"{found[1]}，{words.format(*found.groups()[1:])}"
    return None
