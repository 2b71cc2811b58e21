"""Which hosts are the shop's, where its links lead, and all that only looks like them."""

import pytest

from bot.points.link import is_listed, link, links, page

HOSTS = frozenset({"shop.example.com", "*.mall.cn", "xn--fiq228c.example.org"})
SHOP = [
    "https://shop.example.com", "http://shop.example.com", "HTTPS://SHOP.EXAMPLE.COM/A",
    "https://shop.example.com/", "https://shop.example.com/item/1", "https://shop.example.com.",
    "https://shop.example.com./item/1", "https://shop.example.com:443/item/1",
    "https://shop.example.com:8443/", "https://shop.example.com:/a",
    "https://shop.example.com?id=1", "https://shop.example.com#/item/1",
    "https://shop.example.com/a@b", "https://shop.example.com/?u=https://evil.com",
    "https://shop.example.com/a%2eb", "shop.example.com", "shop.example.com/item/1",
    "Shop.Example.Com/item", "https://a.mall.cn/1", "https://a.b.mall.cn/1", "a.mall.cn",
    "https://m-1.mall.cn", "https://xn--fiq228c.example.org/1", " https://shop.example.com/1 ",
]  # fmt: skip
OTHERS = [
    "", "https://", "https:///", "https://.", "https://..", "shop", "https://shop/1",
    "https://evil.com", "https://example.com", "https://mall.cn", "https://mall.cn/a.mall.cn",
    "https://www.shop.example.com", "https://shop.example.com.cn",
    "https://evil-shop.example.com.cn", "https://evil-shop.example.com",
    "https://shop.example.com.evil.com", "https://shopexample.com", "https://shop-example.com",
    "https://shop.example.co", "https://shop.example.comm", "https://xshop.example.com",
    "https://amall.cn", "https://evilmall.cn", "https://a.mall.cn.evil.com",
    "https://shop.example.com@evil.com", "https://shop.example.com@evil.com/1",
    "https://user@shop.example.com/", "https://user:pass@shop.example.com/",
    "https://evil.com@shop.example.com", "https://shop.example.com:443@evil.com/",
    "https://shop.example.com%40evil.com", "https://shop.example.com%2eevil.com",
    "https://shop%2eexample%2ecom", "https://shop.example.com%00.evil.com",
    "https://shop.example.com\\.evil.com", "https://shop.example.com\\@evil.com",
    "https://evil.com\\@shop.example.com", "https:\\\\shop.example.com",
    "https:/shop.example.com", "https:shop.example.com", "https:///shop.example.com",
    "https://\\shop.example.com", "https://shop.exam\tple.com", "https://shop.exam\nple.com",
    "https://shop.example.com\r/1", "https://shop .example.com", "https://shop.example.com /1",
    "https://sh\u00adop.example.com", "https://shop\u200b.example.com",
    "https://shop。example。com", "https://ｓｈｏｐ.example.com", "https://shoр.example.com",
    "https://shop.exаmple.com", "https://shop.example.cоm", "https://shop.example.com℀.evil.com",
    "https://shop.example.com／.evil.com", "https://shop.example.com＠evil.com",
    "https://xn--shp-5cd.example.com", "https://xn--shop-abc.mall.cn", "https://a.xn--b.mall.cn",
    "https://中国.example.org", "https://-.mall.cn", "https://-a.mall.cn", "https://a-.mall.cn",
    "https://a..mall.cn", "https://.mall.cn", "https://_a.mall.cn", "https://*.mall.cn",
    "*.mall.cn", "https://shop.example.com:port", "https://shop.example.com:123456",
    "https://shop.example.com:80:80", "https://[shop.example.com]", "https://127.0.0.1",
    "https://evil.com/shop.example.com", "https://evil.com/https://shop.example.com",
    "https://evil.com?shop.example.com", "https://evil.com#shop.example.com",
    "https://evil.com/?u=https://shop.example.com/1", "ftp://shop.example.com",
    "javascript:shop.example.com", "weixin://shop.example.com", "//shop.example.com",
    "file://shop.example.com/1", "a@shop.example.com",
    "mailto:a@shop.example.com", "https://" + "a." * 200 + "mall.cn",
    "https://" + "a" * 64 + ".mall.cn", "hxxps://shop.example.com", "http s://shop.example.com",
]  # fmt: skip


def is_shop(url: str) -> bool:
    """Whether a card with this link leads to the shop."""
    found = link(url)
    return found is not None and is_listed(found.host, HOSTS)


def in_text(text: str) -> list[str]:
    """Where the shop's links in a text lead."""
    return [one.target for one in links(text, text) if is_listed(one.host, HOSTS)]


def test_the_tables_are_as_long_as_they_should_be() -> None:
    assert len({*SHOP, *OTHERS}) >= 60


