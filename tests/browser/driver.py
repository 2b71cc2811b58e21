"""The sandbox's page as its user works it: by what is written on it."""

from collections.abc import Sequence

from playwright.sync_api import Locator, Page, expect


class SandboxDriver:
    """A page of the sandbox that is open."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def open(self, link: str) -> None:
        """Follows the login link to the room."""
        self.page.goto(link)
        expect(self.page.locator(".person")).not_to_have_count(0)

    def speak_as(self, name: str) -> None:
        """Chooses who speaks."""
        person = self.page.locator(".person", has_text=name)
        person.click()
        expect(person).to_have_attribute("aria-pressed", "true")

    def say(self, text: str) -> None:
        """Types a text and presses Enter; it stands in the room afterwards."""
        before = self.messages.count()
        self.page.get_by_label("消息", exact=True).fill(text)
        self.page.keyboard.press("Enter")
        expect(self.messages.nth(before)).to_be_visible()

    def ask(self, text: str) -> str:
        """Says a text that the bot answers, and gives the answer."""
        before = self.answers.count()
        self.say(text)
        expect(self.answers).to_have_count(before + 1)
        return self.answers.last.inner_text()

    def press(self, label: str) -> None:
        """Presses one of the buttons below the field."""
        self.page.locator(".tools").get_by_role("button", name=label).click()

    def jump(self, label: str) -> None:
        """明天 or 七天后; the room says that time has moved."""
        before = self.system_lines.count()
        self.page.get_by_role("button", name=label, exact=True).click()
        expect(self.system_lines).not_to_have_count(before)

    @property
    def messages(self) -> Locator:
        """What people and the bot said."""
        return self.page.locator(".message")

    @property
    def answers(self) -> Locator:
        """What the bot said."""
        return self.page.locator(".by-bot .bubble")

    @property
    def system_lines(self) -> Locator:
        """What nobody said."""
        return self.page.locator(".system")

    @property
    def entries(self) -> Locator:
        """The ledger, newest first."""
        return self.page.locator("#ledger .entry")

    @property
    def trace(self) -> Locator:
        """Why the last message, or the chosen one, earned what it did."""
        return self.page.locator("#trace")

    def board(self, period: str) -> Sequence[str]:
        """`day` or `total`, a line for each place: rank, name, points."""
        places = self.page.locator(f"#board-{period} .place").all_inner_texts()
        return [" ".join(place.split()) for place in places]
