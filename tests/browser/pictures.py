"""Takes the pictures of the sandbox that the documents show: `make pictures`, by hand.

Look at them before they are committed.
"""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, ViewportSize, expect, sync_playwright

from tests.browser.conftest import SWITCHES
from tests.browser.driver import SandboxDriver
from tests.browser.running import running
from tests.replaying import ROOT

CHROMIUM = "/usr/bin/chromium"
DESKTOP: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}


def main() -> None:
    """Plays seven days in a fresh sandbox, on each size, and writes docs/*.png."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        _take(browser, DESKTOP, ROOT / "docs" / "sandbox.png")
        _take(browser, PHONE, ROOT / "docs" / "sandbox-phone.png")
        browser.close()


def _take(browser: Browser, size: ViewportSize, picture: Path) -> None:
    with tempfile.TemporaryDirectory() as folder, running(Path(folder) / "data") as bot:
        context = browser.new_context(viewport=size, device_scale_factor=2, locale="zh-CN")
        sandbox = SandboxDriver(context.new_page())
        sandbox.open(bot.link)
        _play(sandbox)
        sandbox.page.screenshot(path=picture)
        context.close()
    sys.stdout.write(f"{picture.relative_to(ROOT)}\n")


def _play(sandbox: SandboxDriver) -> None:
    """A week: one who never misses a day, and two who sometimes do."""
    for day in range(1, 7):
        _check_in(sandbox, "小美")
        if day < 6:
            _check_in(sandbox, "木木")
        if day > 3:
            _check_in(sandbox, "阿强")
        sandbox.jump("明天")
    _check_in(sandbox, "阿强")
    sandbox.speak_as("木木")
    sandbox.say("好吃，下饭 🌶️")
    sandbox.speak_as("小美")
    for text in ("排行榜", "任务", "签到"):
        sandbox.ask(text)
    expect(sandbox.trace).to_contain_text("连续签到奖励")


def _check_in(sandbox: SandboxDriver, name: str) -> None:
    sandbox.speak_as(name)
    sandbox.ask("签到")


if __name__ == "__main__":
    main()