@pytest.mark.parametrize("url", SHOP)
def test_what_leads_to_the_shop_is_its_own(url: str) -> None:
    assert is_shop(url)
    assert len(in_text(f"看看 {url} 不错")) == 1


@pytest.mark.parametrize("url", OTHERS)
def test_what_leads_elsewhere_or_hides_where_it_leads_is_not(url: str) -> None:
    assert not is_shop(url)


@pytest.mark.parametrize("url", [url for url in OTHERS if not set(url) & set(" \t\n\r")])
def test_in_a_text_it_is_not_either(url: str) -> None:
    for text in (url, f"看看{url}", f"看看 {url} 不错", f"({url})"):
        assert in_text(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "看这个https://shop.example.com/item/1", "https://shop.example.com/item/1很好用",
        "链接:https://shop.example.com/item/1,不错", "(https://shop.example.com/item/1)",
        "「https://shop.example.com/item/1」", "<https://shop.example.com/item/1>",
        "买了\nhttps://shop.example.com/item/1\n真好", "看shop.example.com/item/1",
        "地址:shop.example.com/item/1。", "https://shop.example.com/item/1!!!",
        "https://shop.example.com/item/1。下次还买",
        "https://evil.com https://shop.example.com/item/1",
    ],
)  # fmt: skip
def test_a_link_is_found_in_what_people_write(text: str) -> None:
    assert in_text(text) == ["shop.example.com/item/1"]


@pytest.mark.parametrize(
    "text",
    [
        "https://shop.example.com.中国/", "https://蓝shop.example.com",
        "https://shop.example.com中国", "https://shop.example.com。evil.com",
        "shop.example.com@evil.com", "https://evil.com/跳https://shop.example.com",
        "中国.shop.example.com", "сshop.example.com/1",
    ],
)  # fmt: skip
def test_a_host_that_goes_on_in_other_letters_is_another(text: str) -> None:
    assert in_text(text) == []


def test_what_only_looks_like_a_link_in_one_form_of_each_character_is_none() -> None:
    assert list(links("https://shop.example.com/a", "https://shop.exa\u200bmple.com/a")) == []
    assert list(links("shop.example.com", "ｓhop.example.com")) == []


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("https://shop.example.com/", "shop.example.com"),
        ("https://SHOP.example.com:443/Item/1/", "shop.example.com/Item/1"),
        ("http://shop.example.com/i?id=1", "shop.example.com/i?id=1"),
        ("https://shop.example.com/i?id=1&utm_source=wx&utm_medium=a", "shop.example.com/i?id=1"),
        ("https://shop.example.com/i?from=x&isappinstalled=0&id=1", "shop.example.com/i?id=1"),
        ("https://shop.example.com/i?spm=a&share_id=9&shareKey=x&id=1", "shop.example.com/i?id=1"),
        ("https://shop.example.com/i?scene=1&timestamp=2&nonce=3", "shop.example.com/i"),
        ("https://shop.example.com/i?b=2&a=1&a=1", "shop.example.com/i?a=1&b=2"),
        ("https://shop.example.com/i?ref=AB12&id=1", "shop.example.com/i?id=1"),
        ("https://shop.example.com/i?UTM_Source=x&&", "shop.example.com/i"),
        ("https://shop.example.com/i#comments", "shop.example.com/i"),
        ("https://shop.example.com/#/item?id=1&from=x", "shop.example.com/#/item?id=1"),
        ("https://shop.example.com/i?code=M01-23456", "shop.example.com/i?code=M01-23456"),
    ],
)  # fmt: skip
def test_the_target_is_the_same_however_it_was_passed_on(url: str, target: str) -> None:
    found = link(url)
    assert found is not None
    assert found.target == target


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("ref=AB12", "AB12"), ("invite=abcd1234", "abcd1234"), ("code=9999", "9999"),
        ("id=1&REF=AB12", "AB12"), ("code=9999&ref=AB12", "AB12"), ("ref=&invite=AB12", "AB12"),
        ("ref=abc", None), ("ref=abcdefghi", None), ("ref=ab-12", None), ("ref=邀请码码", None),
        ("id=AB12", None), ("", None),
    ],
)  # fmt: skip
def test_a_link_may_carry_the_sharer_s_code(query: str, code: str | None) -> None:
    found = link(f"https://shop.example.com/i?{query}")
    assert found is not None
    assert found.code == code


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("", ("", None)),
        ("pages/item/index?id=1", ("pages/item/index?id=1", None)),
        ("/pages/item/index.html?scene=9&id=1&share_from=2", ("pages/item/index?id=1", None)),
        ("pages/item/index?id=1&invite=AB12CD", ("pages/item/index?id=1", "AB12CD")),
    ],
)
def test_a_page_of_a_mini_program_is_named_alike(path: str, found: tuple[str, str]) -> None:
    assert page(path) == found
