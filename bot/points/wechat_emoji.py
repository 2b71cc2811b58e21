"""WeChat's own emoji as they arrive in texts: `[太阳]`."""

import re

_NAMES = """
微笑 撇嘴 色 发呆 得意 流泪 害羞 闭嘴 睡 大哭 尴尬 发怒 调皮 呲牙 惊讶 难过 酷 囧 冷汗
抓狂 吐 偷笑 愉快 可爱 白眼 傲慢 饥饿 困 惊恐 流汗 汗 憨笑 悠闲 大兵 奋斗 咒骂 嘘 晕
疯了 折磨 衰 骷髅 敲打 再见 擦汗 抠鼻 鼓掌 糗大了 坏笑 左哼哼 右哼哼 哈欠 鄙视 委屈
快哭了 阴险 亲亲 吓 可怜 菜刀 西瓜 啤酒 篮球 乒乓 咖啡 饭 猪头 玫瑰 凋谢 嘴唇 示爱 爱心
心碎 蛋糕 闪电 炸弹 刀 足球 瓢虫 便便 月亮 太阳 礼物 拥抱 强 握手 胜利 抱拳 勾引 拳头
爱你 OK 爱情 飞吻 跳跳 发抖 怄火 转圈 磕头 回头 跳绳 投降 激动 乱舞 街舞 献吻 左太极
右太极 嘿哈 捂脸 奸笑 机智 皱眉 耶 吃瓜 加油 天啊 Emm 社会社会 旺柴 好的 打脸 哇 翻白眼
666 让我看看 叹气 苦涩 裂开 合十 鸡 發 福 红包 烟花 爆竹 庆祝 破涕为笑 笑脸 生病 脸红
恐惧 失望 无语 强壮 鬼脸 合掌 笑哭 彩带 鲜花 星星 茶 咧嘴笑 嘻哈 嗨 对勾
"""
NAMES = frozenset(_NAMES.split())
"""Those that only lend a mood; not `[疑问]`, `[弱]`, `[差劲]` and `[NO]`, which turn what is said
round."""
CODE = re.compile(r"\[([\u4e00-\u9fffA-Za-z0-9]{1,5})\]")


def without_moods(text: str) -> str:
    """The text with a space for each emoji that only lends a mood."""
    if "[" not in text:
        return text
    return CODE.sub(lambda found: " " if found[1] in NAMES else found[0], text)


def without_codes(text: str) -> str:
    """The text without anything that has the form of one."""
    return CODE.sub("", text) if "[" in text else text
