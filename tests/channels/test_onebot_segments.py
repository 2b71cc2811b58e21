"""What a message holds, as an array and as a CQ string; the cards in it."""

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.onebot.cards import LONGEST, card
from bot.channels.onebot.segments import Picture, content, segments
from tests.channels.onebot_frames import Frame, segment, text

OWN = {"10001", "10002"}
MD5 = "d41d8cd98f00b204e9800998ecf8427e"


@pytest.mark.parametrize(
    ("array", "string", "said", "mentions", "quote"),
    [
        ([text("签到")], "签到", "签到", (), ""),
        (
            [segment("at", qq="10001"), text(" 签到")],
            "[CQ:at,qq=10001] 签到",
            "@10001\u2005 签到",
            ("bot",),
            "",
        ),
        (
            [segment("at", qq=10002, name="@小积"), text("积分")],
            "[CQ:at,qq=10002,name=@小积]积分",
            "@小积\u2005积分",
            ("bot",),
            "",
        ),
        (
            [text("加分 "), segment("at", qq="30002"), text(" 5 "), segment("at", qq="30003")],
            "加分 [CQ:at,qq=30002] 5 [CQ:at,qq=30003]",
            "加分 @30002\u2005 5 @30003",
            ("30002", "30003"),
            "",
        ),
        (
            [segment("at", qq="all"), text(" 早")],
            "[CQ:at,qq=all] 早",
            "@全体成员\u2005 早",
            (),
            "",
        ),
        (
            [segment("reply", id="-77"), segment("at", qq="30002"), text(" 通过")],
            "[CQ:reply,id=-77][CQ:at,qq=30002] 通过",
            "通过",
            (),
            "-77",
        ),
        (
            [segment("reply", id="77"), segment("at", qq="10001"), text(" 通过")],
            "[CQ:reply,id=77][CQ:at,qq=10001] 通过",
            "通过",
            ("bot",),
            "77",
        ),
        (
            [segment("face", id="14"), text("签到"), segment("face", id="14")],
            "[CQ:face,id=14]签到[CQ:face,id=14]",
            "签到",
            (),
            "",
        ),
        (
            [text("[CQ:at,qq=10001] & a,b")],
            "&#91;CQ:at,qq=10001&#93; &amp; a,b",
            "[CQ:at,qq=10001] & a,b",
            (),
            "",
        ),
        ([text("&#91;")], "&amp;#91;", "&#91;", (), ""),
    ],
)
def test_text_mentions_and_quotes_read_the_same_in_both_forms(
    array: list[Frame], string: str, said: str, mentions: tuple[str, ...], quote: str
) -> None:
    for form in (array, string):
        found = content(form, OWN)
        assert (found.kind, found.text, found.mentions, found.quote) == (
            "text",
            said,
            mentions,
            quote,
        )


@pytest.mark.parametrize(
    ("values", "picture"),
    [
        ({"file": f"{MD5.upper()}.jpg", "url": "https://p/1"}, Picture(MD5, "https://p/1")),
        ({"file": f"{MD5}.image"}, Picture(MD5)),
        (
            {"file": "{D41D8CD9-8F00-B204-E980-0998ECF8427E}.png"},
            Picture(MD5),
        ),
        ({"file": "a.jpg", "file_unique": MD5}, Picture(MD5)),
        ({"file": "a.jpg", "url": "http://p/2"}, Picture("", "http://p/2")),
        ({"file": "http://p/3.jpg"}, Picture("", "http://p/3.jpg")),
        ({"file": "file:///etc/passwd"}, Picture()),
        ({"file": "0123456789abcdef.jpg"}, Picture()),
        ({}, Picture()),
    ],
)
def test_a_picture_is_named_by_its_hash_or_has_an_address(values: Frame, picture: Picture) -> None:
    found = content([segment("image", **values)], OWN)
    assert (found.kind, found.pictures) == ("image", (picture,))


@pytest.mark.parametrize(
    ("parts", "kind"),
    [
        ([segment("face", id="1")], "sticker"),
        ([segment("image", file=f"{MD5}.gif", sub_type=1)], "sticker"),
        ([segment("image", file=f"{MD5}.gif", subType="1")], "sticker"),
        ([segment("mface", summary="[狗头]")], "sticker"),
        ([segment("record", file="a.amr")], "other"),
        ([segment("video", file="a.mp4")], "video"),
        ([segment("file", file="a.pdf")], "file"),
        ([segment("forward", id="x")], "other"),
        ([segment("something_new", a=1)], "other"),
        ([segment("image", file=f"{MD5}.jpg"), text("好喝")], "text"),
        ([], "other"),
        ("", "other"),
        ([segment("at", qq="10001")], "text"),
    ],
)
def test_what_is_not_written_has_a_kind_of_its_own(parts: object, kind: str) -> None:
    assert content(parts, OWN).kind == kind


