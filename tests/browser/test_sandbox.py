"""The sandbox in a real Chromium, before a real bot."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.driver import SandboxDriver
from tests.browser.running import Running, running
from tests.replaying import export, lines, replay

pytestmark = pytest.mark.browser

HOSTILE = "坏<img src=x onerror=alert(1)>\u202egnp.exe\n{points} %s " + "长" * 60
PICTURE = "一杯茶"


def test_ledger_why_and_ranking_follow_what_two_members_say(sandbox: SandboxDriver) -> None:
    assert "+5 积分" in sandbox.ask("签到")
    expect(sandbox.entries).to_have_count(1)
    expect(sandbox.entries.first).to_contain_text(re.compile(r"小美.*每日签到.*\+5.*余额 5", re.S))
    expect(sandbox.trace).to_contain_text(re.compile(r"小美：.*签到.*规则.*每日签到.*\+5", re.S))
    expect(sandbox.trace).to_contain_text(re.compile(r"基础分.*5.*倍数.*×1.*上限", re.S))
    expect(sandbox.trace).to_contain_text(re.compile(r"流水 #1.*余额 5", re.S))
    assert sandbox.board("day") == ["1 小美 5"]

    sandbox.speak_as("阿强")
    sandbox.ask("打卡")
    expect(sandbox.entries).to_have_count(2)
    assert sandbox.board("total") == ["1 小美 5", "1 阿强 5"]
    expect(sandbox.page.locator(".person", has_text="阿强")).to_contain_text("连续 1 天")

    sandbox.ask("签到")
    expect(sandbox.trace).to_contain_text(
        re.compile("没有记分.*already_done.*今天已经得过分了", re.S)
    )
    sandbox.say("签到了吗")
    expect(sandbox.trace).to_contain_text("这不是命令，机器人不作声")
    sandbox.ask("积分")
    expect(sandbox.trace).to_contain_text("没有动账")
    expect(sandbox.entries).to_have_count(2)


def test_the_seventh_day_in_a_row_pays_the_bonus_and_seven_days_away_break_the_streak(
    sandbox: SandboxDriver,
) -> None:
    today = sandbox.page.locator("#now")
    first = today.inner_text()
    for _ in range(6):
        sandbox.ask("签到")
        sandbox.jump("明天")
    assert today.inner_text() != first
    assert "+35 积分" in sandbox.ask("签到")
    expect(sandbox.entries).to_have_count(8)
    expect(sandbox.entries.first).to_contain_text(re.compile(r"连续签到奖励.*\+30.*余额 65", re.S))
    expect(sandbox.trace).to_contain_text(re.compile(r"每日签到.*\+5.*连续签到奖励.*\+30", re.S))
    expect(sandbox.trace).to_contain_text(re.compile(r"第 7 天.*每 7 天一次", re.S))
    assert sandbox.board("day") == ["1 小美 35"]
    assert sandbox.board("total") == ["1 小美 65"]

    sandbox.jump("七天后")
    expect(sandbox.page.locator("#board-day")).to_contain_text("今天还没有人得分")
    assert "连续 1 天" in sandbox.ask("签到")
    expect(sandbox.entries).to_have_count(9)


def test_an_admin_grants_and_takes_back_and_a_member_may_not(sandbox: SandboxDriver) -> None:
    sandbox.ask("签到")
    assert "管理员" in sandbox.ask("加分 @阿强 20 帮忙")
    expect(sandbox.entries).to_have_count(1)
    sandbox.press("管理员")
    expect(sandbox.page.locator(".tools [data-tool=admin]")).to_have_attribute(
        "aria-pressed", "true"
    )
    sandbox.ask("加分 @阿强 20 帮忙")
    expect(sandbox.entries).to_have_count(2)
    expect(sandbox.trace).to_contain_text(re.compile(r"阿强.*帮忙.*调账.*\+20", re.S))
    assert "自己" in sandbox.ask("撤销 1")
    sandbox.ask("撤销 2")
    expect(sandbox.entries).to_have_count(3)
    expect(sandbox.entries.first).to_contain_text(re.compile(r"撤销 #2.*冲正.*−20", re.S))
    expect(sandbox.trace).to_contain_text(re.compile(r"撤销 #2.*冲正.*−20", re.S))


def test_the_same_message_delivered_again_changes_nothing(sandbox: SandboxDriver) -> None:
    sandbox.ask("签到")
    for _ in range(3):
        before = sandbox.system_lines.count()
        sandbox.press("重复投递")
        expect(sandbox.system_lines).to_have_count(before + 1)
    sandbox.ask("积分")
    expect(sandbox.entries).to_have_count(1)
    assert sandbox.board("total") == ["1 小美 5"]


def test_members_come_go_and_are_invited(sandbox: SandboxDriver) -> None:
    page = sandbox.page
    sandbox.press("邀请入群")
    page.get_by_label("新成员的群昵称").fill("小满")
    page.keyboard.press("Enter")
    expect(sandbox.system_lines.last).to_have_text("小美 邀请 小满 加入了群聊")
    expect(sandbox.trace).to_contain_text(
        re.compile(r"小满.*新人礼.*\+50.*拉人进群.*待入账", re.S)
    )
    sandbox.press("添加成员")
    page.get_by_label("新成员的群昵称").fill("阿哲")
    page.keyboard.press("Enter")
    expect(sandbox.system_lines.last).to_have_text("阿哲 通过扫描群二维码加入了群聊")
    expect(page.locator("#count")).to_have_text("(7)")
    sandbox.speak_as("小满")
    sandbox.press("退出群聊")
    expect(sandbox.system_lines.last).to_have_text("小满 退出了群聊")
    expect(page.locator(".person", has_text="小满")).to_have_count(0)
    sandbox.press("邀请入群")
    page.locator("#join").get_by_role("button", name="小满").click()
    expect(page.locator(".person", has_text="小满")).to_have_count(1)


def test_links_pictures_mentions_quotes_and_recalls(sandbox: SandboxDriver) -> None:
    page = sandbox.page
    sandbox.press("分享链接")
    page.locator("#share").get_by_role("button", name="发送").click()
    expect(page.locator(".bubble-link")).to_contain_text("shop.example.com")
    sandbox.press("发图片")
    page.get_by_role("button", name=PICTURE).click()
    image = page.locator(".bubble-image img")
    expect(image).to_be_visible()
    page.wait_for_function(
        "() => document.querySelector('.bubble-image img').naturalWidth === 480"
    )

    assert "余额 20" in sandbox.ask("@积分助手 积分")
    field = page.get_by_label("消息", exact=True)
    field.press_sequentially("@阿")
    page.keyboard.press("Enter")
    field.press_sequentially("看这里")
    page.keyboard.press("Enter")
    expect(sandbox.messages.last).to_contain_text("@阿强")
    last = page.request.get(page.url + "sandbox/state").json()["lines"][-1]
    assert last["mentions"] == ["aqiang"]

    sandbox.messages.last.locator(".bubble").click()
    sandbox.messages.last.get_by_role("button", name="引用", exact=True).click()
    sandbox.say("同意")
    expect(sandbox.messages.last.locator(".quoted")).to_contain_text("看这里")
    sandbox.press("撤回")
    expect(sandbox.system_lines.last).to_have_text("小美 撤回了一条消息")


def test_hostile_names_and_texts_stay_text(sandbox: SandboxDriver) -> None:
    page = sandbox.page
    sandbox.press("添加成员")
    page.evaluate("([name]) => (document.getElementById('join-name').value = name)", [HOSTILE])
    page.keyboard.press("Enter")
    expect(page.locator(".person")).to_have_count(5)
    page.locator(".person").last.click()
    sandbox.ask("签到")
    for text in (HOSTILE, "字" * 100_000, "a" * 3_000, "‮‮‮abc", "e" + "\u0301" * 1_000, "\u200b"):
        sandbox.say(text)
    expect(page.locator("main img")).to_have_count(0)
    expect(sandbox.messages.last).to_be_visible()
    wide = page.evaluate(
        "() => [document.documentElement, document.getElementById('lines')]"
        ".some((part) => part.scrollWidth > part.clientWidth)"
    )
    assert not wide
    assert page.locator("#ledger .name").first.bounding_box()["height"] < 30


def test_a_second_page_sees_the_same_and_stays_live(sandbox: SandboxDriver, bot: Running) -> None:
    sandbox.ask("签到")
    page = sandbox.page.context.new_page()
    second = SandboxDriver(page)
    second.open(bot.address)
    expect(second.entries).to_have_count(1)
    expect(second.messages).to_have_count(2)
    sandbox.speak_as("木木")
    sandbox.ask("签到")
    expect(second.entries).to_have_count(2)
    expect(second.messages).to_have_count(4)


def test_after_a_restart_the_open_page_comes_back_and_the_ledger_is_there(
    browser: Browser, tmp_path: Path
) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    sandbox = SandboxDriver(page)
    with running(tmp_path / "data") as first:
        sandbox.open(first.link)
        sandbox.press("邀请入群")
        page.get_by_label("新成员的群昵称").fill("小满")
        page.keyboard.press("Enter")
        sandbox.speak_as("小满")
        sandbox.ask("签到")
        sandbox.jump("明天")
        sandbox.ask("积分")
        day = page.locator("#now").inner_text().split()[0]
    expect(page.locator("#connection")).to_be_visible()
    with running(tmp_path / "data", first.port):
        expect(page.locator("#connection")).to_be_hidden(timeout=60_000)
        restarted = sandbox.system_lines.filter(has_text="账本原样还在")
        expect(restarted).to_be_visible(timeout=60_000)
        expect(sandbox.entries).to_have_count(2)  # 小满 was welcomed, and checked in
        assert page.locator("#now").inner_text().split()[0] == day
        expect(page.locator(".person", has_text="小满")).to_have_attribute("aria-pressed", "true")
        assert "连续 2 天" in sandbox.ask("签到")
    context.close()


def test_a_page_whose_session_is_over_says_how_to_log_in(
    sandbox: SandboxDriver, complaints: list[str]
) -> None:
    sandbox.page.context.clear_cookies()
    sandbox.page.reload()
    expect(sandbox.page.get_by_role("heading")).to_have_text("请用登录链接打开")
    assert [complaint for complaint in complaints if "401" not in complaint] == []
    complaints.clear()


def test_on_a_phone_the_ledger_is_a_drawer(bot: Running, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    page = context.new_page()
    sandbox = SandboxDriver(page)
    sandbox.open(bot.link)
    sandbox.ask("签到")
    expect(page.locator("#ledger")).not_to_be_visible()
    expect(page.locator("#unread")).to_be_visible()
    page.get_by_role("button", name="账本").tap()
    expect(sandbox.entries).to_have_count(1)
    expect(sandbox.entries.first).to_be_in_viewport()
    page.get_by_role("button", name="回到群聊").tap()
    expect(page.locator("#ledger")).not_to_be_visible()
    page.get_by_role("button", name="更多", exact=True).tap()
    sandbox.press("管理员")
    expect(page.locator(".tools [data-tool=admin]")).to_have_attribute("aria-pressed", "true")
    assert not page.evaluate("() => document.documentElement.scrollWidth > innerWidth")
    context.close()


@pytest.mark.parametrize("width", [1920, 1440, 1360, 1180, 1024, 860])
def test_no_button_is_cut_off_at_any_width_of_a_desk(
    bot: Running, browser: Browser, width: int
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 850})
    sandbox = SandboxDriver(context.new_page())
    sandbox.open(bot.link)
    sandbox.speak_as("老周")
    for button in sandbox.page.locator(".tools button, .chip").all():
        expect(button).to_be_in_viewport(ratio=1)
    context.close()


def test_an_admin_has_a_button_for_what_waits(sandbox: SandboxDriver) -> None:
    chip = sandbox.page.get_by_role("button", name="待审核")
    expect(chip).to_be_hidden()
    sandbox.speak_as("老周")
    chip.click()
    expect(sandbox.answers.last).to_contain_text("没有待审核的")


STORY = [
    [("小美", "签到"), ("阿强", "打卡"), ("木木", "大家早"), ("小美", "签到")],
    [("小美", "签到"), ("木木", "签到了吗"), ("老周", "加分 @木木 30 搬货"), ("阿强", "撤销 1")],
    *[[("小美", "打卡"), ("木木", "签到")]] * 4,
    [("小美", "签到"), ("阿强", "积分"), ("老周", "扣分 @小美 8 退货"), ("老周", "撤销 2")],
    [("小美", "签到"), ("木木", "签到"), ("木木", "签")],
]
"""What is said on each of eight days."""


def test_what_is_played_in_the_browser_and_replayed_from_a_transcript_gives_the_same_entries(
    sandbox: SandboxDriver, bot: Running, tmp_path: Path
) -> None:
    for number, day in enumerate(STORY):
        if number:
            sandbox.jump("明天")
        for name, text in day:
            sandbox.speak_as(name)
            sandbox.say(text)
            sandbox.press("重复投递")
    expect(sandbox.messages.last).to_be_visible()
    state = sandbox.page.request.get(f"{bot.address}/sandbox/state").json()
    transcript = tmp_path / "played.jsonl"
    transcript.write_text("".join(transcribed(state)), "utf-8")
    replayed = f"sqlite:///{tmp_path / 'replayed.db'}"
    replay(transcript, replayed)
    played = entries(bot.database)
    assert played == entries(replayed)
    assert len(played) >= 18


def transcribed(state: dict[str, Any]) -> list[str]:
    """The room's lines as a transcript, with what was delivered twice in it twice."""
    people = {person["id"]: person for person in state["people"]}
    said = {line["message"]: line for line in state["lines"] if line["kind"] == "text"}
    return [
        json.dumps(
            {
                "type": "message",
                "id": line["message"],
                "at": line["at"],
                "room": "sandbox",
                "sender": said[line["message"]]["sender"],
                "name": people[said[line["message"]]["sender"]]["name"],
                "role": people[said[line["message"]]["sender"]]["role"],
                "text": said[line["message"]]["text"],
                "mentions": said[line["message"]]["mentions"],
            }
        )
        + "\n"
        for line in state["lines"]
        if line["message"]
    ]


