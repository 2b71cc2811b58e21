"""A bot that runs, and a real Chromium that has opened its sandbox."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.driver import SandboxDriver
from tests.browser.running import Running, running

SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


# How long a busy machine may take; what is right is seen at once.
PATIENCE_MS = 30_000
expect.set_options(timeout=PATIENCE_MS)


# Its event loop runs while it is open, and no asynchronous test can run meanwhile: no wider scope.
@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=SWITCHES)
        yield browser
        browser.close()


@pytest.fixture
def bot(tmp_path: Path) -> Iterator[Running]:
    with running(tmp_path / "data") as started:
        yield started


@pytest.fixture
def complaints() -> list[str]:
    """What the page's console complained of; a test that takes `page` fails when there is any."""
    return []


@pytest.fixture
def page(browser: Browser, complaints: list[str]) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: said.type == "error" and complaints.append(said.text))
    yield page
    context.close()
    assert complaints == []


@pytest.fixture
def sandbox(bot: Running, page: Page) -> SandboxDriver:
    driver = SandboxDriver(page)
    driver.open(bot.link)
    return driver