def test_a_sticker_is_no_picture() -> None:
    sticker = segment("image", file=f"{MD5}.gif", sub_type=1)
    shown = content([text("好喝"), sticker, segment("image", file=f"{MD5}.jpg")], OWN)
    assert shown.pictures == (Picture(MD5),)
    assert content([sticker], OWN).pictures == ()


def test_a_shared_page_is_a_link() -> None:
    found = content([segment("share", url="https://shop.example/1", title="面膜")], OWN)
    assert (found.kind, found.text) == ("link", "面膜")
    assert found.facts == {"url": "https://shop.example/1", "title": "面膜"}


MINI = {
    "app": "com.tencent.miniapp_01",
    "view": "view_8C8E89B49BE609866298ADDFF2DBABA4",
    "prompt": "[QQ小程序]某商城",
    "meta": {
        "detail_1": {
            "appid": "1109937557",
            "title": "某商城",
            "desc": "面膜",
            "url": "m.q.qq.com/a/s/0f6",
            "qqdocurl": "https://shop.example/1?ref=AB12",
            "host": {"uin": 30001, "nick": "小美"},
        }
    },
}
NEWS = {
    "app": "com.tencent.tuwen.lua",
    "view": "news",
    "meta": {"news": {"title": "面膜", "desc": "好用", "jumpUrl": "https://shop.example/1"}},
}


@pytest.mark.parametrize(
    ("payload", "found"),
    [
        (
            MINI,
            (
                "miniprogram",
                {
                    "appid": "1109937557",
                    "url": "https://shop.example/1?ref=AB12",
                    "title": "面膜",
                },
            ),
        ),
        (NEWS, ("link", {"url": "https://shop.example/1", "title": "面膜"})),
        (
            {**NEWS, "app": "com.tencent.structmsg"},
            ("link", {"url": "https://shop.example/1", "title": "面膜"}),
        ),
        (
            {"app": "com.tencent.miniapp.lua", "meta": {"miniapp": {"jumpUrl": "https://b/1"}}},
            ("link", {"url": "https://b/1", "title": ""}),
        ),
        ({"app": "com.tencent.multimsg", "meta": {"detail": {"resid": "x"}}}, None),
        ({"app": "com.tencent.tuwen.lua", "meta": {"news": {"jumpUrl": "javascript:1"}}}, None),
        ({"app": 5, "meta": {}}, None),
        ({"app": "x", "meta": {"a": 5}}, None),
    ],
)
def test_a_card_is_a_link_or_a_mini_program(payload: Frame, found: object) -> None:
    assert card(json.dumps(payload)) == found
    assert card(payload) == found


@pytest.mark.parametrize(
    "payload",
    ["", "{", "[" * 10_000, "[]", "5", None, 5, [], json.dumps({**NEWS, "x": "y" * LONGEST})],
)
def test_what_is_no_card_is_none(payload: object) -> None:
    assert card(payload) is None


def test_a_card_in_a_cq_string_has_its_commas_escaped() -> None:
    escaped = json.dumps(MINI).replace("&", "&amp;").replace(",", "&#44;")
    escaped = escaped.replace("[", "&#91;").replace("]", "&#93;")
    found = content(f"[CQ:json,data={escaped}]", OWN)
    assert (found.kind, found.facts["appid"]) == ("miniprogram", "1109937557")


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["type", "data", "qq", "text", "id", "file", "url"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)


@given(ANYTHING)
def test_whatever_is_sent_as_a_message_is_read(message: object) -> None:
    found = content(message, OWN)
    assert isinstance(found.text, str)
    assert all(isinstance(person, str) and person for person in found.mentions)


@given(st.text("[CQ:at,qq=10]&#9;amp ", max_size=60))
def test_whatever_is_sent_as_a_string_is_read(message: str) -> None:
    assert all(isinstance(one.kind, str) for one in segments(message))


def test_a_long_string_of_beginnings_is_read_in_a_moment() -> None:
    began = time.perf_counter()
    for evil in ("[CQ:a,b=", "[CQ:a", "[CQ:a,b=c,", "&#91;", "&amp;#44;"):
        content(evil * 100_000, OWN)
    assert time.perf_counter() - began < 3