def entries(url: str) -> list[dict[str, Any]]:
    """What was entered: for whom, under which rule, how many points, for which day, and why."""
    kept = ("external_id", "kind", "rule", "points", "on", "expires_on", "reverses", "note")
    return [{name: line[name] for name in kept} for line in lines(export("entries", url))]


def test_an_admin_approves_a_post_by_the_card_s_button_and_the_author_is_told(
    sandbox: SandboxDriver,
) -> None:
    page = sandbox.page
    sandbox.say("已转发朋友圈")
    sandbox.press("发图片")
    page.get_by_role("button", name=PICTURE).click()
    card = page.locator(".message", has_text=re.compile(r"待审核 #\d+ 分享商品 \+20"))
    expect(card).to_contain_text("朋友圈截图")
    approve = card.get_by_role("button", name="通过")
    expect(approve).to_be_disabled()

    sandbox.speak_as("老周")
    card.get_by_role("button", name="驳回").click()
    expect(page.get_by_label("消息", exact=True)).to_have_value(re.compile(r"^\d+ 驳回 $"))
    page.get_by_label("消息", exact=True).fill("")
    approve.click()
    expect(sandbox.messages.filter(has_text="已通过 #")).to_have_count(1)
    told = page.locator(".message", has_text="分享商品审核通过,+20 积分")
    expect(told).to_contain_text(re.compile("私聊.*小美", re.S))
    expect(sandbox.entries.first).to_contain_text(re.compile(r"小美.*分享商品.*\+20", re.S))
    approve.click()
    expect(sandbox.answers.last).to_contain_text("老周")
