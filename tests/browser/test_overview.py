"""The page that says how the real channels are, as an operator sees it."""

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.running import running


def test_it_says_what_is_not_connected_and_which_rooms_are_open(
    page: Page, tmp_path: Path
) -> None:
    channels = {"ONEBOT_ACCESS_TOKEN": "0d1c2b3a4f5e6978", "JIFEN_ROOMS": "onebot:20001"}
    with running(tmp_path / "data", **channels) as bot:
        page.goto(bot.link)
        expect(page).to_have_title("运行状态 · 积分机器人")
        channel, saying, room = (
            page.locator(f"#{one} li") for one in ("channels", "saying", "rooms")
        )
        expect(channel).to_have_text("QQ（OneBot）没有接通还没有 OneBot 连进来")
        expect(saying).to_have_text("排队0 条")
        expect(room).to_have_text("20001还没有消息QQ（OneBot） · 20001")
        expect(page.locator("#no-rooms")).to_be_hidden()
        expect(page.locator("#lost")).to_be_hidden()
